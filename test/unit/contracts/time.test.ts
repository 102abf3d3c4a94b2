import { describe, expect, it } from "vitest";
import { footageDeclaration } from "#contracts/footage.ts";
import { bookingRequest } from "#contracts/register.ts";
import { useReport } from "#contracts/report.ts";
import { timestamp, timestampOrLocal } from "#contracts/time.ts";
import { weaponLog } from "#contracts/weapon-log.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";
import { aReport } from "#test/support/stored-builders.ts";

describe("a time from outside", () => {
  it.each([
    ["2026-11-21T21:03:10Z", "2026-11-21T21:03:10Z"],
    ["2026-11-21t21:03:10z", "2026-11-21T21:03:10Z"],
    ["2026-11-21T21:03:10.250z", "2026-11-21T21:03:10.250Z"],
    ["2026-11-21t22:03:10.250+01:00", "2026-11-21T22:03:10.250+01:00"],
  ])("may be %s, and is kept as %s", (sent, kept) => {
    expect(timestamp.parse(sent)).toBe(kept);
    expect(timestampOrLocal.parse(sent)).toBe(kept);
  });

  it.each(["2026-02-29T00:00:00Z", "2026-11-21 21:03:10Z", "2026-11-21T24:00:00Z", "20261121T210310Z", "x"])(
    "may not be %s",
    (sent) => {
      expect(timestamp.safeParse(sent).success).toBe(false);
      expect(timestampOrLocal.safeParse(sent).success).toBe(false);
    },
  );

  it("may lack its offset only where a local time is meant", () => {
    expect(timestampOrLocal.parse("2026-11-21t21:03:10")).toBe("2026-11-21T21:03:10");
    expect(timestamp.safeParse("2026-11-21T21:03:10").success).toBe(false);
  });

  it("is taken in lower case in every body that has one, and equals the same in upper case", () => {
    const lower = (value: object) =>
      JSON.parse(JSON.stringify(value).replaceAll(/(\d)T(\d\d:\d\d:\d\d)Z/g, "$1t$2z"));
    const log = {
      weapon: { serial: "X12005BX7", model: "TASER 7" },
      clock: { gatewayClock: "2026-11-22T06:00:00Z" },
      events: [{ seq: 1, at: "2026-11-21T21:07:50Z", type: "armed" }],
    };
    const declared = aDeclaration({
      signals: [{ weaponSerial: "X12005BX7", at: "2026-11-21T21:05:00Z" }],
      positions: [{ at: "2026-11-21T21:05:00Z", lat: 51.5, lon: -0.1 }],
      audio: [{ from: "2026-11-21T21:04:10Z", to: "2026-11-21T21:09:40Z" }],
    });
    const booked = { deviceSerial: "X1", officerId: "P-1", from: "2026-11-21T18:00:00Z" };
    const { report } = aReport();
    expect(JSON.stringify(lower(declared))).toContain("21t21:05:00z");
    expect(footageDeclaration.parse(lower(declared))).toEqual(footageDeclaration.parse(declared));
    expect(weaponLog.parse(lower(log))).toEqual(weaponLog.parse(log));
    expect(bookingRequest.parse(lower(booked))).toEqual(bookingRequest.parse(booked));
    expect(useReport.parse(lower(report))).toEqual(useReport.parse(report));
  });
});
