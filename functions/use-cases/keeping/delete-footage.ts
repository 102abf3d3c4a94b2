import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord, Keeping } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { decideKeeping } from "#domain/lifecycle/keep-footage.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore, StoredProtection } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { sortedUnique, WRITERS_AT_ONCE } from "#records/stored.ts";
import { type IncidentsNearDeps, incidentsNear } from "#use-cases/linking/incidents-near.ts";
import { type ReevaluateDeps, reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";
import { type ChangeKeepingDeps, changeKeeping, keepingOf } from "./change-keeping.ts";
import { healHolds } from "./heal-holds.ts";
import { type Round, takeRound } from "./take-round.ts";

/** Of each list in one go: more would run into the function's time; the rest is first in the next. */
const MOST_CLIPS = 2000;
const DAY = 24 * 3_600_000;

export type DeleteFootageDeps = ChangeKeepingDeps &
  IncidentsNearDeps &
  ReevaluateDeps & {
    readonly footage: Pick<FootageRecords, "listReceived" | "listKept">;
    readonly incidents: Pick<IncidentRecords, "read" | "replace">;
    readonly footageCustody: Pick<CustodyRecords, "appendMissing">;
    readonly evidence: Pick<EvidenceStore, "protectionOf" | "deleteVersion">;
    readonly force: Pick<ForceConfig, "retention">;
    readonly operations: OperationsAlert;
    readonly clock: Clock;
    readonly log: Log;
  };

type End = "kept" | "deleted" | "gone";

/**
 * Looks at the files whose time has come, oldest first: deletes what matches nothing any more, finds out what has gone
 * all the same, and brings forward holds that were left half placed or half released. Safe to repeat, and to run at
 * once with everything else.
 */
export async function deleteFootage(deps: DeleteFootageDeps): Promise<Round<End>> {
  const now = deps.clock.now();
  const unmatchedBefore = new Date(now.getTime() - deps.force.retention.unmatchedDays * DAY).toISOString();
  const due = [
    ...(await deps.footage.listReceived(unmatchedBefore, MOST_CLIPS)),
    ...(await deps.footage.listKept(now.toISOString(), MOST_CLIPS)),
  ];
  return takeRound(sortedUnique(due), (footageId) => lookAtFile(footageId, deps), deps.log);
}

async function lookAtFile(footageId: string, deps: DeleteFootageDeps): Promise<End> {
  const clip = (await deps.footage.read(footageId))?.record;
  if (clip?.stored === undefined) return "kept";
  if (clip.deletedAt !== undefined) return tellDeleted(clip, deps);
  const { versionId } = clip.stored;
  const protection = await deps.evidence.protectionOf(clip.objectKey, versionId);
  // Gone with our own mark on it: a crash came between deleting and noting it.
  if (protection === undefined) return noteDeleted(clip, deps);
  const healed = await healHolds(clip, protection, deps);
  if ((await decide(healed, protection, deps)) === "keep") return "kept";

  // Written before the last look, as an incident is before it looks for clips: one of the two sees the other. Who
  // sees the mark locks the file in the store, and the store then refuses.
  const at = deps.clock.now().toISOString();
  const marked = await changeKeeping(
    footageId,
    (keeping) => ({ ...keeping, deleting: at, lookAt: at }),
    deps,
  );
  if (marked === undefined || (await decide(marked, protection, deps)) === "keep") return "kept";
  if ((await deps.evidence.deleteVersion(clip.objectKey, versionId)) === "protected") {
    await keep(footageId, nextDay(deps), deps);
    return "kept";
  }
  return noteDeleted(marked, deps);
}

/** What is to become of the file; where it is kept, when it is looked at next is noted. */
async function decide(
  clip: FootageRecord,
  protection: StoredProtection,
  deps: DeleteFootageDeps,
): Promise<"delete" | "keep"> {
  const near = await incidentsNear(clip, deps);
  const { unmatchedDays } = deps.force.retention;
  const decided = decideKeeping({ clip, near, protection, unmatchedDays, now: deps.clock.now() });
  if (decided.decision === "keep") await keep(clip.footageId, decided.lookAt, deps);
  return decided.decision;
}

async function keep(footageId: string, lookAt: string, deps: DeleteFootageDeps): Promise<void> {
  await changeKeeping(footageId, ({ deleting: _, ...keeping }): Keeping => ({ ...keeping, lookAt }), deps);
}

const nextDay = ({ clock }: DeleteFootageDeps): string => new Date(clock.now().getTime() + DAY).toISOString();

/** Notes on the clip that its file is no more, ours to delete or not; it stays due until all have been told. */
async function noteDeleted(clip: FootageRecord, deps: DeleteFootageDeps): Promise<End> {
  const deletedAt = deps.clock.now().toISOString();
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.footage.read(clip.footageId);
    if (stored === undefined) return "kept";
    const { record, revision } = stored;
    if (record.deletedAt !== undefined) return tellDeleted(record, deps);
    const { deleting, ...keeping } = keepingOf(record);
    const gone: FootageRecord = {
      ...record,
      deletedAt,
      deletedBecause: deleting === undefined ? "FOUND_GONE" : "UNMATCHED",
      keeping: { ...keeping, lookAt: deletedAt },
    };
    if (await deps.footage.replace(gone, revision)) return tellDeleted(gone, deps);
  }
  throw new ConcurrentWriteError(`footage ${clip.footageId} changed all the time while its end was noted`);
}

/** Who must know: the file's custody log, the incidents that it may have mattered to, and operations. */
async function tellDeleted(clip: FootageRecord, deps: DeleteFootageDeps): Promise<End> {
  const { footageId, stored, deletedAt = "", deletedBecause } = clip;
  const what = `version ${stored?.versionId} of ${clip.objectKey}, ${stored?.bytes} bytes, SHA-256 ${stored?.sha256}`;
  const byUs = deletedBecause === "UNMATCHED";
  const note = byUs
    ? { what: `deleted ${what}`, why: "It matches no use of a weapon, nobody holds it and its time is over." }
    : { what: `found ${what} gone`, why: "Somebody deleted it who may go past locks." };
  await deps.footageCustody.appendMissing(footageId, [{ at: deletedAt, who: "engine", ...note }]);
  await reevaluateForFootage(clip, deps);
  if (byUs) deps.log.info("footage.deleted", { footageId });
  else await tellGone(clip, deps);
  await changeKeeping(
    footageId,
    ({ lookAt: _, lifting: __, ...keeping }) => ({ ...keeping, holds: [] }),
    deps,
  );
  return byUs ? "deleted" : "gone";
}

async function tellGone({ footageId, objectKey }: FootageRecord, deps: DeleteFootageDeps): Promise<void> {
  deps.log.error("footage.gone", { footageId, objectKey });
  await deps.operations.tell({
    subject: "Witnessed: stored footage is gone",
    body: [
      `The file of footage ${footageId} is no longer in the store, and Witnessed did not delete it:`,
      objectKey,
      "The incidents that it mattered to are judged again.",
      "",
      "What to do: find in the store's access log who deleted it, today.",
    ].join("\n"),
  });
}
