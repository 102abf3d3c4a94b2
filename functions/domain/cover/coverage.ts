import type { CoverOutcome } from "#contracts/verdict.ts";
import { covers, type Interval, missingFrom, totalMs, within } from "#domain/time/intervals.ts";

/** C and W of one reading of the event (ms). */
export type Required = { readonly c: Interval; readonly w: Interval };

/** The outcome of given shifts (contract §6): touching is not covering. */
export function outcomeOf({ c, w }: Required, cover: readonly Interval[]): CoverOutcome {
  if (covers(cover, w)) return "RECORDED";
  return within(c, cover).length > 0 ? "PARTLY_RECORDED" : "UNRECORDED";
}

const FROM_WORST = ["UNRECORDED", "PARTLY_RECORDED", "RECORDED"] as const;

/** Outcomes in one order, best first. */
export function bestFirst(outcomes: ReadonlySet<CoverOutcome>): CoverOutcome[] {
  return FROM_WORST.toReversed().filter((outcome) => outcomes.has(outcome));
}

/** All outcomes between the worst and the best of them: what cannot be ruled out when only the ends are known. */
export function everyBetween(outcomes: readonly CoverOutcome[]): readonly CoverOutcome[] {
  const ranks = outcomes.map((outcome) => FROM_WORST.indexOf(outcome));
  return FROM_WORST.slice(Math.min(...ranks), Math.max(...ranks) + 1);
}

/** Seconds required and covered of a span. */
export type SpanCover = { readonly requiredSeconds: number; readonly coveredSeconds: number };

export function spanCover(span: Interval, cover: readonly Interval[]): SpanCover {
  return {
    requiredSeconds: (span.to - span.from) / 1000,
    coveredSeconds: totalMs(within(span, cover)) / 1000,
  };
}

export type CoverBySpan = SpanCover & {
  readonly before: SpanCover;
  readonly during: SpanCover;
  readonly after: SpanCover;
  readonly missing: readonly Interval[];
};

/** Seconds before, during and after the event, and what is missing. */
export function coverBySpan({ c, w }: Required, cover: readonly Interval[]): CoverBySpan {
  return {
    ...spanCover(w, cover),
    before: spanCover({ from: w.from, to: c.from }, cover),
    during: spanCover(c, cover),
    after: spanCover({ from: c.to, to: w.to }, cover),
    missing: missingFrom(w, cover),
  };
}
