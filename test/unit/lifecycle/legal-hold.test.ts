import { describe, expect, it } from "vitest";
import type { AlertType } from "#contracts/alert.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { Outcome } from "#contracts/verdict.ts";
import { holdActOf, holdActs, legalHoldOf, releaseOf } from "#domain/lifecycle/legal-hold.ts";
import { anAlert, aVerdict, hoursAfter } from "#test/support/lifecycle-builders.ts";

const time = (hours: number): string => hoursAfter(hours).toISOString();
const act = (
  action: "place" | "release",
  hours: number,
  reason = "court",
): IncidentRecord["holds"][number] => ({
  action,
  reason,
  by: "s-1",
  at: time(hours),
});
const alerted = (type: AlertType, hours: number, outcome: Outcome = "UNRECORDED") =>
  anAlert({ type, version: 1, level: 1 }, { sentAt: hoursAfter(hours), verdict: aVerdict({ outcome }) });

describe("a legal hold", () => {
  it("is placed by a supervisor", () => {
    expect(legalHoldOf({ holds: [] }, [])).toBeUndefined();
    expect(legalHoldOf({ holds: [act("place", 1)] }, [])).toEqual({ since: time(1), why: "court" });
  });

  it("is named by the first of what placed it", () => {
    expect(legalHoldOf({ holds: [act("place", 2), act("place", 1, "first")] }, [])).toEqual({
      since: time(1),
      why: "first",
    });
    expect(legalHoldOf({ holds: [act("place", 2)] }, [alerted("CONTRADICTION", 1)])).toEqual({
      since: time(1),
      why: "alerted: CONTRADICTION",
    });
    const together = [act("place", 1, "b"), act("place", 1, "a")];
    for (const holds of [together, together.toReversed()]) expect(legalHoldOf({ holds }, [])?.why).toBe("a");
  });

  it("ends with a release, and is another when something is placed after it", () => {
    const holds = [act("place", 1), act("release", 2)];
    expect(legalHoldOf({ holds }, [])).toBeUndefined();
    expect(legalHoldOf({ holds }, [alerted("ESCALATED", 2)])).toBeUndefined();
    expect(legalHoldOf({ holds }, [alerted("ESCALATED", 3)])?.since).toBe(time(3));
    expect(legalHoldOf({ holds: [...holds, act("place", 4)] }, [])?.since).toBe(time(4));
  });

  it.each([
    ["UNRECORDED_DISCHARGE", "UNRECORDED", true],
    ["PARTLY_RECORDED_DISCHARGE", "PARTLY_RECORDED", true],
    ["UNDETERMINED_DISCHARGE", "UNDETERMINED", true],
    ["UNREPORTED_DISCHARGE", "RECORDED", true],
    ["CONTRADICTION", "RECORDED", true],
    ["ESCALATED", "UNRECORDED", true],
    ["REVISED", "UNDETERMINED", true],
    ["REVISED", "RECORDED", false],
    ["DISCHARGE_REPORTED", "AWAITING_FOOTAGE", false],
    ["KIT", "UNRECORDED", false],
    ["DELIVERY", "UNRECORDED", false],
  ] as const)("is placed by an alert %s about a use that is %s: %s", (type, outcome, placed) => {
    expect(legalHoldOf({ holds: [] }, [alerted(type, 1, outcome)]) !== undefined).toBe(placed);
  });

  it("was released by whoever did so last, not before it was placed", () => {
    const holds = [act("release", 1), act("release", 3, "closed"), act("place", 5)];
    const released = { at: time(3), by: "s-1", reason: "closed" };
    expect(releaseOf({ holds }, time(2))).toEqual(released);
    expect(releaseOf({ holds }, time(3))).toEqual(released);
    expect(releaseOf({ holds }, time(4))).toBeUndefined();
    expect(releaseOf({ holds: [] }, time(4))).toBeUndefined();
  });

  it("is told in the custody log, act by act", () => {
    expect(holdActs({ holds: [act("place", 1), act("release", 2, "closed")] })).toEqual([
      { at: time(1), who: "s-1", what: "placed a hold", why: "court" },
      { at: time(2), who: "s-1", what: "released the hold", why: "closed" },
    ]);
    expect(holdActOf("release")).toBe("released the hold");
  });
});
