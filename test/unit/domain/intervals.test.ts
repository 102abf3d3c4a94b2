import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  common,
  covers,
  type Interval,
  missingFrom,
  overlaps,
  shifted,
  totalMs,
  union,
  within,
  without,
} from "#domain/time/intervals.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const SIZE = 40;
const interval = fc
  .tuple(fc.integer({ min: 0, max: SIZE }), fc.integer({ min: 0, max: SIZE }))
  .map(([from, to]): Interval => ({ from, to }));
const intervals = fc.array(interval, { maxLength: 8 });
const window = interval.map(
  ({ from, to }): Interval => ({ from: Math.min(from, to), to: Math.max(from, to) }),
);

/** The slow and obvious way: one flag a millisecond. */
function bits(list: readonly Interval[]): boolean[] {
  return Array.from({ length: SIZE }, (_, at) => list.some(({ from, to }) => from <= at && at < to));
}

function and(a: boolean[], b: boolean[]): boolean[] {
  return a.map((bit, at) => bit && b[at] === true);
}

describe("interval arithmetic against a bitmap", () => {
  it("unites without changing what is covered, in ascending pieces that do not touch", () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const merged = union(list);
        expect(bits(merged)).toEqual(bits(list));
        for (const [index, piece] of merged.entries()) {
          expect(piece.from).toBeLessThan(piece.to);
          expect(piece.from).toBeGreaterThan(merged[index - 1]?.to ?? -1);
        }
      }),
      propertyRuns(500),
    );
  });

  it("finds what is inside, common, missing and left over", () => {
    fc.assert(
      fc.property(intervals, intervals, window, (a, b, inside) => {
        const not = (list: boolean[]): boolean[] => list.map((bit) => !bit);
        expect(bits(within(inside, a))).toEqual(and(bits([inside]), bits(a)));
        expect(bits(common(a, b))).toEqual(and(bits(a), bits(b)));
        expect(bits(missingFrom(inside, a))).toEqual(and(bits([inside]), not(bits(a))));
        expect(bits(without(a, b))).toEqual(and(bits(a), not(bits(b))));
      }),
      propertyRuns(500),
    );
  });

  it("adds up what is covered once, and knows when nothing is missing", () => {
    fc.assert(
      fc.property(intervals, window, (a, inside) => {
        expect(totalMs(a)).toBe(bits(a).filter(Boolean).length);
        const wanted = bits([inside]);
        const all = and(wanted, bits(a)).filter(Boolean).length === wanted.filter(Boolean).length;
        expect(covers(a, inside)).toBe(all && inside.from < inside.to);
      }),
      propertyRuns(500),
    );
  });

  it("shifts the whole set", () => {
    fc.assert(
      fc.property(intervals, fc.integer({ min: -9, max: 9 }), (a, by) => {
        expect(union(shifted(a, by))).toEqual(shifted(union(a), by));
      }),
      propertyRuns(500),
    );
  });
});

describe("half-open intervals", () => {
  it("do not overlap where they touch", () => {
    expect(overlaps({ from: 0, to: 5 }, { from: 5, to: 9 })).toBe(false);
    expect(overlaps({ from: 0, to: 6 }, { from: 5, to: 9 })).toBe(true);
  });

  it("cover nothing when an end is no number", () => {
    const broken = { from: 0, to: Number.NaN };
    expect(union([broken, { from: Number.NaN, to: 9 }])).toEqual([]);
    expect(covers([broken], { from: 0, to: 5 })).toBe(false);
    expect(covers([{ from: 0, to: 9 }], broken)).toBe(false);
    expect(overlaps(broken, { from: 0, to: 5 })).toBe(false);
  });

  it("are not covered when they are empty", () => {
    expect(covers([{ from: 0, to: 9 }], { from: 5, to: 5 })).toBe(false);
  });
});
