import type { Closure, IncidentRecord } from "#contracts/incident.ts";
import type { UseReport } from "#contracts/report.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import type { Clock } from "#ports/clock.ts";
import type { Person } from "#ports/identity.ts";
import type { Log } from "#ports/log.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach, readReadable, sortedUnique } from "#records/stored.ts";
import { LISTS } from "./list-open-incidents.ts";
import { tellUnreadable } from "./tell-unreadable.ts";

export type ListClosuresDeps = {
  readonly incidents: Pick<IncidentRecords, "read" | "incidentsClosedOn">;
  readonly reports: Pick<ReportRecords, "latest">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
  readonly log: Log;
};

export type ListedClosure = {
  readonly closure: Closure;
  readonly record: IncidentRecord;
  /** Of the use's reports: nothing that anybody wrote in their own words. */
  readonly reported: readonly Pick<UseReport, "locationType" | "subject">[];
};

export type Closures = {
  /** The latest first. */
  readonly closures: readonly ListedClosure[];
  /** Whether there were more in these days. */
  readonly more: boolean;
  readonly unreadable: readonly string[];
};

/** So many days are looked back. */
export const CLOSURE_DAYS = 28;
const DAY_MS = 86_400_000;

/**
 * What was closed or opened again lately, as it is at this moment: read consistently, so that those who watch the
 * force see it when the supervisor does. Uses that may be the reader's own are left out: that one closed by itself would
 * tell what was found. It is one entry in the log of looks at lists.
 */
export async function listClosures(
  { by, most }: { readonly by: Person; readonly most: number },
  deps: ListClosuresDeps,
): Promise<Closures> {
  const now = deps.clock.now();
  const what = "opened the list of what was closed and reopened";
  await deps.custody.append(LISTS, { at: now.toISOString(), who: by.subject, what });
  const days = Array.from({ length: CLOSURE_DAYS }, (_, ago) =>
    new Date(now.getTime() - ago * DAY_MS).toISOString().slice(0, 10),
  );
  const first = days.at(-1) ?? "";
  const byDay = await onEach(days, (day) => deps.incidents.incidentsClosedOn(day, most + 1));
  const { items, unreadable } = await readReadable(latestOf(byDay, most + 1), deps.incidents.read);
  tellUnreadable(unreadable, deps);
  const all = items
    .map(({ record }) => record)
    .filter((record) => record.state !== "MERGED" && !isInvolved(record, by))
    .flatMap((record) => (record.closures ?? []).map((closure) => ({ record, closure })))
    .filter(({ closure }) => closure.at >= first)
    .toSorted((a, b) => (a.closure.at < b.closure.at ? 1 : -1));
  const shown = all.slice(0, most);
  const closures = await onEach(shown, async (one) => ({ ...one, reported: await reportedOf(one, deps) }));
  return { closures, more: all.length > most, unreadable };
}

/** Incidents of the latest days, until there are enough of them. */
function latestOf(byDay: readonly (readonly string[])[], enough: number): readonly string[] {
  const ids = new Set<string>();
  for (const day of byDay) {
    if (ids.size >= enough) break;
    for (const id of day) ids.add(id);
  }
  return sortedUnique([...ids]);
}

async function reportedOf(
  { record }: { readonly record: IncidentRecord },
  { reports }: ListClosuresDeps,
): Promise<ListedClosure["reported"]> {
  const { items } = await readReadable(record.reportIds, reports.latest);
  return items.map(({ report: { locationType, subject } }) => ({ locationType, subject }));
}
