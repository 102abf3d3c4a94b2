import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyedSpans } from "#domain/bulk/columns.ts";
import { matchSpans } from "#domain/bulk/match-spans.ts";
import { occupiedCells } from "#domain/bulk/occupied-cells.ts";
import { groupRows, rowsInOrder, rowsOf } from "#domain/bulk/order-rows.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

type Entry = readonly [key: number, from: number, to: number];

const spans = (entries: readonly Entry[]): KeyedSpans => ({
  key: Int32Array.from(entries, ([key]) => key),
  from: Float64Array.from(entries, ([, from]) => from),
  to: Float64Array.from(entries, ([, , to]) => to),
});

describe("rows in order", () => {
  const instant = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: -5_000_000, max: 5_000_000 }),
    fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
  );

  it("are ascending by instant over any range, and equal ones stay as they came", () => {
    fc.assert(
      fc.property(fc.array(instant, { maxLength: 40 }), (instants) => {
        const sorted = instants
          .map((at, row) => ({ at, row }))
          .sort((a, b) => a.at - b.at)
          .map(({ row }) => row);
        expect([...rowsInOrder(Float64Array.from(instants))]).toEqual(sorted);
      }),
      propertyRuns(1000),
    );
  });

  it.each([1, 2 ** 11, 2 ** 22, 2 ** 33, 2 ** 44])("tells instants %d ms apart from each other", (apart) => {
    expect([...rowsInOrder(Float64Array.of(apart, 0, 2 * apart))]).toEqual([1, 0, 2]);
  });
});

describe("rows by group", () => {
  it("keep the given order in each group and leave out negative ones", () => {
    const groups = groupRows(Int32Array.of(2, -1, 0, 2), 3, Int32Array.of(3, 2, 1, 0));
    expect([0, 1, 2].map((group) => [...rowsOf(groups, group)])).toEqual([[2], [], [3, 0]]);
  });

  it("are as they came when no order is given", () => {
    expect([...rowsOf(groupRows(Int32Array.of(0, 0), 1), 0)]).toEqual([0, 1]);
  });
});

describe("matching spans", () => {
  const entry: fc.Arbitrary<Entry> = fc
    .tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: 0, max: 50 }), fc.integer({ min: -2, max: 20 }))
    .map(([key, from, length]) => [key, from, from + length]);
  const entries = fc.array(entry, { maxLength: 12 });

  it("finds each pair that shares key and instant, once, whichever list is put in order", () => {
    fc.assert(
      fc.property(entries, entries, (few, many) => {
        const expected = few.flatMap(([key, from, to], a) =>
          many.flatMap(([otherKey, otherFrom, otherTo], b) =>
            key >= 0 && key === otherKey && Math.max(from, otherFrom) < Math.min(to, otherTo)
              ? [`${a}-${b}`]
              : [],
          ),
        );
        const found = matchSpans(spans(few), spans(many), 4);
        const turned = matchSpans(spans(many), spans(few), 4);
        expect([...found.few].map((a, place) => `${a}-${found.many[place]}`).sort()).toEqual(expected.sort());
        expect([...turned.many].map((a, place) => `${a}-${turned.few[place]}`).sort()).toEqual(expected);
      }),
      propertyRuns(1000),
    );
  });

  it("knows nobody whose number is beyond those of the shorter list", () => {
    expect(matchSpans(spans([[0, 0, 9]]), spans([[7, 0, 9]]), 1).few).toHaveLength(0);
  });

  it("finds more pairs than there was room for at first", () => {
    const all = Array.from({ length: 60 }, (): Entry => [0, 0, 9]);
    const { few, many } = matchSpans(spans(all), spans(all), 1);
    expect(new Set([...few].map((a, place) => `${a}-${many[place]}`)).size).toBe(3600);
  });
});

describe("occupied cells", () => {
  it("tell of most spans that overlap nothing that they do not", () => {
    const busy = Array.from({ length: 100 }, (_, row): Entry => [row % 4, row * 1000, row * 1000 + 10]);
    const mayOverlap = occupiedCells(spans(busy), 4);
    const elsewhere = busy.map(([key, from]) => mayOverlap((key + 2) % 4, from + 500, from + 510));
    expect(elsewhere.filter((may) => may).length).toBeLessThan(20);
    expect(busy.every(([key, from, to]) => mayOverlap(key, from, to))).toBe(true);
  });
});
