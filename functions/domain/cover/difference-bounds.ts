import type { Interval } from "#domain/time/intervals.ts";

/**
 * What is known of whole numbers x0 = 0, x1 … xn by their differences: `most[i * size + j]` is the most that xi − xj can be.
 * Always as tight as what is known allows, so that a further bound either fits or contradicts at once.
 */
export type DifferenceBounds = { readonly size: number; readonly most: readonly number[] };

/** Numbers of which nothing is known but where each lies (half-open, not empty). */
export function boundedBy(ranges: readonly Interval[]): DifferenceBounds {
  const all = [{ from: 0, to: 1 }, ...ranges];
  const most = all.flatMap((a, i) => all.map((b, j) => (i === j ? 0 : a.to - 1 - b.from)));
  return { size: all.length, most };
}

/** What is known once xi − xj ≤ `most` is known too; undefined when no whole numbers are left. */
export function withAtMost(
  bounds: DifferenceBounds,
  i: number,
  j: number,
  most: number,
): DifferenceBounds | undefined {
  const { size, most: known } = bounds;
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a short cut for what is known already
  if (most >= (known[i * size + j] as number)) return bounds;
  if (most + (known[j * size + i] as number) < 0) return undefined;
  const tighter = known.slice();
  for (let p = 0; p < size; p += 1) {
    const viaI = (known[p * size + i] as number) + most;
    for (let q = 0; q < size; q += 1) {
      const via = viaI + (known[j * size + q] as number);
      if (via < (tighter[p * size + q] as number)) tighter[p * size + q] = via;
    }
  }
  return { size, most: tighter };
}

/** What is known once xi − xj ≥ `least` is known too; undefined when no whole numbers are left. */
export function withAtLeast(
  bounds: DifferenceBounds,
  i: number,
  j: number,
  least: number,
): DifferenceBounds | undefined {
  return withAtMost(bounds, j, i, -least);
}
