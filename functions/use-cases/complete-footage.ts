import { ConcurrentWriteError, ConflictError, RecordNotFoundError } from "#contracts/errors.ts";
import type { FootageRecord, FootageState } from "#contracts/footage.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";
import { bytesOfPart, partCount } from "./check-declaration.ts";

export type CompleteFootageDeps = {
  readonly footage: Pick<FootageRecords, "read" | "replace">;
  readonly evidence: Pick<EvidenceStore, "listParts" | "completeMultipart" | "stat">;
  /** Runs what goes on behind the answer; where nothing can, it waits. Never throws. */
  readonly behind: (work: () => Promise<unknown>) => Promise<void>;
};

const MOST_NAMED = 20;

/**
 * Joins the parts of a clip behind the answer: the intake settles it once the store has the object, and the
 * sweep finishes what a crash leaves. A clip of one PUT, or one that is joined already, is only looked up.
 *
 * Throws `RecordNotFoundError`, and `ConflictError` while parts are missing.
 */
export async function completeFootage(
  { footageId }: { readonly footageId: string },
  deps: CompleteFootageDeps,
): Promise<{ readonly footageId: string; readonly state: FootageState }> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.footage.read(footageId);
    if (!stored) throw new RecordNotFoundError(`There is no footage ${footageId}: declare it first.`);
    const { record } = stored;
    const { uploadId } = record;
    if (record.state !== "AWAITING_UPLOAD" && record.state !== "PROCESSING") {
      return { footageId, state: record.state };
    }
    if (uploadId === undefined) return { footageId, state: record.state };
    if (record.state === "AWAITING_UPLOAD") await refuseMissingParts(record, uploadId, deps);
    const processing: FootageRecord = { ...record, state: "PROCESSING" };
    if (record.state === "PROCESSING" || (await deps.footage.replace(processing, stored.revision))) {
      const { bytes } = record.declaration.file;
      await deps.behind(() => deps.evidence.completeMultipart({ key: record.objectKey, uploadId, bytes }));
      return { footageId, state: "PROCESSING" };
    }
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while it was completed");
}

async function refuseMissingParts(
  record: FootageRecord,
  uploadId: string,
  deps: CompleteFootageDeps,
): Promise<void> {
  const { file } = record.declaration;
  const stored = await deps.evidence.listParts({ key: record.objectKey, uploadId });
  if (!stored) return refuseForgotten(record, deps);
  const whole = new Set(
    stored.filter(({ number, bytes }) => bytes === bytesOfPart(file, number)).map(({ number }) => number),
  );
  const missing = Array.from({ length: partCount(file) }, (_, index) => index + 1).filter(
    (n) => !whole.has(n),
  );
  if (missing.length === 0) return;
  const named = missing.slice(0, MOST_NAMED).join(", ");
  throw new ConflictError(
    `${missing.length} parts are missing: ${named}${missing.length > MOST_NAMED ? " …" : ""}. Declare the clip again naming them, upload them, and complete it then.`,
  );
}

/** The store forgets an upload that was joined, and one that was left alone for days. */
async function refuseForgotten(record: FootageRecord, deps: CompleteFootageDeps): Promise<void> {
  if (await deps.evidence.stat(record.objectKey)) return;
  throw new ConflictError("The parts of this upload are gone. Declare the clip again and upload them anew.");
}
