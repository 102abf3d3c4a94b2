import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CoverOutcome } from "#contracts/verdict.ts";
import { outcomeOf, type Required } from "#domain/cover/coverage.ts";
import { possibleDuties } from "#domain/cover/duty.ts";
import { type MovingCover, possibleCovers } from "#domain/cover/possible-covers.ts";
import type { Run } from "#domain/cover/recordings.ts";
import { type Interval, overlaps, shifted } from "#domain/time/intervals.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

/** Calls with every combination of whole shifts, one of each range. */
function overAllShifts(ranges: readonly Interval[], visit: (shifts: readonly number[]) => void): void {
  const shifts = ranges.map(({ from }) => from);
  for (;;) {
    visit(shifts);
    const index = ranges.findIndex(({ to }, at) => (shifts[at] as number) < to - 1);
    if (index < 0) return;
    for (let before = 0; before < index; before += 1) shifts[before] = (ranges[before] as Interval).from;
    shifts[index] = (shifts[index] as number) + 1;
  }
}

function coversByTrying(
  { c, w }: Required,
  event: Interval,
  parts: readonly MovingCover[],
): Set<CoverOutcome> {
  const found = new Set<CoverOutcome>();
  overAllShifts([event, ...parts.map(({ shifts }) => shifts)], ([byEvent = 0, ...by]) => {
    const [movedC, movedW] = shifted([c, w], byEvent) as [Interval, Interval];
    const cover = parts.flatMap((part, index) => shifted(part.cover, by[index] as number));
    found.add(outcomeOf({ c: movedC, w: movedW }, cover));
  });
  return found;
}

/** C of 1 to 6 ms with up to 8 ms before and after it. */
const required: fc.Arbitrary<Required> = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }))
  .map(([length, lead, tail]) => ({ c: { from: 0, to: length }, w: { from: -lead, to: length + tail } }));

const range = (most: number): fc.Arbitrary<Interval> =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most }), fc.boolean())
    .map(([below, above, even]) => ({ from: -below, to: (even ? below : above) + 1 }));

/** Up to three pieces whose edges lie near those of C and W. */
const pieces: fc.Arbitrary<readonly Interval[]> = fc.array(
  fc.tuple(fc.integer({ min: -14, max: 18 }), fc.integer({ min: 0, max: 22 })).map(([from, length]) => ({
    from,
    to: from + length,
  })),
  { minLength: 1, maxLength: 3 },
);

const scene = (count: number, doubt: number) =>
  fc.record({
    required,
    event: range(doubt),
    parts: fc.array(fc.record({ shifts: range(doubt), cover: pieces }), {
      minLength: count,
      maxLength: count,
    }),
  });

const sorted = <T>(set: ReadonlySet<T>): readonly T[] => [...set].sort();

describe("the outcomes that are possible over all shifts", () => {
  it.each([
    [1, 8],
    [2, 5],
    [3, 3],
    [4, 2],
  ])("are just those that trying every millisecond finds, for %i parts within ± %i ms", (count, doubt) => {
    fc.assert(
      fc.property(scene(count, doubt), ({ required: of, event, parts }) => {
        expect(sorted(possibleCovers(of, event, parts))).toEqual(sorted(coversByTrying(of, event, parts)));
      }),
      propertyRuns(1500),
    );
  });

  it("leave none out for more parts than four", () => {
    fc.assert(
      fc.property(scene(6, 1), ({ required: of, event, parts }) => {
        const found = possibleCovers(of, event, parts);
        for (const outcome of coversByTrying(of, event, parts)) expect(found).toContain(outcome);
      }),
      propertyRuns(300),
    );
  });

  it("only grow with the doubt", () => {
    const wider = fc.tuple(scene(3, 4), fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }));
    fc.assert(
      fc.property(wider, ([{ required: of, event, parts }, by]) => {
        const widen = ({ from, to }: Interval, index: number): Interval => ({
          from: from - (by[index] as number),
          to: to + (by[index + 1] as number),
        });
        const more = possibleCovers(
          of,
          widen(event, 0),
          parts.map((part, index) => ({ ...part, shifts: widen(part.shifts, 2 * index + 2) })),
        );
        for (const outcome of possibleCovers(of, event, parts)) expect(more).toContain(outcome);
      }),
      propertyRuns(1500),
    );
  });

  it("are lowered neither at best nor at worst by another part", () => {
    const rank = (found: ReadonlySet<CoverOutcome>): readonly number[] =>
      [...found].map((outcome) => ["UNRECORDED", "PARTLY_RECORDED", "RECORDED"].indexOf(outcome));
    fc.assert(
      fc.property(scene(4, 6), ({ required: of, event, parts }) => {
        const before = rank(possibleCovers(of, event, parts.slice(1)));
        const after = rank(possibleCovers(of, event, parts));
        expect(Math.max(...after)).toBeGreaterThanOrEqual(Math.max(...before));
        expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...before));
      }),
      propertyRuns(1500),
    );
  });

  it("are found within wide doubts by where edges meet, to the millisecond", () => {
    const of = { c: { from: 0, to: 5000 }, w: { from: -30_000, to: 35_000 } };
    const doubt = (ms: number): Interval => ({ from: -ms, to: ms + 1 });
    const cover = [{ from: -130_000, to: 135_000 }];
    expect(sorted(possibleCovers(of, doubt(60_000), [{ shifts: doubt(40_000), cover }]))).toEqual([
      "RECORDED",
    ]);
    expect(sorted(possibleCovers(of, doubt(60_000), [{ shifts: doubt(40_001), cover }]))).toEqual([
      "PARTLY_RECORDED",
      "RECORDED",
    ]);
    expect(sorted(possibleCovers(of, doubt(60_000), [{ shifts: doubt(74_999), cover }]))).toHaveLength(2);
    expect(sorted(possibleCovers(of, doubt(60_000), [{ shifts: doubt(75_000), cover }]))).toHaveLength(3);
  });

  it("rule out no complete cover where too many pieces could make one", () => {
    // Twelve short pieces on each of eight tracks: enough in all, and in too many orders to try.
    const parts = Array.from({ length: 8 }, (_, part) => ({
      shifts: { from: -156_000, to: 156_001 },
      cover: Array.from({ length: 12 }, (_piece, index) => {
        const from = index * 10_000 + ((index * 37 + part * 101) % 60) * 100;
        return { from, to: from + 1250 + part };
      }),
    }));
    const of = { c: { from: 30_000, to: 35_000 }, w: { from: 0, to: 65_000 } };
    expect(sorted(possibleCovers(of, { from: 0, to: 1 }, parts))).toContain("RECORDED");
  });
});

/** What one run is at given shifts, by the table of the contract's §6. */
function dutyAt(run: Run, triggerMs: number, { c, w }: Required): number {
  if (triggerMs <= c.from && run.to >= w.to) return 0;
  if (triggerMs <= c.from && c.from < run.to) return 1;
  return overlaps(run, { from: c.from, to: w.to }) ? 2 : 3;
}

type Part = { readonly shifts: Interval; readonly runs: readonly Run[] };

function dutiesByTrying({ c, w }: Required, event: Interval, parts: readonly Part[]): Set<string> {
  const found = new Set<string>();
  const names = ["MET", "EARLY_STOP", "LATE_START", "NOT_ON"];
  overAllShifts([event, ...parts.map(({ shifts }) => shifts)], ([byEvent = 0, ...by]) => {
    const [movedC, movedW] = shifted([c, w], byEvent) as [Interval, Interval];
    const moved = { c: movedC, w: movedW };
    const runs = parts.flatMap((part, index) =>
      part.runs.map(({ from, to, triggerMs }) => {
        const shift = by[index] as number;
        return {
          from: from + shift,
          to: to + shift,
          triggerMs: triggerMs === undefined ? undefined : triggerMs + shift,
        };
      }),
    );
    // An unknown start is either the run's own or one that is too late to be in time.
    const choices = runs.map((run) => [
      dutyAt(run, run.triggerMs ?? run.from, moved),
      run.triggerMs === undefined
        ? Math.max(2, dutyAt(run, run.from, moved))
        : dutyAt(run, run.triggerMs, moved),
    ]);
    for (let mask = 0; mask < 2 ** choices.length; mask += 1) {
      const best = Math.min(3, ...choices.map((choice, index) => choice[(mask >> index) % 2] as number));
      found.add(names[best] as string);
    }
  });
  return found;
}

describe("the duties that are possible over all shifts", () => {
  const run: fc.Arbitrary<Run> = fc
    .tuple(
      fc.integer({ min: -14, max: 18 }),
      fc.integer({ min: 1, max: 26 }),
      fc.option(fc.nat({ max: 14 }), { nil: undefined }),
    )
    .map(([from, length, pressed]) => ({
      from,
      to: from + length,
      triggerMs: pressed === undefined ? undefined : from + pressed,
    }));
  const parts = (count: number, doubt: number) =>
    fc.array(fc.record({ shifts: range(doubt), runs: fc.array(run, { maxLength: 3 }) }), {
      maxLength: count,
    });

  it.each([
    [1, 8],
    [2, 5],
    [3, 3],
  ])("are just those that trying every millisecond finds, for %i parts within ± %i ms", (count, doubt) => {
    fc.assert(
      fc.property(required, range(doubt), parts(count, doubt), (of, event, some) => {
        expect(sorted(possibleDuties(of, event, some, true))).toEqual(
          sorted(dutiesByTrying(of, event, some)),
        );
      }),
      propertyRuns(1500),
    );
  });

  it("tell an officer without a camera from one whose camera was not on", () => {
    const of = { c: { from: 0, to: 5 }, w: { from: -3, to: 8 } };
    expect(sorted(possibleDuties(of, { from: 0, to: 1 }, [], false))).toEqual(["NO_CAMERA_ISSUED"]);
  });
});
