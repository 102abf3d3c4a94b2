import type { FootageLine } from "#contracts/answers.ts";
import { CorruptRecordError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import {
  type FootageRecords,
  type FootageStanding,
  isPromise,
  standingOf,
} from "#records/footage-records.ts";
import type { Page, PageQuery } from "#records/pages.ts";
import type { ProbeRequestRecords } from "#records/probe-request-records.ts";
import { onEach } from "#records/stored.ts";
import { type UploadProgress, uploadProgress } from "./upload-progress.ts";

export type ListFootageDeps = {
  readonly footage: Pick<FootageRecords, "read" | "listByStanding">;
  readonly probeRequests: Pick<ProbeRequestRecords, "read">;
  readonly evidence: Pick<EvidenceStore, "listParts" | "stat">;
  readonly clock: Clock;
};

/**
 * Clips by where they stand, the first declared first, each with its age and what is known of it: of one that is
 * awaited, how much the store has. A page with a cursor may come short.
 */
export async function listFootage(
  { state, ...page }: Pick<PageQuery, "limit" | "cursor"> & { readonly state: FootageStanding },
  deps: ListFootageDeps,
): Promise<Page<FootageLine>> {
  const { items, ...rest } = await deps.footage.listByStanding(state, page);
  const lines = await onEach(items, (footageId) => lineOf(footageId, state, deps));
  return { items: lines.filter((line) => line !== undefined), ...rest };
}

/** Undefined when it stands elsewhere by now, or cannot be read: of that the sweep tells operations. */
async function lineOf(
  footageId: string,
  state: FootageStanding,
  deps: ListFootageDeps,
): Promise<FootageLine | undefined> {
  const clip = await deps.footage.read(footageId).catch((error: unknown) => {
    if (error instanceof CorruptRecordError) return undefined;
    throw error;
  });
  if (!clip || standingOf(clip.record) !== state) return undefined;
  const { record } = clip;
  const { declaration, declaredAt, rejection, readerVersion, deletedAt } = record;
  const progress = isPromise(record) ? await uploadProgress(record, deps.evidence) : undefined;
  const asked = state === "REJECTED" ? (await deps.probeRequests.read(footageId))?.record : undefined;
  return {
    footageId,
    cameraSerial: declaration.camera.serial,
    clip: declaration.clip,
    drill: declaration.drill,
    startTime: declaration.startTime,
    endTime: declaration.endTime,
    bytes: declaration.file.bytes,
    state,
    declaredAt,
    ageSeconds: Math.max(0, Math.round((deps.clock.now().getTime() - Date.parse(declaredAt)) / 1000)),
    detail: detailOf(record, progress),
    ...(progress?.at === "parts"
      ? { parts: { have: progress.have.length, missing: progress.missing.length } }
      : {}),
    ...(rejection === undefined ? {} : { code: rejection.code }),
    ...(readerVersion === undefined ? {} : { readerVersion }),
    ...(asked && asked.doneAt === undefined ? { probeAskedAt: asked.askedAt } : {}),
    ...(deletedAt === undefined ? {} : { deletedAt }),
  };
}

/** One sentence for a person. */
function detailOf(record: FootageRecord, progress: UploadProgress | undefined): string {
  if (record.deletedAt !== undefined) {
    return record.deletedBecause === "FOUND_GONE"
      ? "The file is gone, and Witnessed did not delete it."
      : "The file was deleted: it showed no use and its time was over.";
  }
  if (record.state === "REJECTED") return record.rejection?.detail ?? "The file cannot be used.";
  if (record.state === "EXPIRED")
    return "It was promised and did not come. It is taken when it comes all the same.";
  switch (progress?.at) {
    case "stored":
      return "The file has come and waits to be read.";
    case "parts":
      if (progress.have.length === 0) return "It was declared and nothing of it has come.";
      return progress.missing.length === 0
        ? "All parts have come and are to be joined."
        : `${progress.have.length} of ${progress.have.length + progress.missing.length} parts have come.`;
    default:
      return "It was declared and nothing of it has come.";
  }
}
