import { describe, expect, it } from "vitest";
import { clockValuesOf, isBeforeFirstPolicy, modelKey, policyAt } from "#domain/time/policies.ts";
import { aPolicy } from "#test/support/build-inputs.ts";

const first = aPolicy({ version: "2019-07", effectiveFrom: "2019-07-15" });
const second = aPolicy({ version: "2026-07", effectiveFrom: "2026-07-15" });
const LONDON = "Europe/London";

describe("the policy in force", () => {
  it("changes at local midnight of its date", () => {
    const change = Date.parse("2026-07-14T23:00:00.000Z");
    expect(policyAt([second, first], change - 1, LONDON).version).toBe("2019-07");
    expect(policyAt([second, first], change, LONDON).version).toBe("2026-07");
  });

  it("judges an event before the first policy by the first", () => {
    const early = Date.parse("2018-01-01T00:00:00.000Z");
    expect(policyAt([second, first], early, LONDON).version).toBe("2019-07");
    expect(isBeforeFirstPolicy([second, first], early, LONDON)).toBe(true);
    const begins = Date.parse("2019-07-14T23:00:00.000Z");
    expect(isBeforeFirstPolicy([second, first], begins - 1, LONDON)).toBe(true);
    expect(isBeforeFirstPolicy([second, first], begins, LONDON)).toBe(false);
  });

  it("takes the later version of two that begin on one date, in whatever order they stand", () => {
    const corrected = aPolicy({ version: "2019-07b", effectiveFrom: "2019-07-15" });
    const later = Date.parse("2020-01-01T00:00:00Z");
    expect(policyAt([first, corrected], later, LONDON).version).toBe("2019-07b");
    expect(policyAt([corrected, first], later, LONDON).version).toBe("2019-07b");
  });

  it("is the one that began later, whatever the two are called", () => {
    const renamed = [
      aPolicy({ version: "b", effectiveFrom: "2019-07-15" }),
      aPolicy({ version: "a", effectiveFrom: "2026-07-15" }),
    ];
    for (const policies of [renamed, renamed.toReversed()]) {
      expect(policyAt(policies, Date.parse("2026-12-01T00:00:00Z"), LONDON).version).toBe("a");
      expect(policyAt(policies, Date.parse("2018-12-01T00:00:00Z"), LONDON).version).toBe("b");
    }
  });

  it("needs a policy", () => {
    expect(() => policyAt([], 0, LONDON)).toThrow("at least one policy");
  });
});

describe("clock values of a model", () => {
  it("takes the model's own, else the default", () => {
    expect(clockValuesOf(first, "X26E")).toEqual({ resolutionSeconds: 1, driftPpm: 93 });
    expect(clockValuesOf(first, "TASER 7")).toEqual({ resolutionSeconds: 1, driftPpm: 20 });
    expect(clockValuesOf(first, undefined)).toEqual({ resolutionSeconds: 1, driftPpm: 20 });
    expect(clockValuesOf(first, "toString")).toEqual({ resolutionSeconds: 1, driftPpm: 20 });
  });

  it("knows a model by other spellings of its name", () => {
    expect(clockValuesOf(first, "Taser x26-e").driftPpm).toBe(93);
    expect(modelKey("TASER 10")).toBe("10");
    expect(modelKey("Non-TASER 10")).toBe("NONTASER10");
  });

  it("takes the very spelling before similar ones, and of those the first by alphabet", () => {
    const values = (driftPpm: number) => ({ resolutionSeconds: 1, driftPpm });
    const { default: usual } = first.clocks;
    const spelt = aPolicy({
      clocks: { default: usual, "X26-E": values(2), "X-26E": values(1), X26E: values(3) },
    });
    expect(clockValuesOf(spelt, "X26E").driftPpm).toBe(3);
    expect(clockValuesOf(spelt, "x26e").driftPpm).toBe(1);
  });
});
