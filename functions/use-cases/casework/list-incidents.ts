import type { IncidentRecord } from "#contracts/incident.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { onEach } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { headOf } from "./read-incident.ts";

export type ListIncidentsDeps = {
  readonly incidents: Pick<IncidentRecords, "list" | "cursorAfter">;
  readonly verdicts: Pick<VerdictRecords, "latest">;
};

export type IncidentFilter = {
  readonly [field in "state" | "kind" | "outcome" | "priority" | "borough"]?: string | undefined;
};

/** Records looked at for one page: a filter that fits almost nothing must not read a year in one request. */
const MOST_LOOKED_AT = 1000;
const LOOKED_AT_ONCE = 200;

/**
 * Incidents newest first, as lines without their history. A page may come short of `limit`, and even empty,
 * with a cursor: there is more behind it.
 */
export async function listIncidents(
  query: IncidentFilter & {
    /** UTC with milliseconds, [from, to). */
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
  deps: ListIncidentsDeps,
) {
  const { records, cursor } = await findRecords(query, deps);
  const incidents = await onEach(records, async (record) => {
    const verdict = (await deps.verdicts.latest(record.incidentId))?.verdict;
    const outcome = verdict?.outcome ?? record.outcome;
    return {
      ...headOf(record, verdict),
      actions: verdict?.actions ?? [],
      version: verdict?.version ?? record.version,
      ...(outcome ? { outcome } : {}),
      ...(verdict ? { verdict } : {}),
    };
  });
  return { incidents, ...(cursor ? { cursor } : {}) };
}

async function findRecords(query: Parameters<typeof listIncidents>[0], deps: ListIncidentsDeps) {
  const { from, to, limit } = query;
  const records: IncidentRecord[] = [];
  let cursor = query.cursor;
  let lookedAt = 0;
  do {
    const page = await deps.incidents.list({ from, to, limit: LOOKED_AT_ONCE, cursor });
    for (const record of page.items.filter((found) => fits(found, query))) {
      if (records.length === limit) return { records, cursor: cursorAfterLast(records, deps) };
      records.push(record);
    }
    lookedAt += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && lookedAt < MOST_LOOKED_AT);
  return { records, cursor };
}

function cursorAfterLast(records: readonly IncidentRecord[], deps: ListIncidentsDeps): string | undefined {
  const last = records.at(-1);
  return last && deps.incidents.cursorAfter(last);
}

const fields = ["state", "kind", "outcome", "priority", "borough"] as const;

function fits(record: IncidentRecord, filter: IncidentFilter): boolean {
  return fields.every((field) => filter[field] === undefined || record[field] === filter[field]);
}
