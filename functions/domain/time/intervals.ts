/** Whole milliseconds, half-open: `from` belongs to it, `to` does not. Touching is not overlapping. */
export type Interval = { readonly from: number; readonly to: number };

/** Whether it holds any time at all. An interval with an end that is no number holds none. */
function holdsTime(interval: Interval): boolean {
  return interval.from < interval.to;
}

/** Ascending, disjoint, not touching: the one way to write a set of instants. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.filter(holdsTime);
  // Stryker disable next-line ConditionalExpression: a short cut for what there is nothing to join of
  if (sorted.length < 2) return sorted;
  sorted.sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last === undefined || next.from > last.to) merged.push(next);
    else if (next.to > last.to) merged[merged.length - 1] = { from: last.from, to: next.to };
  }
  return merged;
}

/** What of a set lies inside a window. */
export function within(window: Interval, intervals: readonly Interval[]): readonly Interval[] {
  return union(
    intervals.map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) })),
  );
}

/** What two sets have in common. */
export function common(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  return union(a.flatMap((window) => within(window, b)));
}

/** What a set leaves uncovered of a window. */
export function missingFrom(window: Interval, intervals: readonly Interval[]): readonly Interval[] {
  const missing: Interval[] = [];
  let from = window.from;
  for (const covered of within(window, intervals)) {
    if (covered.from > from) missing.push({ from, to: covered.from });
    from = covered.to;
  }
  if (from < window.to) missing.push({ from, to: window.to });
  return missing;
}

/** One set without another. */
export function without(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  // Stryker disable next-line ConditionalExpression: a short cut for nothing to take away
  if (b.length === 0) return union(a);
  return union(a).flatMap((window) => missingFrom(window, b));
}

/** Milliseconds in a set; what overlaps counts once. */
export function totalMs(intervals: readonly Interval[]): number {
  return union(intervals).reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** Whether every instant of the window lies in the set. An empty window is covered by nothing. */
export function covers(intervals: readonly Interval[], window: Interval): boolean {
  return holdsTime(window) && missingFrom(window, intervals).length === 0;
}

/** Whether the two share an instant. */
export function overlaps(a: Interval, b: Interval): boolean {
  return Math.max(a.from, b.from) < Math.min(a.to, b.to);
}

/** The same set, later by so many milliseconds. */
export function shifted(intervals: readonly Interval[], byMs: number): readonly Interval[] {
  // Stryker disable next-line ConditionalExpression: a short cut for no shift
  return byMs === 0 ? intervals : intervals.map(({ from, to }) => ({ from: from + byMs, to: to + byMs }));
}
