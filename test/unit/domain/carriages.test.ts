import { describe, expect, it } from "vitest";
import { carriagesOf, carriersAt, lastCarriageBefore, readingsOf } from "#domain/log/bookings.ts";
import { judge } from "#domain/verdict/judge.ts";
import { aBooking, anInputs, anOpenBooking, at, CAMERA, WEAPON } from "#test/support/build-inputs.ts";

const ms = (seconds: number): number => Date.parse(at(seconds));
const booked = (officerId: string, from: number, to: number) =>
  aBooking({ officerId, from: at(from), to: at(to) });

describe("who carries a device", () => {
  it("is told by start, then by officer, whatever the order of the bookings", () => {
    const bookings = [booked("c", 20, 30), booked("b", 0, 10), booked("a", 0, 40)];
    for (const list of [bookings, bookings.toReversed()]) {
      expect(carriagesOf(WEAPON, list)).toEqual([
        { officerId: "a", from: ms(0), to: ms(40) },
        { officerId: "b", from: ms(0), to: ms(10) },
        { officerId: "c", from: ms(20), to: ms(30) },
      ]);
    }
    expect(carriagesOf(CAMERA, bookings)).toEqual([]);
  });

  it("ends, where no end was told, with the device's next booking, or never", () => {
    const open = (officerId: string, from: number) => anOpenBooking({ officerId, from: at(from) });
    expect(carriagesOf(WEAPON, [open("b", 20), open("a", 0), open("c", 20)]).map(({ to }) => to)).toEqual([
      ms(20),
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("is everybody booked at the instant, by id, from the start on and not at the end any more", () => {
    const carriages = carriagesOf(WEAPON, [booked("b", 0, 10), booked("a", 5, 20), booked("b", 6, 7)]);
    const at5 = (seconds: number) => carriersAt(carriages, ms(seconds));
    expect([at5(-0.001), at5(0), at5(6), at5(10), at5(20)]).toEqual([[], ["b"], ["a", "b"], ["a"], []]);
  });

  it("before a delivery is told by the last booking begun, cut at the delivery", () => {
    const bookings = [booked("a", 0, 10), booked("c", 20, 30), booked("b", 20, 40), booked("d", 25, 25)];
    const last = (seconds: number) => lastCarriageBefore(carriagesOf(WEAPON, bookings), ms(seconds));
    expect(last(0)).toBeUndefined();
    expect(last(5)).toEqual({ span: { from: ms(0), to: ms(5) }, officerIds: ["a"] });
    expect(last(20)).toEqual({ span: { from: ms(0), to: ms(10) }, officerIds: ["a"] });
    expect(last(100)).toEqual({ span: { from: ms(20), to: ms(40) }, officerIds: ["b", "c"] });
  });
});

describe("bookings whose local times exist twice", () => {
  const early = "2026-10-25T00:10:00.000Z";
  const late = "2026-10-25T01:10:00.000Z";
  const endEarly = "2026-10-25T00:40:00.000Z";
  const endLate = "2026-10-25T01:40:00.000Z";
  const spans = (...bookings: Parameters<typeof readingsOf>[0]) =>
    readingsOf(bookings).map((reading) => reading.map(({ from, to }) => [from, to]));

  it("are read once where none does", () => {
    const bookings = [aBooking(), anOpenBooking()];
    expect(readingsOf(bookings)).toEqual([bookings]);
  });

  it("are read at both, the widest first, and never ending before they begin", () => {
    expect(spans(aBooking({ from: early, fromAlso: late, to: endLate, toAlso: endEarly }))).toEqual([
      [[early, endLate]],
      [[early, endEarly]],
      [[late, endLate]],
    ]);
    expect(spans(aBooking({ from: early, to: endLate, toAlso: endEarly }))).toEqual([
      [[early, endLate]],
      [[early, endEarly]],
    ]);
    expect(spans(aBooking({ from: early, to: late, toAlso: early }))).toEqual([[[early, late]]]);
    expect(spans(anOpenBooking({ from: early, fromAlso: late }))).toEqual([
      [[early, undefined]],
      [[late, undefined]],
    ]);
  });

  it("are read in every combination, each without the other instants", () => {
    const twofold = aBooking({ from: early, fromAlso: late });
    const readings = readingsOf([
      twofold,
      aBooking({ officerId: "other" }),
      { ...twofold, officerId: "third" },
    ]);
    expect(readings).toHaveLength(4);
    expect(new Set(readings.map((reading) => reading.map(({ from }) => from).join())).size).toBe(4);
    expect(readings.flat().filter((booking) => "fromAlso" in booking)).toEqual([]);
  });

  it("are read at all the earlier and at all the later instants where there are too many", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aBooking({ officerId: `o-${index}`, from: early, fromAlso: late }),
      );
    expect(readingsOf(many(8))).toHaveLength(256);
    expect(readingsOf(many(9)).map((reading) => reading.map(({ from }) => from))).toEqual([
      Array.from({ length: 9 }, () => early),
      Array.from({ length: 9 }, () => late),
    ]);
  });

  it("are nobody's where they end before they begin at either", () => {
    const backward = aBooking({ from: at(0), fromAlso: at(3600), to: at(-60) });
    expect(judge(anInputs({ bookings: [backward] })).officerUnknown).toBe(true);
  });
});
