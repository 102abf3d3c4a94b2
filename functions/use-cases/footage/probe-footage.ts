import type { ProbeResult, ReadRange } from "#contracts/footage.ts";
import { describeMatroska, looksLikeMatroska } from "#domain/media/describe-matroska.ts";
import { looksLikeIsoBmff, probeIsoBmff } from "#domain/media/probe-iso-bmff.ts";
import type { MatroskaReader } from "#ports/matroska-reader.ts";

export type ProbeFootageDeps = { readonly readMatroska: MatroskaReader };

const FIRST_BYTES = 16;

/**
 * Finds out what a stored file holds: MP4, MOV and 3GP by our own reader, Matroska and WebM by the port.
 * Errors of `readRange` pass through; whatever the file does is an answer.
 *
 * Our reader runs without a clock: each of its loops ends with the bytes that it may read, and a timer of this
 * thread could not stop it anyway. The store's reads have their own time limits.
 */
export async function probeFootage(
  file: { readonly bytes: number; readonly readRange: ReadRange },
  { readMatroska }: ProbeFootageDeps,
): Promise<ProbeResult> {
  const first = await file.readRange(0, Math.min(FIRST_BYTES, file.bytes));
  if (looksLikeIsoBmff(first)) return probeIsoBmff(file);
  if (!looksLikeMatroska(first)) {
    const detail = "The file is no MP4, MOV, 3GP, Matroska or WebM video.";
    return { outcome: "unusable", code: "UNSUPPORTED_CONTAINER", detail };
  }
  const reading = await readMatroska(file);
  return reading.outcome === "read" ? describeMatroska(reading.timeline) : reading;
}
