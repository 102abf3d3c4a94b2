import { describe, expect, it } from "vitest";
import { lookAt, nextDeadline } from "#domain/lifecycle/deadlines.ts";
import { stateOf } from "#domain/lifecycle/state-of.ts";
import {
  anAlert,
  anIncident,
  aReport,
  aSituation,
  aVerdict,
  hoursAfter,
  somePolicy,
  versionsOf,
} from "#test/support/lifecycle-builders.ts";

const unrecorded = versionsOf([{}, { outcome: "UNRECORDED" }]);
const recorded = versionsOf([{ outcome: "RECORDED" }]);
const alerted = [anAlert({ type: "UNRECORDED_DISCHARGE", version: 2, level: 1 }, { sentAt: hoursAfter(48) })];
const acknowledged = anIncident({ acknowledgements: [{ by: "s-1", at: hoursAfter(49).toISOString() }] });
const secondsAfter = (hours: number, seconds: number) =>
  new Date(hoursAfter(hours).getTime() + seconds * 1000);

describe("when somebody must look again", () => {
  it("is just after the end of the footage grace while footage is awaited", () => {
    expect(lookAt(aSituation(), hoursAfter(1))).toBe(secondsAfter(48, 1).toISOString());
  });

  it("is just after the end of the report grace, which comes first", () => {
    expect(lookAt(aSituation({ reports: [] }), hoursAfter(1))).toBe(secondsAfter(24, 1).toISOString());
  });

  it("is never for a recorded discharge with its report", () => {
    expect(lookAt(aSituation({ verdicts: recorded }), hoursAfter(1))).toBeUndefined();
  });

  it("is at the end of the grace while only the duty is open", () => {
    const verdicts = versionsOf([
      { outcome: "RECORDED", duty: { outcome: "AWAITING_FOOTAGE", possibleOutcomes: [] } },
    ]);
    expect(lookAt(aSituation({ verdicts }), hoursAfter(1))).toBe(secondsAfter(48, 1).toISOString());
  });

  it("is when an alert has to be acknowledged", () => {
    const situation = aSituation({ verdicts: unrecorded, alerts: alerted });
    expect(lookAt(situation, hoursAfter(48))).toBe(secondsAfter(52, 1).toISOString());
    expect(nextDeadline(situation)).toBe(hoursAfter(52).toISOString());
  });

  it("is never for an alert at the last level, whose deadline is shown all the same", () => {
    const situation = aSituation({ verdicts: unrecorded, alerts: alerted, levels: 1 });
    expect(lookAt(situation, hoursAfter(48))).toBeUndefined();
    expect(nextDeadline(situation)).toBe(hoursAfter(52).toISOString());
  });

  it("is never once everything was acknowledged", () => {
    const situation = aSituation({ verdicts: unrecorded, alerts: alerted, incident: acknowledged });
    expect(lookAt(situation, hoursAfter(50))).toBeUndefined();
    expect(nextDeadline(situation)).toBeUndefined();
  });

  it("lies on a whole second after a deadline with milliseconds", () => {
    const graceEndsAt = "2026-11-23T21:08:00.001Z";
    const situation = aSituation({ verdicts: versionsOf([{ graceEndsAt }]) });
    expect(lookAt(situation, hoursAfter(1))).toBe("2026-11-23T21:08:02.000Z");
  });

  it("is at most seven days ahead", () => {
    const graceEndsAt = hoursAfter(720).toISOString();
    const situation = aSituation({ verdicts: versionsOf([{ graceEndsAt }]) });
    expect(lookAt(situation, hoursAfter(0))).toBe(hoursAfter(7 * 24).toISOString());
  });

  it("is never for an incident without a verdict, or one that became another", () => {
    expect(lookAt(aSituation({ verdicts: [], reports: [] }), hoursAfter(1))).toBeUndefined();
    expect(lookAt(aSituation({ incident: anIncident({ mergedInto: "i2" }) }), hoursAfter(1))).toBeUndefined();
  });

  it("is not for a report that somebody was told of, or is about to be", () => {
    const missing = anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 });
    const other = anAlert({ type: "DISCHARGE_REPORTED", version: 1, level: 1 }, { sentAt: hoursAfter(1) });
    expect(lookAt(aSituation({ reports: [], alerts: [other] }), hoursAfter(1))).toBe(
      secondsAfter(24, 1).toISOString(),
    );
    expect(lookAt(aSituation({ reports: [], alerts: [other, missing] }), hoursAfter(1))).toBe(
      secondsAfter(48, 1).toISOString(),
    );
  });

  it("is for the level that was told last, not for one whose ask went on to the next", () => {
    const next = anAlert({ type: "ESCALATED", version: 2, level: 2 }, { sentAt: hoursAfter(52) });
    const situation = aSituation({ verdicts: unrecorded, alerts: [...alerted, next], levels: 3 });
    expect(lookAt(situation, hoursAfter(53))).toBe(secondsAfter(56, 1).toISOString());
  });

  it("is shown as the earliest of several deadlines", () => {
    expect(nextDeadline(aSituation({ reports: [] }))).toBe(hoursAfter(24).toISOString());
  });

  it("is never in the past, so that nothing spins", () => {
    expect(lookAt(aSituation(), hoursAfter(100))).toBe(secondsAfter(100, 1).toISOString());
  });
});

describe("the state of an incident", () => {
  it.each([
    ["AWAITING_FOOTAGE", aSituation()],
    ["CLOSED", aSituation({ verdicts: recorded })],
    ["CLOSED", aSituation({ verdicts: versionsOf([{ kind: "NON_DISCHARGE", outcome: "UNRECORDED" }]) })],
    [
      "CLOSED",
      aSituation({ verdicts: versionsOf([{ kind: "TEST", outcome: "NOT_APPLICABLE" }]), reports: [] }),
    ],
    ["OPEN", aSituation({ verdicts: versionsOf([{ kind: "UNINTENTIONAL", outcome: "UNRECORDED" }]) })],
    ["OPEN", aSituation({ verdicts: unrecorded })],
    ["OPEN", aSituation({ verdicts: unrecorded, alerts: alerted })],
    ["ACKNOWLEDGED", aSituation({ verdicts: unrecorded, alerts: alerted, incident: acknowledged })],
    ["MERGED", aSituation({ incident: anIncident({ mergedInto: "i2" }) })],
  ] as const)("is %s in case %#", (state, situation) => {
    expect(stateOf(situation)).toBe(state);
  });

  it("is open while footage is awaited and something is asked of a supervisor", () => {
    const alerts = [
      anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 }, { sentAt: hoursAfter(24) }),
    ];
    expect(stateOf(aSituation({ alerts, reports: [] }))).toBe("OPEN");
  });

  it("stays acknowledged when it is recorded and its report never came", () => {
    const alerts = [
      anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 }, { sentAt: hoursAfter(24) }),
    ];
    expect(stateOf(aSituation({ verdicts: recorded, alerts, reports: [], incident: acknowledged }))).toBe(
      "ACKNOWLEDGED",
    );
  });

  it("is open while an officer was asked to explain and has not", () => {
    const explanationRequests = [
      { code: "FORGOT" as const, text: "Why?", by: "s-1", at: hoursAfter(1).toISOString() },
    ];
    const incident = anIncident({ explanationRequests });
    expect(stateOf(aSituation({ verdicts: recorded, incident }))).toBe("OPEN");
    const explanation = {
      code: "FORGOT" as const,
      text: "I did.",
      by: "o-1",
      at: hoursAfter(2).toISOString(),
    };
    expect(stateOf(aSituation({ verdicts: recorded, incident: { ...incident, explanation } }))).toBe(
      "CLOSED",
    );
  });

  it("is closed once the report came that was missed, and while none was missed yet", () => {
    const missed = anAlert(
      { type: "UNREPORTED_DISCHARGE", version: 0, level: 1 },
      { sentAt: hoursAfter(24) },
    );
    const other = anAlert({ type: "DISCHARGE_REPORTED", version: 1, level: 1 }, { sentAt: hoursAfter(1) });
    const of = (fields: Parameters<typeof aSituation>[0]) =>
      stateOf(aSituation({ verdicts: recorded, incident: acknowledged, ...fields }));
    expect(of({ alerts: [missed] })).toBe("CLOSED");
    expect(of({ alerts: [other], reports: [] })).toBe("CLOSED");
    expect(of({ alerts: [other, missed], reports: [] })).toBe("ACKNOWLEDGED");
  });

  it("asks no report any more for what turned out to be a test", () => {
    const alerts = [
      anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 }, { sentAt: hoursAfter(24) }),
    ];
    const verdicts = versionsOf([{}, { kind: "TEST", outcome: "NOT_APPLICABLE" }]);
    expect(stateOf(aSituation({ verdicts, alerts, reports: [], incident: acknowledged }))).toBe("CLOSED");
  });

  it("follows a decision from its proposal to its approval", () => {
    const decision = {
      accept: true,
      reason: "ambushed",
      proposedBy: "s-1",
      proposedAt: hoursAfter(50).toISOString(),
    };
    const approval = { approve: true, reason: "agreed", by: "s-2", at: hoursAfter(51).toISOString() };
    const of = (incident: Parameters<typeof anIncident>[0]) =>
      stateOf(aSituation({ verdicts: unrecorded, alerts: alerted, incident: anIncident(incident) }));
    expect(of({ decision })).toBe("DECISION_PROPOSED");
    expect(of({ decision, acknowledgements: acknowledged.acknowledgements })).toBe("DECISION_PROPOSED");
    expect(of({ decision: { ...decision, approval } })).toBe("CLOSED");
    expect(of({ decision: { ...decision, approval: { ...approval, approve: false } } })).toBe("OPEN");
  });

  it("opens again when an alert comes after the decision", () => {
    const decision = {
      accept: true,
      reason: "ambushed",
      proposedBy: "s-1",
      proposedAt: hoursAfter(50).toISOString(),
      approval: { approve: true, reason: "agreed", by: "s-2", at: hoursAfter(51).toISOString() },
    };
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "PARTLY_RECORDED" }]);
    const revised = anAlert({ type: "REVISED", version: 3, level: 1 }, { sentAt: hoursAfter(60) });
    const incident = anIncident({ decision });
    expect(stateOf(aSituation({ verdicts, alerts: [...alerted, revised], incident }))).toBe("OPEN");
  });

  it("closes a contradicted recording once it was acknowledged", () => {
    const reports = [aReport({ bodyWornVideo: "no" })];
    const contradicted = anAlert({ type: "CONTRADICTION", version: 1, level: 1 }, { sentAt: hoursAfter(2) });
    const situation = aSituation({ verdicts: recorded, alerts: [contradicted], reports });
    expect(stateOf(situation)).toBe("OPEN");
    expect(stateOf({ ...situation, incident: acknowledged })).toBe("CLOSED");
  });

  it("needs no verdict to be awaiting footage", () => {
    expect(stateOf(aSituation({ verdicts: [] }))).toBe("AWAITING_FOOTAGE");
    expect(aVerdict().outcome).toBe("AWAITING_FOOTAGE");
    expect(somePolicy.footageGraceHours).toBe(48);
  });
});
