import { describe, expect, it } from "vitest";
import { type AlertType, alertType } from "#contracts/alert.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { holdActs, legalHoldOf, releaseOf } from "#domain/lifecycle/legal-hold.ts";
import { anAlert } from "#test/support/stored-builders.ts";

const hour = (n: number) => `2026-11-24T${String(n).padStart(2, "0")}:00:00.000Z`;
const act = (action: "place" | "release", n: number): IncidentRecord["holds"][number] => ({
  action,
  reason: `${action} at ${n}`,
  by: "s1",
  at: hour(n),
});
const alert = (type: AlertType, n: number, outcome = "UNRECORDED") =>
  anAlert(`i1.${type}.1.1`, {
    owedAt: hour(n),
    message: { ...anAlert("i1").message, type, outcome },
  });

describe("an incident's legal hold", () => {
  it("is none while nobody said so and nobody has to answer anything", () => {
    expect(legalHoldOf({ holds: [] }, [])).toBeUndefined();
    expect(legalHoldOf({ holds: [act("release", 1)] }, [])).toBeUndefined();
    expect(legalHoldOf({ holds: [act("release", 1), act("release", 2)] }, [])).toBeUndefined();
  });

  it("is placed by a supervisor, from the first word on", () => {
    const holds = [act("place", 1), act("place", 2)];
    expect(legalHoldOf({ holds }, [])).toEqual({ since: hour(1), why: "place at 1" });
  });

  it("ends with a release, and begins anew with another word", () => {
    const holds = [act("place", 1), act("release", 2)];
    expect(legalHoldOf({ holds }, [])).toBeUndefined();
    expect(legalHoldOf({ holds: [...holds, act("place", 3)] }, [])).toMatchObject({ since: hour(3) });
    expect(legalHoldOf({ holds }, [alert("ESCALATED", 2)])).toBeUndefined();
  });

  it.each([
    "UNRECORDED_DISCHARGE",
    "PARTLY_RECORDED_DISCHARGE",
    "UNDETERMINED_DISCHARGE",
    "UNREPORTED_DISCHARGE",
    "CONTRADICTION",
    "ESCALATED",
    "REVISED",
  ] as const)("is placed by %s, which somebody has to answer", (type) => {
    expect(legalHoldOf({ holds: [] }, [alert(type, 5)])).toEqual({
      since: hour(5),
      why: `alerted: ${type}`,
    });
  });

  it("is placed by nothing that asks nobody for anything", () => {
    const quiet = alertType.options.filter((type) => /^(DISCHARGE_REPORTED|KIT|DELIVERY)$/.test(type));
    expect(quiet).toHaveLength(3);
    for (const type of quiet) expect(legalHoldOf({ holds: [] }, [alert(type, 5)])).toBeUndefined();
    expect(legalHoldOf({ holds: [] }, [alert("REVISED", 5, "RECORDED")])).toBeUndefined();
  });

  it("is placed by a contradiction of a recorded use all the same", () => {
    expect(legalHoldOf({ holds: [] }, [alert("CONTRADICTION", 5, "RECORDED")])).toBeDefined();
  });

  it("is not brought back by an alert that a release answered, but by a later one", () => {
    const holds = [act("release", 6)];
    const alerts = [alert("UNRECORDED_DISCHARGE", 5)];
    expect(legalHoldOf({ holds }, alerts)).toBeUndefined();
    expect(legalHoldOf({ holds }, [...alerts, alert("ESCALATED", 9)])).toMatchObject({ since: hour(9) });
  });

  it("is the same whatever the order in which its alerts are known", () => {
    const alerts = [alert("UNRECORDED_DISCHARGE", 5), alert("CONTRADICTION", 5), alert("ESCALATED", 9)];
    expect(legalHoldOf({ holds: [] }, alerts)).toEqual(legalHoldOf({ holds: [] }, alerts.toReversed()));
  });
});

describe("the release of a hold", () => {
  it("is the last one at or after the hold's time, with who and why", () => {
    const holds = [act("place", 1), act("release", 2)];
    expect(releaseOf({ holds }, hour(1))).toEqual({ at: hour(2), by: "s1", reason: "release at 2" });
    expect(releaseOf({ holds }, hour(2))).toMatchObject({ at: hour(2) });
    expect(releaseOf({ holds }, hour(3))).toBeUndefined();
    expect(releaseOf({ holds: [] }, hour(1))).toBeUndefined();
  });

  it("is told in the words of the custody log", () => {
    expect(holdActs({ holds: [act("place", 1), act("release", 2)] })).toEqual([
      { at: hour(1), who: "s1", what: "placed a hold", why: "place at 1" },
      { at: hour(2), who: "s1", what: "released the hold", why: "release at 2" },
    ]);
  });
});
