import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord, Keeping } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { StoredProtection } from "#ports/evidence-store.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { onEach, type Stored, WRITERS_AT_ONCE } from "#records/stored.ts";
import { touched } from "#use-cases/incidents/start-marked.ts";
import { type ChangeKeepingDeps, changeKeeping, keepingOf } from "./change-keeping.ts";
import { withEntry, withRelease } from "./place-holds.ts";

export type HealHoldsDeps = ChangeKeepingDeps & {
  readonly incidents: Pick<IncidentRecords, "read" | "replace">;
  readonly clock: Clock;
};

/**
 * Brings forward what a crash left half done with the holds of a file: one that is noted and not in the store has its
 * incident looked at again, one that was released where nobody noted it here is marked as to be lifted. The holds of
 * an incident that was merged are the other's, which is where a supervisor can release them.
 */
export async function healHolds(
  clip: FootageRecord,
  protection: StoredProtection,
  deps: HealHoldsDeps,
): Promise<FootageRecord> {
  const open = keepingOf(clip).holds.filter(({ released }) => released === undefined);
  if (open.length === 0) return clip;
  const holders = await onEach(open, async ({ incidentId }) => ({
    noted: incidentId,
    incident: (await standing(incidentId, deps))?.record,
  }));
  const healed = await changeKeeping(
    clip.footageId,
    (keeping) => holders.reduce((all, { noted, incident }) => withHolder(all, noted, incident), keeping),
    deps,
  );
  const missing = (healed ? keepingOf(healed).holds : []).filter(
    ({ placed, released }) => released === undefined && !(placed && protection.held),
  );
  const orphans = await onEach(missing, async ({ incidentId }) =>
    (await lookAgain(incidentId, clip.footageId, deps)) ? [] : [incidentId],
  );
  const dropped = new Set(orphans.flat());
  if (healed === undefined || dropped.size === 0) return healed ?? clip;
  const kept = await changeKeeping(
    clip.footageId,
    (keeping) => ({ ...keeping, holds: keeping.holds.filter(({ incidentId }) => !dropped.has(incidentId)) }),
    deps,
  );
  return kept ?? clip;
}

/** The incident, or the one that it turned out to be. */
async function standing(
  incidentId: string,
  deps: HealHoldsDeps,
): Promise<Stored<IncidentRecord> | undefined> {
  const stored = await deps.incidents.read(incidentId);
  const into = stored?.record.mergedInto;
  return into === undefined ? stored : standing(into, deps);
}

function withHolder(keeping: Keeping, noted: string, incident: IncidentRecord | undefined): Keeping {
  if (incident === undefined) return keeping;
  const { incidentId } = incident;
  const entry = keeping.holds.find((hold) => hold.incidentId === noted);
  const known = keeping.holds.some((hold) => hold.incidentId === incidentId);
  const others = keeping.holds.filter((hold) => hold.incidentId !== noted);
  const moved =
    noted === incidentId || entry === undefined
      ? keeping
      : known
        ? { ...keeping, holds: others }
        : withEntry({ ...keeping, holds: others }, { ...entry, incidentId });
  return withRelease(moved, incident) ?? moved;
}

/**
 * Has a run of the incident place its hold again: that is for another role. False when the incident has nothing to do
 * with the clip any more.
 */
async function lookAgain(incidentId: string, footageId: string, deps: HealHoldsDeps): Promise<boolean> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.incidents.read(incidentId);
    if (!stored?.record.candidates.some((candidate) => candidate.footageId === footageId)) return false;
    const candidates = stored.record.candidates.map(({ heldSince, ...candidate }) =>
      candidate.footageId === footageId || heldSince === undefined ? candidate : { ...candidate, heldSince },
    );
    const next = touched({ ...stored.record, candidates }, deps.clock.now());
    if (await deps.incidents.replace(next, stored.revision)) return true;
  }
  throw new ConcurrentWriteError(`incident ${incidentId} kept changing while it was marked`);
}
