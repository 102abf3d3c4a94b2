import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptedCode } from "#contracts/incident.ts";
import { incidentKind, outcome } from "#contracts/verdict.ts";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import { apartKinds, type CountedUse, countUses } from "#domain/figures/count-uses.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const aUse = (fields: Partial<CountedUse> = {}): CountedUse => ({
  kind: "DISCHARGE",
  drill: false,
  outcome: "UNRECORDED",
  eventCovered: false,
  ...fields,
});

const someUse: fc.Arbitrary<CountedUse> = fc.record({
  kind: fc.constantFrom(...incidentKind.options),
  drill: fc.boolean(),
  outcome: fc.constantFrom(...outcome.options),
  eventCovered: fc.boolean(),
  accepted: fc.option(fc.constantFrom(...acceptedCode.options), { nil: undefined }),
});
const someUses = fc.array(someUse, { maxLength: 60 });

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
const holds = <Given>(given: fc.Arbitrary<Given>, check: (value: Given) => void) =>
  fc.assert(fc.property(given, check), propertyRuns(500));

describe("figures", () => {
  it("count discharges alone, by what is on video, with accepted explanations beside them", () => {
    const figures = countUses([
      aUse({ outcome: "RECORDED", eventCovered: true }),
      aUse({ outcome: "PARTLY_RECORDED", eventCovered: true }),
      aUse({ accepted: "BATTERY" }),
      aUse({ accepted: "IMMEDIATE_DANGER" }),
      aUse({ accepted: "IMMEDIATE_DANGER" }),
      aUse({ accepted: "REPLACED" }),
      aUse(),
      aUse({ kind: "UNINTENTIONAL" }),
      aUse({ kind: "UNKNOWN", outcome: "RECORDED", eventCovered: true }),
      aUse({ kind: "TEST", outcome: "NOT_APPLICABLE" }),
      aUse({ kind: "TRAINING", outcome: "NOT_APPLICABLE" }),
      aUse({ kind: "NON_DISCHARGE", outcome: "RECORDED", eventCovered: true }),
      aUse({ drill: true, outcome: "RECORDED", eventCovered: true }),
    ]);
    const accepted = {
      count: 4,
      byCode: [
        { code: "IMMEDIATE_DANGER", count: 2 },
        { code: "BATTERY", count: 1 },
        { code: "REPLACED", count: 1 },
      ],
    };
    const none = { count: 0, byCode: [] };
    expect(figures).toEqual({
      discharges: 7,
      outcomes: {
        RECORDED: { count: 1, accepted: none },
        PARTLY_RECORDED: { count: 1, accepted: none },
        UNRECORDED: { count: 5, accepted },
        UNDETERMINED: { count: 0, accepted: none },
        AWAITING_FOOTAGE: { count: 0, accepted: none },
        NOT_RETAINED: { count: 0, accepted: none },
        NOT_APPLICABLE: { count: 0, accepted: none },
      },
      accepted,
      eventCovered: 2,
      apart: { UNINTENTIONAL: 1, UNKNOWN: 1, TEST: 1, TRAINING: 1 },
    });
  });

  it("add up: each discharge has one outcome, and each accepted explanation one code", () => {
    holds(someUses, (uses) => {
      const { discharges, outcomes, accepted, eventCovered, apart } = countUses(uses);
      const rows = Object.values(outcomes);
      expect(sum(rows.map(({ count }) => count))).toBe(discharges);
      expect(sum(rows.map((row) => row.accepted.count))).toBe(accepted.count);
      for (const row of rows) {
        expect(sum(row.accepted.byCode.map(({ count }) => count))).toBe(row.accepted.count);
        expect(row.accepted.count).toBeLessThanOrEqual(row.count);
      }
      expect(eventCovered).toBeLessThanOrEqual(discharges);
      const real = uses.filter(({ drill }) => !drill);
      const noFigure = real.filter(({ kind }) => kind === "NON_DISCHARGE").length;
      expect(discharges + sum(apartKinds.map((kind) => apart[kind])) + noFigure).toBe(real.length);
    });
  });

  it("are the same in whatever order the uses come", () => {
    const inTwoOrders = someUses.chain((uses) =>
      fc.tuple(
        fc.constant(uses),
        fc.shuffledSubarray([...uses], { minLength: uses.length, maxLength: uses.length }),
      ),
    );
    holds(inTwoOrders, ([uses, shuffled]) => {
      expect(countUses(shuffled)).toEqual(countUses(uses));
    });
  });

  it("are changed by no accepted explanation but in what stands beside them", () => {
    const withoutAccepted = (uses: readonly CountedUse[]) => {
      const { outcomes, accepted: _, ...rest } = countUses(uses);
      return { ...rest, counts: Object.entries(outcomes).map(([name, { count }]) => [name, count]) };
    };
    holds(fc.tuple(someUses, fc.constantFrom(...acceptedCode.options)), ([uses, accepted]) => {
      const explained = uses.map((use) => ({ ...use, accepted }));
      expect(withoutAccepted(explained)).toEqual(withoutAccepted(uses));
    });
  });

  it("are changed by no drill", () => {
    holds(fc.tuple(someUses, someUses), ([uses, drills]) => {
      const withDrills = [...uses, ...drills.map((use) => ({ ...use, drill: true }))];
      expect(countUses(withDrills)).toEqual(countUses(uses));
    });
  });
});

describe("an accepted explanation", () => {
  const explanation = { code: "BATTERY", text: "Flat.", by: "p-1", at: "2026-11-22T05:00:00.000Z" } as const;
  const proposal = { accept: true, reason: "x", proposedBy: "s-1", proposedAt: "2026-11-22T05:30:00.000Z" };
  const approval = { approve: true, reason: "x", by: "s-2", at: "2026-11-22T06:00:00.000Z" };
  const decision = { ...proposal, approval };

  it("is one that a proposal accepts and another supervisor approves", () => {
    expect(acceptedExplanation({ explanation, decision })).toBe("BATTERY");
    const others = [
      {},
      { explanation },
      { decision },
      { explanation, decision: proposal },
      { explanation, decision: { ...decision, accept: false } },
      { explanation, decision: { ...proposal, approval: { ...approval, approve: false } } },
    ];
    for (const other of others) expect(acceptedExplanation(other)).toBeUndefined();
  });

  it("is not what was said after the approval", () => {
    const at = {
      same: { ...explanation, at: approval.at },
      later: { ...explanation, at: "2026-11-23T00:00:00.000Z" },
    };
    expect(acceptedExplanation({ explanation: at.same, decision })).toBe("BATTERY");
    expect(acceptedExplanation({ explanation: at.later, decision })).toBe("REPLACED");
  });
});
