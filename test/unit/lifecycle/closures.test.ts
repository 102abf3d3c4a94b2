import { describe, expect, it } from "vitest";
import type { IncidentRecord } from "#contracts/incident.ts";
import { withClosure } from "#domain/lifecycle/closures.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";

const AT = "2026-11-22T06:00:00.000Z";
const EARLIER = "2026-11-22T05:00:00.000Z";

const closed = (fields: Partial<IncidentRecord> = {}) =>
  anIncident({ state: "CLOSED", version: 1, ...fields });
const open = (fields: Partial<IncidentRecord> = {}) => anIncident({ state: "OPEN", version: 1, ...fields });
const noted = (before: IncidentRecord, after: IncidentRecord) => withClosure(before, after, AT).closures;

/** Approved, refused, or proposed and no more. */
const decisionOf = (approve: boolean | undefined): IncidentRecord["decision"] => ({
  accept: false,
  reason: "x",
  proposedBy: "s-1",
  proposedAt: EARLIER,
  ...(approve === undefined ? {} : { approval: { approve, reason: "x", by: "s-2", at: EARLIER } }),
});
const question = { code: "FORGOT", text: "Why?", by: "s-1", at: EARLIER } as const;

describe("an incident that is closed", () => {
  it.each([
    ["an approved decision", { decision: decisionOf(true), outcome: "RECORDED" }, "DECISION_APPROVED"],
    ["that it is recorded", { outcome: "RECORDED", decision: decisionOf(false) }, "RECORDED"],
    ["that nothing is asked", { kind: "NON_DISCHARGE", outcome: "UNRECORDED" }, "NOTHING_ASKED"],
  ] as const)("is noted with its time, its verdict and the reason: %s", (_, fields, because) => {
    const { outcome } = fields;
    expect(noted(open(), closed({ ...fields, version: 3 }))).toEqual([
      { at: AT, what: "closed", because, version: 3, outcome },
    ]);
  });

  it("is noted also before it was ever judged", () => {
    const waiting = decisionOf(undefined);
    expect(noted(open(), closed({ decision: waiting }))).toStrictEqual([
      { at: AT, what: "closed", because: "NOTHING_ASKED", version: 1 },
    ]);
  });
});

describe("an incident that is opened again", () => {
  const first = { at: EARLIER, what: "closed", because: "RECORDED", version: 1 } as const;

  it.each([
    ["the verdict was revised", { version: 2, explanationRequests: [question] }, "VERDICT_REVISED"],
    ["the officer was asked", { explanationRequests: [question] }, "OFFICER_ASKED"],
    ["an alert was sent", {}, "ALERTED"],
  ] as const)("is noted behind its closing, with the reason: %s", (_, fields, because) => {
    const after = open({
      ...fields,
      explanationRequests: [...("explanationRequests" in fields ? fields.explanationRequests : [])],
    });
    const closures = noted(closed({ closures: [first] }), after);
    expect(closures?.[0]).toEqual(first);
    expect(closures?.[1]).toMatchObject({ at: AT, what: "reopened", because });
  });
});

describe("nothing is noted", () => {
  it.each([
    ["when it was closed already", closed(), closed({ version: 2 })],
    ["when it stays open", open(), open({ state: "ACKNOWLEDGED" })],
    ["when it becomes part of another", closed(), anIncident({ state: "MERGED" })],
    ["of a test", open({ kind: "TEST" }), closed({ kind: "TEST" })],
    ["of training", open({ kind: "TRAINING" }), closed({ kind: "TRAINING" })],
  ] as const)("%s", (_, before, after) => {
    expect(withClosure(before, after, AT)).toBe(after);
  });
});
