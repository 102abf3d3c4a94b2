import type { IncidentRecord } from "#contracts/incident.ts";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import type { Log } from "#ports/log.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { readReadable, sortedUnique } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { headOf } from "./read-incident.ts";
import { tellUnreadable } from "./tell-unreadable.ts";

export type ListIncidentsDeps = {
  readonly incidents: Pick<IncidentRecords, "list" | "cursorAfter">;
  readonly verdicts: Pick<VerdictRecords, "latest">;
  readonly log: Log;
};

export type IncidentFilter = {
  readonly [field in "state" | "kind" | "outcome" | "priority" | "borough"]?: string | undefined;
};

/** Records looked at for one page: a filter that fits almost nothing must not read a year in one request. */
const MOST_LOOKED_AT = 1000;
const LOOKED_AT_ONCE = 200;

/**
 * Incidents newest first, as lines without their history. A page may come short of `limit`, and even empty,
 * with a cursor: there is more behind it. Those whose records have lost their shape are named, and left out.
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
  const { records, cursor, lost } = await findRecords(query, deps);
  const byId = new Map(records.map((record) => [record.incidentId, record]));
  const lines = await readReadable([...byId.keys()], async (incidentId) => {
    const record = byId.get(incidentId);
    return record && lineOf(record, deps);
  });
  const unreadable = sortedUnique([...lost, ...lines.unreadable]);
  tellUnreadable(unreadable, deps);
  return {
    incidents: lines.items,
    ...(unreadable.length > 0 ? { unreadable } : {}),
    ...(cursor ? { cursor } : {}),
  };
}

async function lineOf(record: IncidentRecord, { verdicts }: ListIncidentsDeps) {
  const verdict = (await verdicts.latest(record.incidentId))?.verdict;
  const outcome = verdict?.outcome ?? record.outcome;
  const explanationAccepted = acceptedExplanation(record);
  return {
    ...headOf(record, verdict),
    actions: verdict?.actions ?? [],
    version: verdict?.version ?? record.version,
    officerIds: record.officerIds,
    ...(outcome ? { outcome } : {}),
    ...(verdict ? { verdict } : {}),
    ...(explanationAccepted ? { explanationAccepted } : {}),
  };
}

async function findRecords(query: Parameters<typeof listIncidents>[0], deps: ListIncidentsDeps) {
  const { from, to, limit } = query;
  const records: IncidentRecord[] = [];
  const lost: string[] = [];
  let cursor = query.cursor;
  let lookedAt = 0;
  do {
    const page = await deps.incidents.list({ from, to, limit: LOOKED_AT_ONCE, cursor });
    lost.push(...page.unreadable);
    for (const record of page.items.filter((found) => fits(found, query))) {
      if (records.length === limit) return { records, cursor: cursorAfterLast(records, deps), lost };
      records.push(record);
    }
    lookedAt += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && lookedAt < MOST_LOOKED_AT);
  return { records, cursor, lost };
}

function cursorAfterLast(records: readonly IncidentRecord[], deps: ListIncidentsDeps): string | undefined {
  const last = records.at(-1);
  return last && deps.incidents.cursorAfter(last);
}

const fields = ["state", "kind", "outcome", "priority", "borough"] as const;

function fits(record: IncidentRecord, filter: IncidentFilter): boolean {
  return fields.every((field) => filter[field] === undefined || record[field] === filter[field]);
}
