import { RecordNotFoundError } from "#contracts/errors.ts";
import type { Keeping } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { type LegalHold, releaseOf } from "#domain/lifecycle/legal-hold.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { onEach } from "#records/stored.ts";
import { askForLook, type ChangeKeepingDeps, changeKeeping } from "./change-keeping.ts";

export type PlaceHoldsDeps = ChangeKeepingDeps & {
  readonly footageCustody: Pick<CustodyRecords, "appendOnce">;
  readonly evidence: Pick<EvidenceStore, "placeHold">;
  readonly clock: Clock;
  readonly log: Log;
};

type Candidate = IncidentRecord["candidates"][number];
type HoldEntry = Keeping["holds"][number];

/**
 * Puts every file near the incident on legal hold while one is on the incident, and notes on each that the hold is to
 * be lifted once a supervisor has released it. Lifting itself is for another role.
 *
 * Gives the candidates with what is so now. Safe to repeat after a crash: a hold is noted on the clip before it is
 * placed and confirmed after, and the candidate says so last.
 */
export function placeHolds(
  incident: IncidentRecord,
  hold: LegalHold | undefined,
  deps: PlaceHoldsDeps,
): Promise<readonly Candidate[]> {
  if (hold === undefined) return release(incident, deps);
  return onEach(incident.candidates, async (candidate) => {
    if (candidate.heldSince === hold.since) return candidate;
    const isPlaced = isFile(candidate) && (await place(incident, candidate.footageId, hold, deps));
    return isPlaced ? { ...candidate, heldSince: hold.since } : withoutHold(candidate);
  });
}

const withoutHold = ({ heldSince: _, ...candidate }: Candidate): Candidate => candidate;

/** Notes the release on every file, also on one whose hold a run noted that knew nothing of the release. */
async function release(incident: IncidentRecord, deps: PlaceHoldsDeps): Promise<readonly Candidate[]> {
  if (!incident.holds.some(({ action }) => action === "release")) return incident.candidates;
  await onEach(incident.candidates, ({ footageId }) =>
    changeKeeping(footageId, (keeping) => withRelease(keeping, incident), deps),
  );
  return incident.candidates.map(withoutHold);
}

/** Whether there may be a file: of what was promised and never came there is none. */
const isFile = ({ state }: Candidate) => state === "ACCEPTED" || state === "REJECTED";

/** False when it could not be placed now: there is no file, or its former hold is just being lifted. */
async function place(
  { incidentId }: IncidentRecord,
  footageId: string,
  { since, why }: LegalHold,
  deps: PlaceHoldsDeps,
): Promise<boolean> {
  const entered = await changeKeeping(
    footageId,
    (keeping, { stored, deletedAt }) => {
      if (stored === undefined || deletedAt !== undefined) return undefined;
      const known = entryOf(keeping, incidentId);
      return known?.since === since && known.released === undefined
        ? undefined
        : withEntry(keeping, { incidentId, since, placed: false });
    },
    deps,
  );
  const entry = entered?.keeping && entryOf(entered.keeping, incidentId);
  if (entered === undefined || entry === undefined) return false;
  // Who lifts may still be about to: the incident is looked at again when that is done.
  if (entered.keeping?.lifting !== undefined) return false;
  if (!(await isHeld(entered.objectKey, deps))) {
    await askForLook(footageId, deps.clock.now(), deps);
    return false;
  }
  const what = `placed a legal hold for incident ${incidentId}`;
  await deps.footageCustody.appendOnce(footageId, { at: since, who: "engine", what, why });
  // A hold that was released and lifted meanwhile is noted again, so that somebody lifts what was placed just now.
  await changeKeeping(
    footageId,
    (keeping) =>
      withEntry(keeping, { ...(entryOf(keeping, incidentId) ?? { incidentId, since }), placed: true }),
    deps,
  );
  deps.log.info("footage.held", { incidentId, footageId });
  return true;
}

async function isHeld(objectKey: string, deps: PlaceHoldsDeps): Promise<boolean> {
  try {
    await deps.evidence.placeHold(objectKey);
    return true;
  } catch (error) {
    if (error instanceof RecordNotFoundError) return false;
    throw error;
  }
}

/** The keeping with the incident's hold marked as to be lifted; undefined when it goes on, or is marked already. */
export function withRelease(
  keeping: Keeping,
  incident: Pick<IncidentRecord, "incidentId" | "holds">,
): Keeping | undefined {
  const entry = entryOf(keeping, incident.incidentId);
  const released = entry && releaseOf(incident, entry.since);
  if (entry === undefined || released === undefined || entry.released !== undefined) return undefined;
  return withEntry(keeping, { ...entry, released: { ...released } });
}

const entryOf = ({ holds }: Keeping, incidentId: string): HoldEntry | undefined =>
  holds.find((entry) => entry.incidentId === incidentId);

export function withEntry(keeping: Keeping, entry: HoldEntry): Keeping {
  const others = keeping.holds.filter(({ incidentId }) => incidentId !== entry.incidentId);
  return { ...keeping, holds: [...others, entry].toSorted((a, b) => (a.incidentId < b.incidentId ? -1 : 1)) };
}
