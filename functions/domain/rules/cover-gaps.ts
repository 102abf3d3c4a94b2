import { type Interval, missingFrom, totalMs, within } from "#domain/time/intervals.ts";
import type { CaseFacts } from "./case-facts.ts";

/** The uncovered pieces of W, where some of C is covered; undefined where none is, which other rules tell. */
export function coverIsTold(facts: CaseFacts): readonly Interval[] | undefined {
  return facts.applicable && eventIsCovered(facts) ? missingFrom(facts.required.w, facts.cover) : undefined;
}

/** Whether any of C is covered. */
function eventIsCovered({ required, cover }: CaseFacts): boolean {
  return within(required.c, cover).length > 0;
}

/** What of W is covered before and after an event of which nothing is. */
export function coverAround(
  facts: CaseFacts,
): { readonly lead: boolean; readonly aftermath: boolean } | undefined {
  if (!facts.applicable || eventIsCovered(facts)) return undefined;
  const { c, w } = facts.required;
  return {
    lead: within({ from: w.from, to: c.from }, facts.cover).length > 0,
    aftermath: within({ from: c.to, to: w.to }, facts.cover).length > 0,
  };
}

/** Seconds in the pieces, for a detail. */
export function secondsOf(pieces: readonly Interval[]): number {
  return totalMs(pieces) / 1000;
}
