import type { IncidentRecord } from "#contracts/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { readReadable } from "#records/stored.ts";
import type { SweepRecords } from "#records/sweep-records.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { type CollarNumbersDeps, collarNumbersOf } from "./collar-numbers.ts";
import { tellUnreadable } from "./tell-unreadable.ts";

export type ListOpenIncidentsDeps = CollarNumbersDeps & {
  readonly incidents: Pick<IncidentRecords, "listOpen" | "list">;
  readonly verdicts: Pick<VerdictRecords, "latest">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly sweeps: Pick<SweepRecords, "readReport">;
  readonly clock: Clock;
};

/** Everything that is open, and for whom it is named. */
export type OpenIncidents = {
  /** By deadline, those without one last; the older use first where that is the same. */
  readonly incidents: readonly IncidentRecord[];
  /** Collar numbers by the officers' ids. */
  readonly collarNumbers: ReadonlyMap<string, string>;
  /** Ids of records that have lost their shape: they may be open, and nobody can tell. */
  readonly unreadable: readonly string[];
  /** When nothing is open: the last thing that was recorded about any use; absent when there never was one. */
  readonly nothingSince?: string;
  /** When nothing is open: what the latest sweep could not account for; absent before the first. */
  readonly unaccounted?: number | undefined;
};

/** The custody log of looks at lists, which belong to no one incident. No incident's id is like it. */
export const LISTS = "lists";
/** Of each of two lists; far more than any force has open. */
const MOST = 2000;
/** Among so many latest uses the last change is looked for. */
const LOOKED_BACK = 50;

/** What waits for people. Opening the list is one entry in the log of looks at lists. */
export async function listOpenIncidents(
  { reader }: { readonly reader: string },
  deps: ListOpenIncidentsDeps,
): Promise<OpenIncidents> {
  const at = deps.clock.now().toISOString();
  await deps.custody.append(LISTS, { at, who: reader, what: "opened the list of what is open" });
  const { items, unreadable } = await deps.incidents.listOpen(MOST);
  tellUnreadable(unreadable, deps);
  const incidents = items.toSorted(byDeadline);
  const isEmpty = incidents.length + unreadable.length === 0;
  const nothingSince = isEmpty ? await lastChange(deps) : undefined;
  const unaccounted = isEmpty ? (await deps.sweeps.readReport())?.unaccounted : undefined;
  return {
    incidents,
    collarNumbers: await collarNumbersOf(
      incidents.flatMap(({ officerIds }) => officerIds),
      deps,
    ),
    unreadable,
    unaccounted,
    ...(nothingSince ? { nothingSince } : {}),
  };
}

function byDeadline(a: IncidentRecord, b: IncidentRecord): number {
  const [first, second] = [orderOf(a), orderOf(b)];
  return first < second ? -1 : Number(first > second);
}

function orderOf({ deadline, occurredAt, incidentId }: IncidentRecord): string {
  return `${deadline ?? "9999"}#${occurredAt}#${incidentId}`;
}

/** The latest verdict, acknowledgement, explanation or approval of the latest uses. */
async function lastChange(deps: ListOpenIncidentsDeps): Promise<string | undefined> {
  const { items } = await deps.incidents.list({ limit: LOOKED_BACK });
  const verdicts = await readReadable(
    items.map(({ incidentId }) => incidentId),
    deps.verdicts.latest,
  );
  const acts = items.flatMap(({ createdAt, acknowledgements, explanation, decision }) => [
    createdAt,
    acknowledgements.at(-1)?.at,
    explanation?.at,
    decision?.approval?.at,
  ]);
  return [...acts, ...verdicts.items.map(({ verdict }) => verdict.decidedAt)]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
