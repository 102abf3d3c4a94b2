import { describe, expect, it } from "vitest";
import type { Interval } from "#domain/time/intervals.ts";
import { eventShiftsFor, overlappingShifts, relativeShifts, shiftsWithin } from "#domain/time/shifts.ts";

const each = ({ from, to }: Interval): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe("shifts of clocks", () => {
  const camera = shiftsWithin(2);
  const event = { from: -1, to: 4 };

  it("are all whole milliseconds within the uncertainty, ends included", () => {
    expect(each(shiftsWithin(0))).toEqual([0]);
    expect(each(camera)).toEqual([-2, -1, 0, 1, 2]);
  });

  it("differ by just what one less the other can be", () => {
    const differences = each(camera).flatMap((one) => each(event).map((other) => one - other));
    expect(relativeShifts(camera, event)).toEqual({
      from: Math.min(...differences),
      to: Math.max(...differences) + 1,
    });
  });

  it("of the event are those with which some shift of the camera makes the difference", () => {
    const wanted = { from: 2, to: 4 };
    const found = each(event).filter((other) =>
      each(camera).some((one) => each(wanted).includes(one - other)),
    );
    expect(eventShiftsFor([wanted], camera, event).flatMap(each)).toEqual(found);
    expect(found).toEqual([-1, 0]);
  });

  it("that overlap are those with which the two share a millisecond", () => {
    const moved = { from: 10, to: 13 };
    const still = { from: 20, to: 22 };
    const shared = (by: number): boolean => each(moved).some((ms) => each(still).includes(ms + by));
    expect(each(overlappingShifts(moved, still))).toEqual(each({ from: 0, to: 30 }).filter(shared));
  });
});
