import type { MediaFacts } from "#contracts/footage.ts";
import { GAP_SECONDS, type Span } from "./picture-cover.ts";
import { soundBeside } from "./sound-spans.ts";

/** Spans in order, those that are a second or less apart as one. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last && span.from - last.to <= GAP_SECONDS) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else {
      result.push(span);
    }
  }
  return result;
}

/**
 * What a record keeps of when there are pictures and sound; undefined without pictures.
 *
 * @param shown where pictures are, joined
 * @param heard where sound is, on the same clock, of all tracks, in any order
 */
export function spanFacts(
  shown: readonly Span[],
  heard: readonly Span[],
): Pick<MediaFacts, "playableSeconds" | "gaps" | "audio"> | undefined {
  const [first] = shown;
  const last = shown.at(-1);
  if (!first || !last) return undefined;
  const whole = { from: first.from, to: last.to };
  return {
    playableSeconds: milliseconds(whole.to - whole.from),
    gaps: gapsBetween(shown, whole.from),
    audio: soundBeside(joined(heard), whole).map(rounded),
  };
}

function gapsBetween(shown: readonly Span[], start: number): Span[] {
  return shown.slice(1).map(({ from }, index) => {
    const before = shown[index] ?? { to: from };
    return rounded({ from: before.to - start, to: from - start });
  });
}

function rounded({ from, to }: Span): Span {
  return { from: milliseconds(from), to: milliseconds(to) };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
