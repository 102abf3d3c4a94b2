import { ConcurrentWriteError, ConflictError, RecordNotFoundError } from "#contracts/errors.ts";
import type { FootageRecord, FootageState } from "#contracts/footage.ts";
import { toUtc } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";
import { partCount } from "./check-declaration.ts";
import { type UploadProgress, uploadProgress } from "./upload-progress.ts";

export type CompleteFootageDeps = {
  readonly footage: Pick<FootageRecords, "read" | "replace">;
  readonly evidence: Pick<EvidenceStore, "listParts" | "completeMultipart" | "stat">;
  readonly clock: Clock;
  /** Runs what goes on behind the answer; where nothing can, it waits. Never throws. */
  readonly behind: (work: () => Promise<unknown>) => Promise<void>;
};

const MOST_NAMED = 20;
/** Longer than anything goes on behind an answer: what is not joined by then is left to the sweep. */
const LEFT_TO_THE_SWEEP_MS = 2 * 60_000;

/**
 * Joins the parts of a clip behind the answer: the intake settles it once the store has the object, and the
 * sweep finishes what a crash leaves. A clip of one PUT, or one that is joined already, is only looked up.
 *
 * Throws `RecordNotFoundError`, and `ConflictError` while parts are missing or when the store has forgotten them.
 */
export async function completeFootage(
  { footageId }: { readonly footageId: string },
  deps: CompleteFootageDeps,
): Promise<{ readonly footageId: string; readonly state: FootageState }> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.footage.read(footageId);
    if (!stored) throw new RecordNotFoundError(`There is no footage ${footageId}: declare it first.`);
    const { record } = stored;
    const { state, declaration, objectKey: key } = record;
    if (state === "ACCEPTED" || state === "REJECTED" || partCount(declaration.file) === 0) {
      return { footageId, state };
    }
    const progress = await uploadProgress(record, deps.evidence);
    refuseUnfinished(progress);
    if (state === "PROCESSING" || (await deps.footage.replace(processed(record, deps), stored.revision))) {
      if (progress.at === "parts") {
        const { uploadId } = progress;
        const { bytes } = declaration.file;
        await deps.behind(() => deps.evidence.completeMultipart({ key, uploadId, bytes }));
      }
      return { footageId, state: "PROCESSING" };
    }
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while it was completed");
}

/** No URL of it is needed any more, so the sweep need not wait until they expire. */
function processed(record: FootageRecord, { clock }: CompleteFootageDeps): FootageRecord {
  return {
    ...record,
    state: "PROCESSING",
    urlsExpireAt: toUtc(clock.now().getTime() + LEFT_TO_THE_SWEEP_MS),
  };
}

function refuseUnfinished(progress: UploadProgress): void {
  if (progress.at === "nothing" || progress.at === "forgotten") {
    throw new ConflictError("There are no parts of this clip. Declare it again and upload them (anew).");
  }
  if (progress.at === "stored" || progress.missing.length === 0) return;
  const { missing } = progress;
  const named = missing.slice(0, MOST_NAMED).join(", ");
  throw new ConflictError(
    `${missing.length} parts are missing: ${named}${missing.length > MOST_NAMED ? " …" : ""}. Declare the clip again naming them, upload them, and complete it then.`,
  );
}
