import { describe, expect, it } from "vitest";
import { instantOf, localDateTime, resolveInstants, startOfDate, toUtc } from "#domain/time/time.ts";

const LONDON = "Europe/London";

function resolved(text: string, zone: string = LONDON): readonly string[] {
  return resolveInstants(text, zone).map(toUtc);
}

describe("times as they are written", () => {
  it("takes a time with an offset as it stands", () => {
    expect(resolved("2026-07-01T22:03:10.250+01:00")).toEqual(["2026-07-01T21:03:10.250Z"]);
    expect(resolved("2026-07-01T22:03:10Z")).toEqual(["2026-07-01T22:03:10.000Z"]);
  });

  it("takes a local time in the force's zone, summer and winter", () => {
    expect(resolved("2026-07-01T22:03:10.250")).toEqual(["2026-07-01T21:03:10.250Z"]);
    expect(resolved("2026-12-01T22:03:10")).toEqual(["2026-12-01T22:03:10.000Z"]);
    expect(resolved("2026-12-01T22:03")).toEqual(["2026-12-01T22:03:00.000Z"]);
  });

  it("keeps both instants of an hour that autumn repeats", () => {
    expect(resolved("2026-10-25T01:30:00")).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
    expect(resolved("2026-10-25T00:59:59")).toHaveLength(1);
    expect(resolved("2026-10-25T01:00:00")).toHaveLength(2);
    expect(resolved("2026-10-25T02:00:00")).toHaveLength(1);
  });

  it("keeps both instants of that hour far from Greenwich too, the earlier first", () => {
    expect(resolved("2026-11-01T01:30:00", "America/New_York")).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-01T06:30:00.000Z",
    ]);
    expect(resolved("2026-04-05T02:30:00", "Australia/Sydney")).toEqual([
      "2026-04-04T15:30:00.000Z",
      "2026-04-04T16:30:00.000Z",
    ]);
  });

  it("finds no instant in the hour that spring leaves out", () => {
    expect(resolved("2026-03-29T01:30:00")).toEqual([]);
    expect(resolved("2026-03-29T00:59:59")).toEqual(["2026-03-29T00:59:59.000Z"]);
    expect(resolved("2026-03-29T02:00:00")).toEqual(["2026-03-29T01:00:00.000Z"]);
  });

  it("finds no instant in text that is no time", () => {
    expect(resolved("yesterday")).toEqual([]);
    expect(resolved("2026-13-45T99:00:00Z")).toEqual([]);
  });

  it("knows leap days and year ends", () => {
    expect(resolved("2028-02-29T23:59:59.999")).toEqual(["2028-02-29T23:59:59.999Z"]);
    expect(resolved("2027-01-01T00:00:00")).toEqual(["2027-01-01T00:00:00.000Z"]);
  });

  it("reads times before 1970 to the millisecond", () => {
    expect(resolved("1969-07-20T20:17:40.001")).toEqual(["1969-07-20T19:17:40.001Z"]);
  });

  it("reads more times than it remembers, each as it is written", () => {
    const written = Array.from({ length: 5000 }, (_, minute) => Date.UTC(2026, 0, 1, 0, minute));
    for (const ms of [...written, ...written]) expect(instantOf(new Date(ms).toISOString())).toBe(ms);
    expect(instantOf("never")).toBeNaN();
  });

  it("writes instants outside the years that can be written as their ends", () => {
    expect(toUtc(Number.MAX_SAFE_INTEGER)).toBe("9999-12-31T23:59:59.999Z");
    expect(toUtc(Number.MIN_SAFE_INTEGER)).toBe("0000-01-01T00:00:00.000Z");
  });

  it("begins a date at local midnight, or at the jump where midnight does not exist", () => {
    expect(toUtc(startOfDate("2026-07-15", LONDON))).toBe("2026-07-14T23:00:00.000Z");
    expect(toUtc(startOfDate("2026-03-30", LONDON))).toBe("2026-03-29T23:00:00.000Z");
    // Until 2018 Brazil's summer began by leaving out the hour after midnight.
    expect(toUtc(startOfDate("2017-10-15", "America/Sao_Paulo"))).toBe("2017-10-15T03:00:00.000Z");
  });

  it("tells local dates and times to people", () => {
    expect(localDateTime(Date.parse("2026-07-01T21:03:10Z"), LONDON)).toEqual({
      date: "1 July 2026",
      time: "22:03:10",
    });
  });
});
