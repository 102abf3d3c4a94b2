import { RecordNotFoundError } from "#contracts/errors.ts";
import type { FootageRecord, Keeping } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { type LegalHold, legalHoldOf } from "#domain/lifecycle/legal-hold.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { onEach } from "#records/stored.ts";
import { type IncidentsNearDeps, incidentsNear } from "#use-cases/linking/incidents-near.ts";
import { type ChangeKeepingDeps, changeKeeping, keepingOf } from "./change-keeping.ts";
import { withEntry } from "./place-holds.ts";
import { type Round, takeRound } from "./take-round.ts";

/** More in one go would run into the function's time; the rest is first in the next. */
const MOST_CLIPS = 2000;

export type LiftHoldsDeps = ChangeKeepingDeps &
  IncidentsNearDeps & {
    readonly footage: Pick<FootageRecords, "listReleased">;
    readonly alerts: Pick<AlertRecords, "all">;
    readonly custody: Pick<CustodyRecords, "appendOnce">;
    readonly footageCustody: Pick<CustodyRecords, "appendOnce">;
    readonly evidence: Pick<EvidenceStore, "releaseHold">;
    readonly clock: Clock;
    readonly log: Log;
  };

/**
 * Lifts the legal holds that a supervisor released, each only once no incident holds the file any more. Safe to
 * repeat, and to run at once with itself and with who places holds. One clip that fails leaves the others alone.
 */
export async function liftHolds(deps: LiftHoldsDeps): Promise<Round<"lifted" | "kept">> {
  const due = await deps.footage.listReleased(MOST_CLIPS);
  return takeRound(due, (footageId) => liftHold(footageId, deps), deps.log);
}

async function liftHold(footageId: string, deps: LiftHoldsDeps): Promise<"lifted" | "kept"> {
  await enterUnknownHolds(footageId, deps);
  const at = deps.clock.now().toISOString();
  // Once this is written nobody places a hold: it would be taken away again.
  const clip = await changeKeeping(
    footageId,
    (keeping) => (mayBeLifted(keeping) ? { lifting: at, ...keeping } : undefined),
    deps,
  );
  if (clip === undefined) return "kept";
  const { lifting } = keepingOf(clip);
  if (lifting !== undefined) await release(clip.objectKey, deps);
  await note(clip, deps);
  await forgetReleased(clip, at, deps);
  if (lifting === undefined) return "kept";
  deps.log.info("footage.released", { footageId });
  return "lifted";
}

/** Whether every hold was released. A lifting that has begun goes on: what came since is placed after it. */
function mayBeLifted({ holds, lifting }: Keeping): boolean {
  if (lifting !== undefined) return true;
  return holds.length > 0 && holds.every(({ released }) => released !== undefined);
}

/**
 * An incident that was put on hold a moment ago may not have come to its files yet: its hold is entered for it, so
 * that it counts here.
 */
async function enterUnknownHolds(footageId: string, deps: LiftHoldsDeps): Promise<void> {
  const record = (await deps.footage.read(footageId))?.record;
  if (record === undefined) return;
  const near = await incidentsNear(record, deps);
  const holding = await onEach(near, async (incident) => ({
    incident,
    hold: legalHoldOf(incident, await deps.alerts.all(incident.incidentId)),
  }));
  await changeKeeping(footageId, (keeping) => withHolds(keeping, holding), deps);
}

function withHolds(
  keeping: Keeping,
  holding: readonly { readonly incident: IncidentRecord; readonly hold: LegalHold | undefined }[],
): Keeping {
  return holding.reduce((entered, { incident: { incidentId }, hold }) => {
    const known = entered.holds.find((entry) => entry.incidentId === incidentId);
    if (hold === undefined || known?.since === hold.since) return entered;
    return withEntry(entered, { incidentId, since: hold.since, placed: false });
  }, keeping);
}

async function release(objectKey: string, deps: LiftHoldsDeps): Promise<void> {
  try {
    await deps.evidence.releaseHold(objectKey);
  } catch (error) {
    // Nothing to hold any more: who looks after files finds out why.
    if (!(error instanceof RecordNotFoundError)) throw error;
  }
}

/** In the file's custody log and in that of each incident whose hold was released, with the supervisor's reason. */
async function note(clip: FootageRecord, deps: LiftHoldsDeps): Promise<void> {
  const { footageId } = clip;
  const { holds, lifting } = keepingOf(clip);
  for (const { incidentId, released } of holds) {
    if (released === undefined) continue;
    const entry = { at: lifting ?? released.at, who: "engine", why: released.reason };
    const what = lifting === undefined ? "kept, for another incident," : "lifted";
    await deps.custody.appendOnce(incidentId, {
      ...entry,
      what: `${what} the legal hold on footage ${footageId}`,
    });
    await deps.footageCustody.appendOnce(footageId, {
      ...entry,
      what: `${what} the legal hold that ${released.by} released for incident ${incidentId}`,
    });
  }
}

/** What was released is done with. Who came to hold the file meanwhile is seen at the next look, which is due. */
async function forgetReleased(clip: FootageRecord, at: string, deps: LiftHoldsDeps): Promise<void> {
  const done = keepingOf(clip).holds.filter(({ released }) => released !== undefined);
  await changeKeeping(
    clip.footageId,
    ({ lifting: _, ...keeping }) => ({
      ...keeping,
      lookAt: at,
      holds: keeping.holds.filter(
        ({ incidentId, released }) =>
          released === undefined || !done.some((entry) => entry.incidentId === incidentId),
      ),
    }),
    deps,
  );
}
