import { ConcurrentWriteError, RecordNotFoundError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { WorkflowState } from "#contracts/workflow.ts";
import { carriagesOf, carriersAt, readingsOf } from "#domain/log/bookings.ts";
import { instantOf, toUtc } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sameContent } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { executionOf } from "#use-cases/incidents/ingest-incident.ts";
import { bookingsAround } from "#use-cases/incidents/load-incident-inputs.ts";
import { askForLook, type ChangeKeepingDeps, lookInTurn } from "#use-cases/keeping/change-keeping.ts";
import { type FindFootageDeps, findFootage } from "#use-cases/linking/find-footage.ts";

const ATTEMPTS = 6;
const DAY = 24 * 3_600_000;

export type MatchFootageDeps = Omit<FindFootageDeps, "force"> & {
  readonly incidents: Pick<IncidentRecords, "read" | "replace">;
  readonly footage: ChangeKeepingDeps["footage"];
  readonly footageCustody: Pick<CustodyRecords, "appendMissing">;
  readonly verdicts: Pick<VerdictRecords, "latest">;
  readonly register: Pick<RegisterRecords, "lastBookingsOfDevice" | "bookingsOfDevice">;
  readonly evidence: Pick<EvidenceStore, "extendRetention">;
  readonly force: Pick<ForceConfig, "policies" | "timeZone" | "retention">;
  readonly clock: Clock;
  readonly log: Log;
};

type Candidate = IncidentRecord["candidates"][number];

/**
 * The workflow's second step: notes every clip that may lie near the event, and locks the files of those that may
 * show it.
 *
 * The record is read before footage is searched and written under that revision: of a clip that arrives in
 * between, either this search or the run that the clip starts sees it. Throws `ConcurrentWriteError` when the
 * record keeps changing.
 */
export async function matchFootage(state: WorkflowState, deps: MatchFootageDeps): Promise<WorkflowState> {
  const { incidentId, cause } = state;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await deps.incidents.read(incidentId);
    if (stored === undefined) throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
    const { record, revision } = stored;
    if (record.mergedInto !== undefined || record.search === undefined) return { incidentId, cause };
    const search = { fromMs: instantOf(record.search.from), toMs: instantOf(record.search.to) };
    const clips = await findFootage(search, deps);
    const candidates = await retain(record, clips, deps);
    const next = { ...record, ...takenOver(record, state), candidates: [...candidates] };
    if (sameContent(next, record)) return { incidentId, cause };
    if (await deps.incidents.replace(next, revision)) {
      deps.log.info("footage.matched", { incidentId, count: candidates.length });
      return { incidentId, cause };
    }
  }
  throw new ConcurrentWriteError(`incident ${incidentId} kept changing while footage was matched to it`);
}

/**
 * A run that wakes comes here without the first step. What another run saw and brought to its end counts as seen;
 * one that is still on its way keeps the right to take the incident's mark away.
 */
function takenOver({ evaluation }: IncidentRecord, state: WorkflowState): Pick<IncidentRecord, "evaluation"> {
  const execution = executionOf(state);
  if (evaluation === undefined || evaluation.execution === execution || evaluation.ended !== true) return {};
  return { evaluation: { execution, touches: evaluation.touches } };
}

/** The clips as candidates; accepted ones that may show the event are locked for as long as matches are kept. */
async function retain(
  record: IncidentRecord,
  clips: readonly FootageRecord[],
  deps: MatchFootageDeps,
): Promise<readonly Candidate[]> {
  const until = retainedUntil(record, deps.force);
  // A store locks nothing until a time that has passed, and an old event must be judged all the same.
  const isAhead = instantOf(until) > deps.clock.now().getTime();
  const counted = (await deps.verdicts.latest(record.incidentId))?.verdict.sources ?? [];
  return onEach(clips, async (clip) => {
    const { footageId, state, declaration } = clip;
    const before = record.candidates.find((candidate) => candidate.footageId === footageId);
    const known = before?.retainedUntil;
    const candidate = {
      footageId,
      cameraSerial: declaration.camera.serial,
      state,
      ...(before?.heldSince === undefined ? {} : { heldSince: before.heldSince }),
    };
    const isStored = state === "ACCEPTED" && clip.deletedAt === undefined;
    if (clip.keeping?.deleting !== undefined) await rescue(clip, deps);
    if (known === until || !isStored || !isAhead)
      return { ...candidate, ...(known === undefined ? {} : { retainedUntil: known }) };
    const counts = counted.some((source) => source.footageId === footageId);
    if (!counts && !(await mayShow(record, clip, deps))) return candidate;
    const locked = await lock(clip, until, deps);
    if (!locked) return candidate;
    const what = `locked until ${until} for incident ${record.incidentId}`;
    const at = deps.clock.now().toISOString();
    await deps.footageCustody.appendMissing(footageId, [{ at, who: "engine", what }]);
    await lookInTurn(footageId, new Date(deps.clock.now().getTime() + DAY), deps);
    deps.log.info("footage.retained", { incidentId: record.incidentId, footageId });
    return { ...candidate, retainedUntil: until };
  });
}

/**
 * Counted from the earlier of event and receipt: an event that a clock puts ahead of us would otherwise be locked
 * for longer than anybody may lock.
 */
function retainedUntil(
  { occurredAt, firstReceivedAt }: IncidentRecord,
  { retention }: MatchFootageDeps["force"],
): string {
  return toUtc(Math.min(instantOf(occurredAt), instantOf(firstReceivedAt)) + retention.matchedDays * DAY);
}

/** False when the file is gone: who looks after files is asked to see to it, and the verdict is given anew then. */
async function lock({ footageId, objectKey }: FootageRecord, until: string, deps: MatchFootageDeps) {
  try {
    await deps.evidence.extendRetention(objectKey, until);
    return true;
  } catch (error) {
    if (!(error instanceof RecordNotFoundError)) throw error;
    deps.log.error("footage.gone", { footageId });
    await askForLook(footageId, deps.clock.now(), deps);
    return false;
  }
}

/**
 * The clip is about to be deleted as one that matches nothing, and that is so no more. The store decides: once it has
 * locked the file it refuses, and whoever looks at the file next sees this incident.
 */
async function rescue(clip: FootageRecord, deps: MatchFootageDeps): Promise<void> {
  await lock(clip, toUtc(deps.clock.now().getTime() + 2 * DAY), deps);
}

/**
 * Whether something ties the clip to this use: its reference, the weapon, or who carried the camera. Other
 * cameras that ran nearby are bystanders' footage and are kept no longer than any.
 */
async function mayShow(
  { incidentRefs, weaponSerial, officerIds, confirmations, kind, ...record }: IncidentRecord,
  { footageId, declaration }: FootageRecord,
  deps: MatchFootageDeps,
): Promise<boolean> {
  if (kind === "TEST" || kind === "TRAINING") return false;
  const { camera, incidentRef, signals } = declaration;
  if (incidentRef !== undefined && incidentRefs.includes(incidentRef)) return true;
  if (confirmations.some((confirmation) => confirmation.footageId === footageId && confirmation.shows))
    return true;
  if (weaponSerial !== undefined && camera.weaponSerial === weaponSerial) return true;
  if (signals.some((signal) => signal.weaponSerial === weaponSerial)) return true;
  const [fromMs, toMs] = [instantOf(record.occurredAt), instantOf(record.endedAt)];
  const bookings = await bookingsAround(camera.serial, { fromMs, toMs: toMs + 1 }, deps);
  const carriages = readingsOf(bookings).flatMap((reading) => carriagesOf(camera.serial, reading));
  const carriers = carriersAt(carriages, fromMs);
  return carriers.some((officerId) => officerIds.includes(officerId));
}
