import type { UploadAnswer } from "#contracts/answers.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageDeclaration, FootageRecord } from "#contracts/footage.ts";
import { toUtc } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { type Stored, WRITERS_AT_ONCE } from "#records/stored.ts";
import { bytesOfPart, partCount } from "./check-declaration.ts";
import { type UploadProgress, uploadProgress } from "./upload-progress.ts";

export type OfferUploadDeps = {
  readonly footage: Pick<FootageRecords, "read" | "replace">;
  readonly evidence: Pick<
    EvidenceStore,
    "presignPut" | "presignPart" | "beginMultipart" | "listParts" | "stat" | "completeMultipart"
  >;
  readonly clock: Clock;
  /** Runs what goes on behind the answer; where nothing can, it waits. Never throws. */
  readonly behind: (work: () => Promise<unknown>) => Promise<void>;
};

/** How long the store's URLs are good for; noted before they are handed out, so that a promise is never lost. */
const PUT_SECONDS = 300;
const PART_SECONDS = 900;
const MINUTE = 60_000;

/** Parts that the device wants to send next. */
type Wanted = readonly { readonly number: number; readonly sha256: string }[];

/**
 * Fresh URLs for what the store does not have yet of this clip; null when nothing is missing or when it is
 * settled. `wanted` names the parts to send next.
 *
 * What the store has is asked of the store, whatever the record says: an upload that it forgot begins anew, and one
 * whose parts are all there while nobody joins them is joined.
 */
export async function offerUpload(
  footageId: string,
  wanted: FootageDeclaration["file"]["parts"],
  deps: OfferUploadDeps,
): Promise<UploadAnswer> {
  const stored = await deps.footage.read(footageId);
  if (!stored || isSettled(stored.record)) return null;
  const { record } = stored;
  const progress = await uploadProgress(record, deps.evidence);
  if (progress.at === "stored") return null;
  if (partCount(record.declaration.file) === 0) return offerPut(footageId, deps);
  if (record.state === "PROCESSING" && progress.at === "parts" && progress.missing.length === 0) {
    const { objectKey: key, declaration } = record;
    const { uploadId } = progress;
    await deps.behind(() =>
      deps.evidence.completeMultipart({ key, uploadId, bytes: declaration.file.bytes }),
    );
    return null;
  }
  return offerParts(record, progress, wanted ?? [], deps);
}

/** A promise that was given up is taken up again when the device comes back with it. */
function isSettled({ state }: FootageRecord): boolean {
  return state === "ACCEPTED" || state === "REJECTED";
}

async function offerPut(footageId: string, deps: OfferUploadDeps): Promise<UploadAnswer> {
  const record = await promise(footageId, PUT_SECONDS, deps);
  if (!record) return null;
  const { bytes, contentType, sha256 } = record.declaration.file;
  return deps.evidence.presignPut({ key: record.objectKey, bytes, contentType, sha256 });
}

async function offerParts(
  { footageId }: FootageRecord,
  progress: UploadProgress,
  wanted: Wanted,
  deps: OfferUploadDeps,
): Promise<UploadAnswer> {
  const record = await promise(footageId, PART_SECONDS, deps);
  if (!record) return null;
  const open = progress.at === "parts" ? progress : await openUpload(record, deps);
  if (!open) return null;
  const { uploadId, have, missing } = open;
  const { objectKey: key, declaration } = record;
  const parts = await Promise.all(
    wanted
      .filter(({ number }) => !have.includes(number))
      .map(async ({ number, sha256 }) => {
        const bytes = bytesOfPart(declaration.file, number);
        return { number, ...(await deps.evidence.presignPart({ key, uploadId, number, bytes, sha256 })) };
      }),
  );
  return { parts, have: [...have], remaining: missing.length };
}

/**
 * Notes until when URLs of the clip will be good; undefined when it was settled meanwhile. Rounded up to the
 * minute, so that a device that asks many times at once writes this once.
 */
async function promise(
  footageId: string,
  seconds: number,
  deps: OfferUploadDeps,
): Promise<FootageRecord | undefined> {
  const until = toUtc(Math.ceil((deps.clock.now().getTime() + seconds * 1000) / MINUTE) * MINUTE);
  return change(footageId, deps, (record) =>
    record.state === "AWAITING_UPLOAD" && record.urlsExpireAt >= until
      ? record
      : { ...record, state: "AWAITING_UPLOAD", urlsExpireAt: laterOf(record.urlsExpireAt, until) },
  );
}

/**
 * A new upload that the parts go into, recorded before any URL of it is handed out; undefined when the clip was
 * stored or settled meanwhile.
 */
async function openUpload(record: FootageRecord, deps: OfferUploadDeps) {
  const { uploadId } = await deps.evidence.beginMultipart({
    key: record.objectKey,
    contentType: record.declaration.file.contentType,
  });
  // Of two that begin at once the first recorded stands; the store clears away the other.
  const recorded = await change(record.footageId, deps, (current) =>
    current.uploadId === record.uploadId ? { ...current, uploadId } : current,
  );
  const progress = recorded && (await uploadProgress(recorded, deps.evidence));
  return progress?.at === "parts" ? progress : undefined;
}

async function change(
  footageId: string,
  deps: OfferUploadDeps,
  changed: (record: FootageRecord) => FootageRecord,
): Promise<FootageRecord | undefined> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored: Stored<FootageRecord> | undefined = await deps.footage.read(footageId);
    if (!stored || isSettled(stored.record)) return undefined;
    const next = changed(stored.record);
    if (next === stored.record || (await deps.footage.replace(next, stored.revision))) return next;
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while its upload was offered");
}

/** Of two times in UTC with milliseconds, which sort as text. */
function laterOf(one: string, other: string): string {
  return [one, other].sort()[1] ?? other;
}
