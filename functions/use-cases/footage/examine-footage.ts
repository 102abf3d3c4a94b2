import type { FootageRecord } from "#contracts/footage.ts";
import type { EvidenceStore, StoredObject } from "#ports/evidence-store.ts";
import type { MediaProbe } from "#ports/media-probe.ts";

export type ExamineFootageDeps = {
  readonly evidence: Pick<EvidenceStore, "readRange">;
  readonly probe: MediaProbe;
  /** Of what `probe` reads with: noted with what it found. */
  readonly readerVersion: number;
};

/** What was found out about a file: the fields of the record that say so, those that say nothing undefined. */
export type Finding = {
  readonly state: "ACCEPTED" | "REJECTED";
  readonly media: FootageRecord["media"];
  readonly rejection: FootageRecord["rejection"];
  readonly readerVersion: number | undefined;
};

/** Whether the stored file is what was declared, and a reader finds pictures in it. */
export async function examineFootage(
  { declaration, objectKey }: FootageRecord,
  stored: StoredObject,
  deps: ExamineFootageDeps,
): Promise<Finding> {
  const { bytes, sha256 } = declaration.file;
  if (stored.bytes !== bytes) {
    return reject("SIZE_MISMATCH", `${bytes} bytes were declared and ${stored.bytes} were stored.`);
  }
  // The hash of a multipart object is made of its parts' hashes, each of which the store checked.
  if (!stored.composite && stored.sha256 !== sha256) {
    return reject("CHECKSUM_MISMATCH", "The SHA-256 of the stored file is not the declared one.");
  }
  const readRange = (from: number, length: number) => deps.evidence.readRange(objectKey, from, length);
  const result = await deps.probe({ bytes: stored.bytes, readRange });
  const { readerVersion } = deps;
  return result.outcome === "playable"
    ? { state: "ACCEPTED", media: result.media, rejection: undefined, readerVersion }
    : reject(result.code, result.detail, readerVersion);
}

function reject(code: string, detail: string, readerVersion?: number): Finding {
  return { state: "REJECTED", media: undefined, rejection: { code, detail }, readerVersion };
}

/** The record as the finding leaves it. */
export function withFinding(
  record: FootageRecord,
  { state, media, rejection, readerVersion }: Finding,
): FootageRecord {
  const { media: _, rejection: __, readerVersion: ___, ...rest } = record;
  return {
    ...rest,
    state,
    ...(media === undefined ? {} : { media }),
    ...(rejection === undefined ? {} : { rejection }),
    ...(readerVersion === undefined ? {} : { readerVersion }),
  };
}
