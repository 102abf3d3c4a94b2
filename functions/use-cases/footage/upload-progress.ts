import type { FootageRecord } from "#contracts/footage.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import { bytesOfPart, partCount } from "./check-declaration.ts";

/** How far the file of a clip has come. */
export type UploadProgress =
  | { readonly at: "stored" }
  /** Nothing has been begun, or nothing of one PUT is there. */
  | { readonly at: "nothing" }
  /** The store does not know the upload: it was left alone for days, or somebody ended it. */
  | { readonly at: "forgotten" }
  /** Parts can be sent. `have` are the numbers, ascending, of those that are there whole. */
  | {
      readonly at: "parts";
      readonly uploadId: string;
      readonly have: readonly number[];
      readonly missing: readonly number[];
    };

/**
 * Asks the store, which alone knows. Parts are asked for before the object: of an upload that is joined between the
 * two questions the second finds the object, so that what is being joined is never taken for forgotten.
 */
export async function uploadProgress(
  { objectKey: key, uploadId, declaration: { file } }: FootageRecord,
  evidence: Pick<EvidenceStore, "listParts" | "stat">,
): Promise<UploadProgress> {
  const stored = uploadId === undefined ? undefined : await evidence.listParts({ key, uploadId });
  if (await evidence.stat(key)) return { at: "stored" };
  if (uploadId === undefined) return { at: "nothing" };
  if (!stored) return { at: "forgotten" };
  const whole = new Set(
    stored.filter(({ number, bytes }) => bytes === bytesOfPart(file, number)).map(({ number }) => number),
  );
  const numbers = Array.from({ length: partCount(file) }, (_, index) => index + 1);
  return {
    at: "parts",
    uploadId,
    have: numbers.filter((number) => whole.has(number)),
    missing: numbers.filter((number) => !whole.has(number)),
  };
}
