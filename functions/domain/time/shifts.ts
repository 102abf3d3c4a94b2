import { type Interval, union, within } from "./intervals.ts";

/** Shifts are whole milliseconds; a set of them is written as half-open intervals, so ±u is [−u, u + 1). */
export const NO_SHIFT: Interval = { from: 0, to: 1 };

/** All shifts of a clock that is known within ± so many milliseconds, ends included. */
export function shiftsWithin(uncertaintyMs: number): Interval {
  return { from: -uncertaintyMs, to: uncertaintyMs + 1 };
}

/** All that the first shift less the second can be. */
export function relativeShifts(shifts: Interval, eventShifts: Interval): Interval {
  return { from: shifts.from - eventShifts.to + 1, to: shifts.to - eventShifts.from };
}

/** The shifts of the event for which some shift of the other thing makes their difference one of `differences`. */
export function eventShiftsFor(
  differences: readonly Interval[],
  shifts: Interval,
  eventShifts: Interval,
): readonly Interval[] {
  return within(
    eventShifts,
    union(differences.map(({ from, to }) => ({ from: shifts.from - to + 1, to: shifts.to - from }))),
  );
}

/** The relative shifts with which one interval shares an instant with another. */
export function overlappingShifts(moved: Interval, still: Interval): Interval {
  return { from: still.from - moved.to + 1, to: still.to - moved.from };
}
