import { describe, expect, it } from "vitest";
import { deliveredAtMs, looksLikeTimeZone, readClock, readClockOver } from "#domain/time/clocks.ts";
import { aPolicy } from "#test/support/build-inputs.ts";

const policy = aPolicy();
const ms = (text: string): number => Date.parse(text);
const event = ms("2026-11-21T21:08:00Z");
const receivedAtMs = ms("2026-11-22T06:00:00Z");
const measured = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };

describe("a device's clock", () => {
  it("is measured by what it said at its delivery, with the drift since the event", () => {
    const reading = readClock(event, { clock: measured, receivedAtMs, model: "X26E" }, policy);
    // 8 h 55 min since the corrected event, at 93 parts per million.
    const elapsed = ms("2026-11-22T06:00:00Z") - (event - 180_000);
    expect(reading).toEqual({
      offsetMs: 180_000,
      uncertaintyMs: Math.ceil(1000 + (93 * elapsed) / 1e6),
      basis: "measured",
    });
  });

  it("is assumed right without a measurement, with the drift since it was last set", () => {
    const clock = { lastSyncedAt: "2026-10-12T21:08:00Z" };
    expect(readClock(event, { clock, receivedAtMs, model: "X26E" }, policy)).toEqual({
      offsetMs: 0,
      // 40 days: the expert's ± 320 s and the second of resolution.
      uncertaintyMs: 1000 + 321_408,
      basis: "assumed",
    });
  });

  it("cannot be trusted when what it timed ends later than its delivery and its doubt", () => {
    const claim = { clock: undefined, receivedAtMs, model: "TASER 7" };
    const { uncertaintyMs } = readClock(event, claim, policy);
    const basis = (endMs: number) => readClockOver(event, endMs, claim, policy).basis;
    expect(basis(receivedAtMs + uncertaintyMs)).toBe("assumed");
    expect(basis(receivedAtMs + uncertaintyMs + 1)).toBe("untrusted");
  });

  it.each([
    ["nothing is known", undefined],
    ["only one of the two clocks is known", { deviceClock: "2026-11-22T06:03:00Z" }],
    ["the other one is", { gatewayClock: "2026-11-22T06:03:00Z" }],
    ["it was set after the event", { lastSyncedAt: "2026-11-22T05:00:00Z" }],
  ])("is taken to have been set long ago when %s", (_why, clock) => {
    expect(readClock(event, { clock, receivedAtMs, model: "TASER 7" }, policy)).toEqual({
      offsetMs: 0,
      uncertaintyMs: 1000 + 155_520,
      basis: "assumed",
    });
  });

  it("is not measured across a setting between the event and the delivery", () => {
    const set = { ...measured, lastSyncedAt: "2026-11-22T05:00:00Z" };
    expect(readClock(event, { clock: set, receivedAtMs, model: undefined }, policy).basis).toBe("assumed");
    expect(
      readClock(event, { clock: measured, receivedAtMs, model: undefined, resynced: true }, policy).basis,
    ).toBe("assumed");
  });

  it("is measured when it was set before the event, or after the delivery", () => {
    const basis = (lastSyncedAt: string) =>
      readClock(event, { clock: { ...measured, lastSyncedAt }, receivedAtMs, model: undefined }, policy)
        .basis;
    // The event by the gateway's clock, and a millisecond more.
    expect(basis("2026-11-21T21:05:00.000Z")).toBe("measured");
    expect(basis("2026-11-21T21:05:00.001Z")).toBe("assumed");
    expect(basis("2026-11-22T06:00:00.000Z")).toBe("assumed");
    expect(basis("2026-11-22T06:00:00.001Z")).toBe("measured");
  });

  it("gives the uncertainty at another instant when asked", () => {
    const at = ms("2026-11-22T06:00:00Z");
    expect(
      readClock(event, { clock: measured, receivedAtMs, model: undefined }, policy, at).uncertaintyMs,
    ).toBe(1000);
  });

  it.each([
    ["before 2001", ms("2000-01-01T05:00:00Z"), measured],
    ["of a clock that says it is unset", event, { ...measured, unset: true }],
    ["later than its delivery and the uncertainty", ms("2026-11-22T06:03:01.002Z"), measured],
    ["that is no time", Number.NaN, measured],
  ])("is not trusted with a time %s", (_why, at, clock) => {
    expect(readClock(at, { clock, receivedAtMs, model: undefined }, policy).basis).toBe("untrusted");
  });

  it("is trusted up to its delivery and the uncertainty", () => {
    const claim = { clock: measured, receivedAtMs, model: undefined };
    expect(readClock(ms("2026-11-22T06:03:01.001Z"), claim, policy).basis).toBe("measured");
    expect(readClock(ms("2001-01-01T00:00:00Z"), claim, policy).basis).toBe("measured");
  });

  it("is trusted as far past its delivery as a clock that nobody measured may be wrong", () => {
    const claim = { clock: undefined, receivedAtMs, model: "TASER 7" };
    expect(readClock(receivedAtMs + 156_520, claim, policy).basis).toBe("assumed");
    expect(readClock(receivedAtMs + 156_521, claim, policy).basis).toBe("untrusted");
  });

  it("is compared with the receipt where no gateway clock is given", () => {
    const late = receivedAtMs + 10 * 60_000;
    expect(readClock(late, { clock: undefined, receivedAtMs, model: undefined }, policy).basis).toBe(
      "untrusted",
    );
    expect(deliveredAtMs({ clock: undefined, receivedAtMs })).toBe(receivedAtMs);
    expect(deliveredAtMs({ clock: measured, receivedAtMs: 0 })).toBe(ms(measured.gatewayClock));
  });

  it.each([
    [3_600_000, true],
    [3_602_000, true],
    [3_602_001, false],
    [-7_198_000, true],
    [1_999, false],
    [0, false],
  ])("looks like another time zone at %i ms: %s", (offsetMs, expected) => {
    expect(looksLikeTimeZone({ offsetMs, uncertaintyMs: 1000, basis: "measured" })).toBe(expected);
    expect(looksLikeTimeZone({ offsetMs, uncertaintyMs: 1000, basis: "assumed" })).toBe(false);
  });
});
