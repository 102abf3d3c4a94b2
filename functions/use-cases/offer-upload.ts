import type { UploadAnswer } from "#contracts/answers.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageDeclaration, FootageRecord } from "#contracts/footage.ts";
import { toUtc } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { type Stored, WRITERS_AT_ONCE } from "#records/stored.ts";
import { bytesOfPart, partCount } from "./check-declaration.ts";

export type OfferUploadDeps = {
  readonly footage: Pick<FootageRecords, "read" | "replace">;
  readonly evidence: Pick<
    EvidenceStore,
    "presignPut" | "presignPart" | "beginMultipart" | "listParts" | "stat"
  >;
  readonly clock: Clock;
};

/** How long the store's URLs are good for; noted before they are handed out, so that a promise is never lost. */
const PUT_SECONDS = 300;
const PART_SECONDS = 900;
const MINUTE = 60_000;
/**
 * Fresh URLs for what the store does not have yet of this clip; null when nothing is missing or when it is
 * settled. `wanted` names the parts to send next.
 */
export async function offerUpload(
  footageId: string,
  wanted: FootageDeclaration["file"]["parts"],
  deps: OfferUploadDeps,
): Promise<UploadAnswer> {
  const stored = await deps.footage.read(footageId);
  if (!stored || !isAwaited(stored.record)) return null;
  if (await deps.evidence.stat(stored.record.objectKey)) return null;
  return partCount(stored.record.declaration.file) === 0
    ? offerPut(footageId, deps)
    : offerParts(footageId, wanted ?? [], deps);
}

/** A promise that was given up is taken up again when the device comes back with it. */
function isAwaited({ state }: FootageRecord): boolean {
  return state === "AWAITING_UPLOAD" || state === "EXPIRED";
}

async function offerPut(footageId: string, deps: OfferUploadDeps): Promise<UploadAnswer> {
  const record = await promise(footageId, PUT_SECONDS, deps);
  if (!record) return null;
  const { bytes, contentType, sha256 } = record.declaration.file;
  return deps.evidence.presignPut({ key: record.objectKey, bytes, contentType, sha256 });
}

async function offerParts(
  footageId: string,
  wanted: readonly { readonly number: number; readonly sha256: string }[],
  deps: OfferUploadDeps,
): Promise<UploadAnswer> {
  const record = await promise(footageId, PART_SECONDS, deps);
  if (!record) return null;
  const upload = await openUpload(record, deps);
  if (!upload) return null;
  const { uploadId, stored } = upload;
  const { file } = record.declaration;
  const have = stored
    .filter(({ number, bytes }) => bytes === bytesOfPart(file, number))
    .map(({ number }) => number)
    .sort((a, b) => a - b);
  const missing = wanted.filter(({ number }) => !have.includes(number));
  const parts = await Promise.all(
    missing.map(async ({ number, sha256 }) => ({
      number,
      ...(await deps.evidence.presignPart({
        key: record.objectKey,
        uploadId,
        number,
        bytes: bytesOfPart(file, number),
        sha256,
      })),
    })),
  );
  return { parts, have, remaining: partCount(file) - have.length };
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
 * The upload that the parts go into, recorded before any URL of it is handed out, and what it holds; undefined
 * when the clip was settled meanwhile.
 */
async function openUpload(record: FootageRecord, deps: OfferUploadDeps) {
  const known = record.uploadId && (await partsOf(record, record.uploadId, deps));
  if (known) return known;
  const begun = await deps.evidence.beginMultipart({
    key: record.objectKey,
    contentType: record.declaration.file.contentType,
  });
  // Of two that begin at once the first recorded stands; the store clears away the other.
  const recorded = await change(record.footageId, deps, (current) =>
    current.uploadId === record.uploadId ? { ...current, uploadId: begun.uploadId } : current,
  );
  if (!recorded?.uploadId) return undefined;
  return (await partsOf(record, recorded.uploadId, deps)) ?? { uploadId: recorded.uploadId, stored: [] };
}

async function partsOf(record: FootageRecord, uploadId: string, deps: OfferUploadDeps) {
  const stored = await deps.evidence.listParts({ key: record.objectKey, uploadId });
  return stored && { uploadId, stored };
}

async function change(
  footageId: string,
  deps: OfferUploadDeps,
  changed: (record: FootageRecord) => FootageRecord,
): Promise<FootageRecord | undefined> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored: Stored<FootageRecord> | undefined = await deps.footage.read(footageId);
    if (!stored || !isAwaited(stored.record)) return undefined;
    const next = changed(stored.record);
    if (next === stored.record || (await deps.footage.replace(next, stored.revision))) return next;
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while its upload was offered");
}

/** Of two times in UTC with milliseconds, which sort as text. */
function laterOf(one: string, other: string): string {
  return [one, other].sort()[1] ?? other;
}
