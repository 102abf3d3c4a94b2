import type { FootageRecord } from "#contracts/footage.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import { type FootageRecords, isPromise, orderOfPromise } from "#records/footage-records.ts";
import { onEach } from "#records/stored.ts";
import type { SettleFootageOutcome } from "#use-cases/footage/settle-footage.ts";
import { changeAndTell, type TellChangeDeps } from "#use-cases/footage/tell-change.ts";
import { uploadProgress } from "#use-cases/footage/upload-progress.ts";
import type { SweepRun } from "./attempts.ts";
import { type InRoundsDeps, inRounds } from "./in-rounds.ts";

const DAY = 24 * 3_600_000;
/** Cameras promise their clips hours before they are docked; what never comes is looked at for seven days. */
const PROMISE_KEPT_MS = 7 * DAY;
/** In one run; the next goes on where this one ended. */
const MOST_PROMISES = 2000;
/** A file may take a process of its own to be read. */
const READ_AT_ONCE = 2;

export type LookAtPromisesDeps = TellChangeDeps &
  InRoundsDeps & {
    readonly footage: Pick<FootageRecords, "listDuePromises">;
    readonly evidence: Pick<EvidenceStore, "stat" | "listParts" | "completeMultipart">;
    /** Looks at a stored object and decides whether it counts (`settleFootage`). */
    readonly settle: (object: { readonly objectKey: string }) => Promise<SettleFootageOutcome>;
    readonly clock: Clock;
    readonly log: Log;
  };

/** What became of a promise. `unread`: its file or all its parts are there, and the run had no time left for them. */
type PromiseEnd = "settled" | "unread" | "reopened" | "expired" | "promised" | "half-sent";
export type LookedAt = { readonly clip: FootageRecord; readonly end: PromiseEnd };

/** Brings forward uploads whose URLs have expired, and says where each of them stands. */
export async function lookAtPromises(run: SweepRun, deps: LookAtPromisesDeps): Promise<readonly LookedAt[]> {
  const clips = await listPromises(run, deps);
  const looked = await onEach(clips, (clip) =>
    run.attempt({ footageId: clip.footageId }, clip.declaredAt, () => bringForward(clip, run, deps)),
  );
  const here = clips.filter((_, index) => looked[index] === "stored");
  const read = await onEach(here, (clip) => readOne(clip, run, deps), READ_AT_ONCE);
  return [
    ...clips.flatMap((clip, index) => {
      const end = looked[index];
      return end === undefined || end === "stored" ? [] : [{ clip, end }];
    }),
    ...here.flatMap((clip, index) => {
      const end = read[index];
      return end === undefined ? [] : [{ clip, end }];
    }),
  ];
}

async function listPromises(run: SweepRun, deps: LookAtPromisesDeps): Promise<readonly FootageRecord[]> {
  const at = run.now.toISOString();
  const clips: FootageRecord[] = [];
  const look = async (after: string | undefined) => {
    const ids = await deps.footage.listDuePromises(at, MOST_PROMISES, after);
    const found = await onEach(ids, (footageId) =>
      run.attempt({ footageId }, at, () => deps.footage.read(footageId)),
    );
    clips.push(...found.flatMap((stored) => (stored ? [stored.record] : [])));
    // One that was declared again meanwhile stands further on than the list goes by now.
    const last = clips.findLast(({ urlsExpireAt }) => urlsExpireAt < at);
    return ids.length === MOST_PROMISES && last ? orderOfPromise(last) : undefined;
  };
  await run.attempt({ list: "promises" }, at, () =>
    inRounds({ name: "promises", everyMs: 0, now: run.now }, look, deps),
  );
  // The list may be behind the records.
  return clips.filter((clip) => isPromise(clip) && clip.urlsExpireAt < at);
}

async function readOne(
  { footageId, objectKey, declaredAt }: FootageRecord,
  run: SweepRun,
  deps: LookAtPromisesDeps,
): Promise<"settled" | "unread" | "promised" | undefined> {
  if (run.isLate()) return "unread";
  const settled = await run.attempt({ footageId }, declaredAt, () => deps.settle({ objectKey }));
  if (settled === undefined) return undefined;
  return settled.outcome === "settled" || settled.outcome === "already-settled" ? "settled" : "promised";
}

/** Its object is there, or its parts are and are joined, or it is still awaited, or no longer. */
async function bringForward(
  clip: FootageRecord,
  { now, isLate }: SweepRun,
  deps: LookAtPromisesDeps,
): Promise<"stored" | Exclude<PromiseEnd, "settled">> {
  const progress = await uploadProgress(clip, deps.evidence);
  if (progress.at === "stored") return "stored";
  if (progress.at === "parts" && progress.missing.length === 0) {
    if (isLate()) return "unread";
    if (await join(clip, progress, deps)) return "stored";
  }
  if (now.getTime() - Date.parse(clip.urlsExpireAt) > PROMISE_KEPT_MS) return expire(clip, deps);
  if (clip.state === "PROCESSING") return reopen(clip, deps);
  return progress.at === "parts" && progress.have.length > 0 ? "half-sent" : "promised";
}

/** All parts are there and nobody joined them: the device went away, or a process ended. */
async function join(
  { objectKey: key, declaration }: FootageRecord,
  { uploadId }: { readonly uploadId: string },
  deps: LookAtPromisesDeps,
): Promise<boolean> {
  const { bytes } = declaration.file;
  return (await deps.evidence.completeMultipart({ key, uploadId, bytes })).outcome === "completed";
}

/** What was to be joined cannot be: the device that asks hears that its clip is awaited, and sends it again. */
async function reopen(clip: FootageRecord, deps: LookAtPromisesDeps): Promise<"reopened" | "promised"> {
  const { footageId } = clip;
  const stored = await unchanged(clip, deps);
  if (!stored) return "promised";
  const reopened: FootageRecord = { ...stored.record, state: "AWAITING_UPLOAD" };
  if (!(await deps.footage.replace(reopened, stored.revision))) return "promised";
  deps.log.warn("footage.upload-lost", { footageId });
  return "reopened";
}

/** A promise that was broken is a finding: it stays listed, and the verdicts that it may change are given anew. */
async function expire(clip: FootageRecord, deps: LookAtPromisesDeps): Promise<"expired" | "promised"> {
  const { footageId } = clip;
  const stored = await unchanged(clip, deps);
  if (!stored) return "promised";
  if (!(await changeAndTell({ ...stored.record, state: "EXPIRED" }, stored.revision, deps)))
    return "promised";
  deps.log.warn("footage.expired", { footageId });
  return "expired";
}

/** The record, unless the device came back with the clip since it was looked at. */
async function unchanged({ footageId, state, urlsExpireAt }: FootageRecord, deps: LookAtPromisesDeps) {
  const stored = await deps.footage.read(footageId);
  return stored?.record.state === state && stored.record.urlsExpireAt === urlsExpireAt ? stored : undefined;
}
