import type { Span } from "./picture-cover.ts";

/**
 * Encoders start sound up to 50 ms before (AAC priming that no edit list hides) or up to 140 ms after the
 * first picture, and end it as much before the last one's end. That is one recording, not missing sound.
 */
const LATE_SECONDS = 0.14;

/**
 * Where sound is beside the pictures, in seconds from the first picture. Sound before the first or after the
 * last picture is left out: nothing counts there (contract §5).
 *
 * A first sample that stands alone is no sound: cameras that begin to record sound later write one sample
 * that lasts until then.
 *
 * @param spans of the sound, on the same clock as `pictures`
 * @param pictures from the first to the end of the last picture
 */
export function soundBeside(spans: readonly Span[], pictures: Span): Span[] {
  const length = pictures.to - pictures.from;
  const moved = spans.map(({ from, to }) => ({ from: from - pictures.from, to: to - pictures.from }));
  const [first] = moved;
  const standsAlone = moved.length > 1 && first !== undefined && first.to - first.from <= LATE_SECONDS;
  return moved
    .slice(standsAlone ? 1 : 0)
    .map(({ from, to }) => ({
      from: from <= LATE_SECONDS ? 0 : from,
      to: to >= length - LATE_SECONDS ? length : to,
    }))
    .filter(({ from, to }) => from < to);
}
