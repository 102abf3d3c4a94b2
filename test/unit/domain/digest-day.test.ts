import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestDay } from "#domain/notices/digest-day.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const inLondon = (now: string, digestAt = "07:00") => {
  const { date, next } = digestDay(new Date(now), { digestAt, timeZone: "Europe/London" });
  return { date, next: next.toISOString() };
};

describe("the day whose digest is due", () => {
  it("is yesterday's until the clock on the wall shows the time, and today's from then on", () => {
    expect(inLondon("2026-11-22T06:59:59.999Z")).toEqual({
      date: "2026-11-21",
      next: "2026-11-22T07:00:00.000Z",
    });
    expect(inLondon("2026-11-22T07:00:00.000Z")).toEqual({
      date: "2026-11-22",
      next: "2026-11-23T07:00:00.000Z",
    });
  });

  it("follows the force's clock, not UTC's", () => {
    expect(inLondon("2026-07-01T05:59:59.999Z").date).toBe("2026-06-30");
    expect(inLondon("2026-07-01T06:00:00.000Z").date).toBe("2026-07-01");
    expect(inLondon("2026-06-30T23:30:00.000Z", "00:15").date).toBe("2026-07-01");
  });

  it("comes 23 hours later where spring takes an hour away, and 25 where autumn gives one back", () => {
    expect(inLondon("2026-03-28T07:00:00.000Z").next).toBe("2026-03-29T06:00:00.000Z");
    expect(inLondon("2026-10-24T06:00:00.000Z").next).toBe("2026-10-25T07:00:00.000Z");
  });

  it("is due at the first instant after a time that spring leaves out", () => {
    expect(inLondon("2026-03-29T00:59:59.999Z", "01:30")).toEqual({
      date: "2026-03-28",
      next: "2026-03-29T01:00:00.000Z",
    });
    expect(inLondon("2026-03-29T01:00:00.000Z", "01:30").date).toBe("2026-03-29");
  });

  it("is due at the first of two times that autumn shows, and not again at the second", () => {
    expect(inLondon("2026-10-25T00:29:59.999Z", "01:30").date).toBe("2026-10-24");
    for (const now of ["2026-10-25T00:30:00.000Z", "2026-10-25T01:00:00.000Z", "2026-10-25T01:30:00.000Z"]) {
      expect(inLondon(now, "01:30")).toEqual({ date: "2026-10-25", next: "2026-10-26T01:30:00.000Z" });
    }
  });

  it("passes over a midnight that was left out", () => {
    const beirut = { digestAt: "00:00", timeZone: "Asia/Beirut" };
    expect(digestDay(new Date("2024-03-30T21:59:59.999Z"), beirut).date).toBe("2024-03-30");
    expect(digestDay(new Date("2024-03-30T22:00:00.000Z"), beirut).date).toBe("2024-03-31");
  });

  it("makes up at once for a day that a zone left out whole", () => {
    const apia = { digestAt: "07:00", timeZone: "Pacific/Apia" };
    // 29 December 2011 ended at 10:00 UTC, and 31 December began.
    expect(digestDay(new Date("2011-12-30T09:59:59.999Z"), apia).date).toBe("2011-12-29");
    expect(digestDay(new Date("2011-12-30T10:00:00.000Z"), apia)).toEqual({
      date: "2011-12-30",
      next: new Date("2011-12-30T17:00:00.000Z"),
    });
  });

  it("goes on from tomorrow's where the clocks went back over midnight", () => {
    const stJohns = { digestAt: "00:00", timeZone: "America/St_Johns" };
    // At 00:01 on 29 October 2006 it became 23:01 of the day before.
    const first = new Date("2006-10-29T02:30:00.000Z");
    expect(digestDay(first, stJohns).date).toBe("2006-10-29");
    expect(digestDay(new Date(first.getTime() + 30 * 60_000), stJohns)).toEqual({
      date: "2006-10-29",
      next: new Date("2006-10-30T03:30:00.000Z"),
    });
  });

  const zones = [
    "Europe/London",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Asia/Beirut",
    "America/Havana",
    "Africa/Cairo",
    "UTC",
  ];
  const moments = fc.record({
    now: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }),
    timeZone: fc.constantFrom(...zones),
    digestAt: fc
      .integer({ min: 0, max: 1439 })
      .map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16)),
  });

  it("stays the same until the next is due, and is then the day after, in every zone", () => {
    fc.assert(
      fc.property(moments, ({ now, ...force }) => {
        const { date, next } = digestDay(new Date(now), force);
        expect(next.getTime()).toBeGreaterThan(now);
        expect(next.getTime() - now).toBeLessThanOrEqual(50 * 3_600_000);
        expect(digestDay(new Date(next.getTime() - 1), force)).toEqual({ date, next });
        const after = digestDay(next, force);
        expect(Date.parse(after.date) - Date.parse(date)).toBe(86_400_000);
      }),
      propertyRuns(300),
    );
  });
});
