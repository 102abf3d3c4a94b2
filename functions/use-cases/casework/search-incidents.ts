import type { IncidentRecord } from "#contracts/incident.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import type { Clock } from "#ports/clock.ts";
import type { Person } from "#ports/identity.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { readReadable, sortedUnique } from "#records/stored.ts";
import { type CollarNumbersDeps, collarNumbersOf } from "./collar-numbers.ts";
import { type FindCandidatesDeps, findCandidates } from "./find-candidates.ts";
import { LISTS } from "./list-open-incidents.ts";
import { tellUnreadable } from "./tell-unreadable.ts";

/** What is searched by; all that are given must fit. */
export type SearchTerms = {
  readonly incidentId?: string | undefined;
  /** Exactly as the force writes it. */
  readonly reference?: string | undefined;
  /** An officer's id or collar number. */
  readonly officer?: string | undefined;
  /** Of a weapon, or of a camera with footage near the use. */
  readonly serial?: string | undefined;
  /** By the time of the use: UTC with milliseconds, [from, to). */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

export type SearchIncidentsDeps = FindCandidatesDeps &
  CollarNumbersDeps & {
    readonly incidents: Pick<IncidentRecords, "read">;
    readonly register: Pick<RegisterRecords, "officersByCollar">;
    readonly custody: Pick<CustodyRecords, "append">;
    readonly clock: Clock;
  };

export type FoundIncident = {
  readonly record: IncidentRecord;
  /** What turned out to be the same use, and was found in its place. */
  readonly insteadOf: readonly string[];
};

export type SearchResult = {
  /** Newest first. */
  readonly found: readonly FoundIncident[];
  /** How many were found; `found` holds the newest of them. */
  readonly count: number;
  /** What was left unread, in words; undefined when everything was looked at that could fit. */
  readonly leftOut?: string | undefined;
  readonly unreadable: readonly string[];
  readonly collarNumbers: ReadonlyMap<string, string>;
};

const MOST_SHOWN = 100;
/** Merged into one that was merged itself, and so on: nobody has seen more than two. */
const LONGEST_CHAIN = 5;

/**
 * Incidents that fit all terms. It is one entry in the log of looks at lists, with what was searched by and nothing
 * of what was typed. What has become part of another incident leads to that one.
 */
export async function searchIncidents(
  { terms, by }: { readonly terms: SearchTerms; readonly by: Person },
  deps: SearchIncidentsDeps,
): Promise<SearchResult> {
  const at = deps.clock.now().toISOString();
  const what = `searched incidents by ${kindsOf(terms).join(", ")}`;
  await deps.custody.append(LISTS, { at, who: by.subject, what });
  const officerIds = terms.officer === undefined ? undefined : await officersOf(terms.officer, deps);
  const { records, leftOut, unreadable } = await findCandidates({ ...terms, officerIds }, deps);
  const fitting = records.filter((record) => fits(record, { ...terms, officerIds }, by));
  const staying = await readReadable(
    fitting.map(({ incidentId }) => incidentId),
    (incidentId) => stayingOf(incidentId, deps),
  );
  const found = together(staying.items);
  const lost = sortedUnique([...unreadable, ...staying.unreadable]);
  tellUnreadable(lost, deps);
  const shown = found.slice(0, MOST_SHOWN);
  return {
    found: shown,
    count: found.length,
    leftOut,
    unreadable: lost,
    collarNumbers: await collarNumbersOf(
      shown.flatMap(({ record }) => record.officerIds),
      deps,
    ),
  };
}

/** For the custody log: kinds of terms alone. */
function kindsOf({ incidentId, reference, officer, serial, from, to }: SearchTerms): readonly string[] {
  const kinds = [
    incidentId !== undefined && "incident id",
    reference !== undefined && "reference",
    officer !== undefined && "officer",
    serial !== undefined && "serial",
    (from ?? to) !== undefined && "date",
  ];
  return kinds.filter((kind) => kind !== false);
}

/** Whoever has the id, or the collar number now: several may share one. */
async function officersOf(term: string, { register }: SearchIncidentsDeps): Promise<readonly string[]> {
  const ids = await register.officersByCollar(term);
  const { items } = await readReadable(ids, register.readOfficer);
  const same = items.filter(({ collarNumber }) => plain(collarNumber) === plain(term));
  return sortedUnique([term, ...same.map(({ officerId }) => officerId)]);
}

const plain = (collarNumber: string): string => collarNumber.replaceAll(/\s/g, "").toUpperCase();

function fits(
  record: IncidentRecord,
  terms: SearchTerms & { readonly officerIds: readonly string[] | undefined },
  by: Person,
): boolean {
  const { incidentId, reference, serial, officerIds, from, to } = terms;
  // What footage there is of a use is not for the officer whose use it is.
  const cameras = isInvolved(record, by) ? [] : record.candidates.map(({ cameraSerial }) => cameraSerial);
  return (
    (incidentId === undefined || record.incidentId === incidentId) &&
    (reference === undefined || record.incidentRefs.includes(reference)) &&
    (officerIds === undefined || record.officerIds.some((id) => officerIds.includes(id))) &&
    (serial === undefined || record.weaponSerial === serial || cameras.includes(serial)) &&
    (from === undefined || record.occurredAt >= from) &&
    (to === undefined || record.occurredAt < to)
  );
}

/** The incident that stays of those that it was merged with. Itself, where that leads nowhere. */
async function stayingOf(
  incidentId: string,
  { incidents }: SearchIncidentsDeps,
): Promise<{ readonly record: IncidentRecord; readonly asked: string } | undefined> {
  let record = (await incidents.read(incidentId))?.record;
  for (let step = 0; record?.mergedInto !== undefined && step < LONGEST_CHAIN; step += 1) {
    const next = (await incidents.read(record.mergedInto))?.record;
    if (next === undefined) break;
    record = next;
  }
  return record && { record, asked: incidentId };
}

/** Each incident once, newest first, with those that led to it. */
function together(
  found: readonly { readonly record: IncidentRecord; readonly asked: string }[],
): readonly FoundIncident[] {
  return [...Map.groupBy(found, ({ record }) => record.incidentId).values()]
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { record } = first;
      const insteadOf = same.map(({ asked }) => asked).filter((id) => id !== record.incidentId);
      return [{ record, insteadOf: sortedUnique(insteadOf) }];
    })
    .toSorted((a, b) => (orderOf(a.record) < orderOf(b.record) ? 1 : -1));
}

const orderOf = ({ occurredAt, incidentId }: IncidentRecord): string => `${occurredAt}#${incidentId}`;
