import { expect } from "vitest";
import type { MediaFacts } from "#contracts/footage.ts";
import type { SecondOpinion } from "./media-files.ts";

/** One picture at the slowest usual rate, or the reordering of a few. */
const CLOSE_SECONDS = 0.16;

export function expectClose(found: number | undefined, wanted: number): void {
  expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThan(CLOSE_SECONDS);
}

export function expectGaps(
  found: MediaFacts["gaps"],
  wanted: readonly { readonly from: number; readonly to: number }[],
): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach(({ from, to }, index) => {
    expectClose(found[index]?.from, from);
    expectClose(found[index]?.to, to);
  });
}

/** The codes of warnings, sorted. */
export function codesOf({ warnings }: Pick<MediaFacts, "warnings">): string[] {
  return warnings.map((warning) => warning.split(" ")[0] ?? "").sort();
}

/**
 * ffprobe finds the same pictures and the same sound. In fragments it lists pictures that an edit list hides,
 * with times before 0.
 *
 * @param soundToo false where ffprobe takes for sound what is none
 */
export function expectAgreement(
  media: MediaFacts,
  { codec, soundCodec, width, height, pictures, sound }: SecondOpinion,
  soundToo: boolean,
): void {
  const from = Math.min(...pictures.filter((packet) => packet.to > 0).map((packet) => packet.from));
  const to = Math.max(...pictures.map((packet) => packet.to));
  expect(media).toMatchObject({ videoCodec: codec, width, height, truncated: false });
  expectClose(media.playableSeconds, to - from);
  expect(media.audio.length > 0).toBe(sound.length > 0);
  if (media.audioCodec && soundCodec !== "unknown") expect(media.audioCodec).toBe(soundCodec);
  const [first] = media.audio;
  if (!first || !soundToo) return;
  expectClose(first.from, Math.max(0, Math.min(...sound.map((packet) => packet.from)) - from));
  expectClose(media.audio.at(-1)?.to, Math.min(to, Math.max(...sound.map((packet) => packet.to))) - from);
}
