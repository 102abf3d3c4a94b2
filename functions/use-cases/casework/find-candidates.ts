import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { footageSearchSpan, joinSpans } from "#domain/cover/search-spans.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { onEach, readReadable, sortedUnique } from "#records/stored.ts";

export type FindCandidatesDeps = {
  readonly incidents: Pick<
    IncidentRecords,
    "read" | "list" | "incidentsByRef" | "incidentsOfWeapon" | "incidentsOfOfficer" | "incidentsInSpan"
  >;
  readonly footage: Pick<FootageRecords, "read" | "clipIdsOfCamera">;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/** What a search has to go by. */
export type CandidateTerms = {
  readonly incidentId?: string | undefined;
  readonly reference?: string | undefined;
  readonly officerIds?: readonly string[] | undefined;
  readonly serial?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** Incidents that may fit, and what was not looked at. */
export type Candidates = {
  readonly records: readonly IncidentRecord[];
  readonly leftOut?: string | undefined;
  readonly unreadable: readonly string[];
};

/** Records read for one search by pointers; a weapon that is tested each shift has more in a year. */
const MOST_POINTED = 500;
/** Records read for one search by date: some days of a large force, with its tests. */
const MOST_LISTED = 2000;
const LISTED_AT_ONCE = 500;
const MOST_CLIPS = 50;
const DAY_MS = 86_400_000;
const ALL_TIME = ["0000", "9999"] as const;

/**
 * Everything that may fit the terms, by the shortest way that one of them offers: nothing is scanned, and what was not
 * looked at is said. The caller judges each record by all the terms.
 */
export async function findCandidates(terms: CandidateTerms, deps: FindCandidatesDeps): Promise<Candidates> {
  const { incidentId, reference, officerIds, serial, from, to } = terms;
  const { incidents } = deps;
  if (incidentId !== undefined) return readAll([incidentId], deps);
  if (reference !== undefined) return readAll(await incidents.incidentsByRef(reference), deps);
  if (officerIds !== undefined) {
    const [first, last] = [from ?? ALL_TIME[0], to ?? ALL_TIME[1]];
    const ids = await onEach(officerIds, (id) =>
      incidents.incidentsOfOfficer(id, first, last, MOST_POINTED + 1),
    );
    return readAll(sortedUnique(ids.flat()), deps, "of the officer's uses");
  }
  if (serial !== undefined) return findBySerial(serial, terms, deps);
  return listBetween(terms, deps);
}

async function findBySerial(
  serial: string,
  terms: CandidateTerms,
  deps: FindCandidatesDeps,
): Promise<Candidates> {
  const isDated = (terms.from ?? terms.to) !== undefined;
  const ofWeapon = await deps.incidents.incidentsOfWeapon(serial, MOST_POINTED + 1);
  if (ofWeapon.length > 0 && !(isDated && ofWeapon.length > MOST_POINTED)) {
    return readAll(ofWeapon, deps, "of the weapon's uses and tests");
  }
  return isDated ? listBetween(terms, deps) : findByCamera(serial, deps);
}

/** The uses around the times at which the camera's latest clips ran. */
async function findByCamera(serial: string, deps: FindCandidatesDeps): Promise<Candidates> {
  const { policies, timeZone } = deps.force;
  const ids = await deps.footage.clipIdsOfCamera(serial, MOST_CLIPS + 1);
  const clips = await readReadable(ids.slice(0, MOST_CLIPS), deps.footage.read);
  const spans = clips.items.map(({ record }) =>
    footageSearchSpan(record.declaration, record.declaredAt, policies, timeZone),
  );
  // A clock that is off by more than a day says nothing of when a clip ran.
  const told = spans
    .filter((span) => span !== "untrusted")
    .filter(({ fromMs, toMs }) => toMs - fromMs < DAY_MS);
  const near = await onEach(joinSpans(told), ({ fromMs, toMs }) =>
    deps.incidents.incidentsInSpan(fromMs, toMs),
  );
  const found = await readAll(sortedUnique(near.flat()), deps, "of the uses at the times of its clips");
  const isShort = ids.length > MOST_CLIPS || told.length < Math.min(ids.length, MOST_CLIPS);
  if (!isShort) return found;
  const clipsLeft = `Of the camera's clips only the latest ${MOST_CLIPS} with a clock that can be trusted were looked at: give a date as well to see all.`;
  return { ...found, leftOut: found.leftOut ?? clipsLeft };
}

/** All uses in the span of time, newest first. */
async function listBetween({ from, to }: CandidateTerms, deps: FindCandidatesDeps): Promise<Candidates> {
  const records: IncidentRecord[] = [];
  const unreadable: string[] = [];
  let lookedAt = 0;
  let cursor: string | undefined;
  do {
    const page = await deps.incidents.list({ from, to, limit: LISTED_AT_ONCE, cursor });
    records.push(...page.items);
    unreadable.push(...page.unreadable);
    lookedAt += page.items.length + page.unreadable.length;
    cursor = page.cursor;
  } while (cursor !== undefined && lookedAt < MOST_LISTED);
  const leftOut =
    cursor === undefined
      ? undefined
      : `These days have more than ${MOST_LISTED} uses and tests, of which the latest were looked at: choose fewer days to see all.`;
  return { records, leftOut, unreadable };
}

async function readAll(
  incidentIds: readonly string[],
  { incidents }: FindCandidatesDeps,
  whose = "of them",
): Promise<Candidates> {
  const isShort = incidentIds.length > MOST_POINTED;
  const { items, unreadable } = await readReadable(incidentIds.slice(0, MOST_POINTED), incidents.read);
  return {
    records: items.map(({ record }) => record),
    unreadable,
    leftOut: isShort
      ? `Only ${MOST_POINTED} ${whose} were looked at, and there are more: give a date as well to see all.`
      : undefined,
  };
}
