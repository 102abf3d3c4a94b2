import type { SampleRuns } from "./sample-runs.ts";

/** Half-open, seconds. */
export type Span = { readonly from: number; readonly to: number };

/** Contract §5: gaps of over 1 s are not covered. */
export const GAP_SECONDS = 1;
/** A camera that takes less than a picture a second still shows each for no more than this. */
const LONGEST_PICTURE_SECONDS = 1;
/** More holes than this are no recording: what lies behind them is taken as one hole. */
export const MOST_SPANS = 256;
/** Distinct durations that are counted in search of the usual one. */
const MOST_DURATIONS = 4096;

export type Cover = {
  /** Sorted, with more than `GAP_SECONDS` between them. */
  readonly spans: readonly Span[];
  /** There were too many holes to list. */
  readonly shredded: boolean;
};

/**
 * The time during which there are pictures (or sounds).
 *
 * A picture stands for the track's usual picture duration, at most 1 s, whatever duration its own entry
 * claims: a last picture before a hole is written with the hole's length. Where the next picture comes more
 * than 1 s after that, there is a hole, from the end of the usual duration to the next picture. So a steady
 * 1 or 2 pictures a second have no holes (each lasts until the next), a jump of 1.5 s at 25 pictures a second
 * is a hole of 1.46 s, and one picture "of 30 s" is worth 1 s.
 */
export function coverOf(runs: Pick<SampleRuns, "visit">, timescale: number): Cover {
  const usual = Math.min(usualStep(runs), LONGEST_PICTURE_SECONDS * timescale);
  const reach = usual + GAP_SECONDS * timescale;
  const found = createSpanCollector(reach);
  runs.visit((first, count, step) => {
    if (step <= reach) {
      // The last one's own duration counts where it is no hole: rounding makes durations differ by a tick.
      found.add(first, first + (count - 1) * step, step);
      return;
    }
    for (let index = 0; index < Math.min(count, MOST_SPANS + 1); index += 1) {
      found.add(first + index * step, first + index * step, usual);
    }
    if (count > MOST_SPANS) found.tooMany();
  });
  return {
    spans: found.spans(usual).map(({ from, to }) => ({ from: from / timescale, to: to / timescale })),
    shredded: found.shredded(),
  };
}

/** The duration that most samples have. */
function usualStep(runs: Pick<SampleRuns, "visit">): number {
  const seen = new Map<number, number>();
  runs.visit((_first, count, step) => {
    if (step > 0 && (seen.has(step) || seen.size < MOST_DURATIONS)) {
      seen.set(step, (seen.get(step) ?? 0) + count);
    }
  });
  let usual = 0;
  let most = 0;
  for (const [step, count] of seen) {
    if (count > most || (count === most && step < usual)) {
      usual = step;
      most = count;
    }
  }
  return usual;
}

type Stretch = { from: number; last: number; ownStep: number };

/** Joins what lies within reach of each other, in whatever order it comes (pictures are not stored in theirs). */
function createSpanCollector(reach: number) {
  let stretches: Stretch[] = [];
  let shredded = false;

  const join = (into: Stretch, other: Stretch): boolean => {
    if (other.from > into.last + reach || into.from > other.last + reach) return false;
    into.from = Math.min(into.from, other.from);
    if (other.last >= into.last) {
      into.last = other.last;
      into.ownStep = other.ownStep;
    }
    return true;
  };
  const compact = (): void => {
    stretches.sort((one, other) => one.from - other.from);
    const joined: Stretch[] = [];
    for (const stretch of stretches) {
      const last = joined.at(-1);
      if (!last || !join(last, stretch)) joined.push(stretch);
    }
    if (joined.length > MOST_SPANS) shredded = true;
    stretches = joined.slice(0, MOST_SPANS);
  };

  return {
    add(from: number, last: number, ownStep: number): void {
      const stretch = { from, last, ownStep };
      const latest = stretches.at(-1);
      if (latest && join(latest, stretch)) return;
      stretches.push(stretch);
      if (stretches.length > 4 * MOST_SPANS) compact();
    },
    tooMany(): void {
      shredded = true;
    },
    shredded: () => shredded,
    spans(usual: number): Span[] {
      compact();
      return stretches.map(({ from, last, ownStep }) => ({
        from,
        to: last + (ownStep > 0 && ownStep <= reach ? ownStep : usual),
      }));
    },
  };
}
