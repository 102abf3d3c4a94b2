import { describe, expect, it } from "vitest";
import type { Keeping } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { decideKeeping, isMatched } from "#domain/lifecycle/keep-footage.ts";
import { aClip, anIncident } from "#test/support/stored-builders.ts";

const STORED_AT = "2026-11-22T06:00:00.000Z";
const TIME_OVER = "2026-12-23T06:00:00.000Z";

type Facts = {
  readonly now?: string;
  readonly near?: readonly IncidentRecord[];
  readonly retainedUntil?: string;
  readonly held?: boolean;
  readonly keeping?: Keeping;
};

function decide({ now = TIME_OVER, near = [], retainedUntil, held = false, keeping }: Facts) {
  const stored = { bytes: 1, versionId: "v1", storedAt: STORED_AT, sha256: "a".repeat(64), composite: false };
  return decideKeeping({
    clip: aClip({ state: "ACCEPTED", stored, ...(keeping ? { keeping } : {}) }),
    near,
    protection: { held, ...(retainedUntil === undefined ? {} : { retainedUntil }) },
    unmatchedDays: 31,
    now: new Date(now),
  });
}

describe("a stored file", () => {
  it("may go once it matches nothing, nobody holds it and both its times are over", () => {
    expect(decide({ retainedUntil: TIME_OVER })).toEqual({ decision: "delete" });
    expect(decide({})).toEqual({ decision: "delete" });
  });

  it("is counted from its declaration while nobody knows when it was stored", () => {
    const clip = aClip({ state: "ACCEPTED", declaredAt: STORED_AT });
    const facts = { clip, near: [], protection: { held: false }, unmatchedDays: 31 };
    expect(decideKeeping({ ...facts, now: new Date(TIME_OVER) })).toEqual({ decision: "delete" });
    const early = new Date(Date.parse(TIME_OVER) - 1);
    expect(decideKeeping({ ...facts, now: early })).toEqual({ decision: "keep", lookAt: TIME_OVER });
  });

  it("is looked at again the moment it may go, or a day from now", () => {
    expect(decide({ now: "2026-12-23T05:00:00.000Z" })).toEqual({ decision: "keep", lookAt: TIME_OVER });
    expect(decide({ now: "2026-12-20T05:00:00.000Z" })).toEqual({
      decision: "keep",
      lookAt: "2026-12-21T05:00:00.000Z",
    });
    expect(decide({ retainedUntil: "2026-12-23T07:00:00.000Z" })).toEqual({
      decision: "keep",
      lookAt: "2026-12-23T07:00:00.000Z",
    });
  });

  it.each<[string, Facts]>([
    ["a use is near it", { near: [anIncident()] }],
    ["a hold is on it in the store, whoever placed it", { held: true }],
    [
      "an incident holds it, in the store or not yet",
      { keeping: { holds: [{ incidentId: "i1", since: STORED_AT, placed: false }] } },
    ],
    [
      "its hold was released and is not lifted yet",
      {
        keeping: {
          holds: [
            {
              incidentId: "i1",
              since: STORED_AT,
              placed: true,
              released: { at: TIME_OVER, by: "s1", reason: "over" },
            },
          ],
        },
      },
    ],
  ])("stays for ever while %s", (_, facts) => {
    expect(decide({ now: "2040-01-01T00:00:00.000Z", ...facts })).toEqual({
      decision: "keep",
      lookAt: "2040-01-02T00:00:00.000Z",
    });
  });
});

describe("what a file matches", () => {
  it.each(["DISCHARGE", "NON_DISCHARGE", "UNINTENTIONAL", "UNKNOWN"] as const)("is a use: %s", (kind) => {
    expect(isMatched({ footageId: "f1" }, [anIncident({ kind })])).toBe(true);
    expect(isMatched({ footageId: "f1" }, [anIncident({ kind: "TEST" }), anIncident({ kind })])).toBe(true);
  });

  it.each(["TEST", "TRAINING"] as const)("is no %s, unless a person says so", (kind) => {
    const said = { reason: "r", by: "s1", at: STORED_AT };
    const matches = (changes: Partial<IncidentRecord>) =>
      isMatched({ footageId: "f1" }, [anIncident({ kind, ...changes })]);
    expect(matches({})).toBe(false);
    expect(matches({ holds: [{ ...said, action: "place" }] })).toBe(true);
    expect(
      matches({
        holds: [
          { ...said, action: "place" },
          { ...said, action: "release" },
        ],
      }),
    ).toBe(false);
    expect(matches({ confirmations: [{ ...said, footageId: "f1", shows: true }] })).toBe(true);
    expect(matches({ confirmations: [{ ...said, footageId: "f2", shows: true }] })).toBe(false);
  });
});
