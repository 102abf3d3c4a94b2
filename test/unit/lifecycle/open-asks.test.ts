import { describe, expect, it } from "vitest";
import type { AlertType } from "#contracts/alert.ts";
import { isEscalated, type OpenAsk, openAsks } from "#domain/lifecycle/open-asks.ts";
import type { Situation } from "#domain/lifecycle/situation.ts";
import {
  anAlert,
  anIncident,
  aReport,
  aSituation,
  hoursAfter,
  versionsOf,
} from "#test/support/lifecycle-builders.ts";

const unrecorded = versionsOf([{}, { outcome: "UNRECORDED" }]);
const sentAt = hoursAfter(48);
const sent = (type: AlertType, level = 1, at = sentAt) =>
  anAlert({ type, version: 2, level }, { sentAt: at }) as OpenAsk;
const millisecondsAfter = (ms: number) => new Date(sentAt.getTime() + ms);
const asked = (fields: Partial<Situation>): readonly string[] =>
  openAsks(aSituation({ verdicts: unrecorded, ...fields })).map(
    ({ message }) => `${message.type} ${message.level}`,
  );

describe("what is still asked of a supervisor", () => {
  const alerts = [sent("UNRECORDED_DISCHARGE")];

  it("is what was sent, not what is only recorded", () => {
    const recorded = anAlert({ type: "UNRECORDED_DISCHARGE", version: 2, level: 2 });
    expect(asked({ alerts: [...alerts, recorded] })).toEqual(["UNRECORDED_DISCHARGE 1"]);
  });

  it("is answered by an acknowledgement that is not older", () => {
    const answered = (ms: number) =>
      asked({
        alerts,
        incident: anIncident({ acknowledgements: [{ by: "s-1", at: millisecondsAfter(ms).toISOString() }] }),
      });
    expect(answered(-1)).toEqual(["UNRECORDED_DISCHARGE 1"]);
    expect(answered(0)).toEqual([]);
  });

  it("is answered by an approved decision that is not older, and by no refusal", () => {
    const decided = (approve: boolean, ms: number) => {
      const approval = { approve, reason: "agreed", by: "s-2", at: millisecondsAfter(ms).toISOString() };
      const decision = {
        accept: true,
        reason: "ambushed",
        proposedBy: "s-1",
        proposedAt: approval.at,
        approval,
      };
      return asked({ alerts, incident: anIncident({ decision }) });
    };
    expect(decided(true, 0)).toEqual([]);
    expect(decided(true, -1)).toEqual(["UNRECORDED_DISCHARGE 1"]);
    expect(decided(false, 0)).toEqual(["UNRECORDED_DISCHARGE 1"]);
  });

  it.each([
    ["UNRECORDED_DISCHARGE", "UNRECORDED", true],
    ["PARTLY_RECORDED_DISCHARGE", "PARTLY_RECORDED", true],
    ["UNDETERMINED_DISCHARGE", "UNDETERMINED", true],
    ["REVISED", "UNDETERMINED", true],
    ["UNRECORDED_DISCHARGE", "RECORDED", false],
    ["REVISED", "RECORDED", false],
    ["REVISED", "NOT_APPLICABLE", false],
    ["DISCHARGE_REPORTED", "UNRECORDED", false],
  ] as const)("by a %s while the verdict is %s: %s", (type, outcome, asks) => {
    const verdicts = versionsOf([{}, { outcome }]);
    expect(asked({ verdicts, alerts: [sent(type)] })).toEqual(asks ? [`${type} 1`] : []);
  });

  it("by a contradiction is so only while report and verdict contradict each other", () => {
    const contradiction = [sent("CONTRADICTION")];
    expect(asked({ alerts: contradiction, reports: [aReport({ bodyWornVideo: "yes" })] })).toEqual([
      "CONTRADICTION 1",
    ]);
    expect(asked({ alerts: contradiction, reports: [aReport({ bodyWornVideo: "no" })] })).toEqual([]);
  });

  it("is nothing while there is no verdict", () => {
    expect(asked({ verdicts: [], alerts: [sent("UNREPORTED_DISCHARGE")], reports: [] })).toEqual([]);
  });

  it("is asked at the next level by an escalation of it, not by one of something older", () => {
    const escalated = (ms: number) =>
      asked({ alerts: [...alerts, sent("ESCALATED", 2, millisecondsAfter(ms))] });
    expect(escalated(0)).toEqual(["UNRECORDED_DISCHARGE 1", "ESCALATED 2"]);
    expect(escalated(-1)).toEqual(["UNRECORDED_DISCHARGE 1"]);
    expect(asked({ alerts: [sent("ESCALATED", 2)] })).toEqual([]);
  });
});

describe("an ask", () => {
  const ask = sent("UNRECORDED_DISCHARGE", 1);

  it("is escalated once a higher level was told the same", () => {
    expect(isEscalated(ask, [ask])).toBe(false);
    expect(isEscalated(ask, [sent("UNRECORDED_DISCHARGE", 2)])).toBe(true);
    expect(isEscalated(sent("UNRECORDED_DISCHARGE", 2), [sent("UNRECORDED_DISCHARGE", 2)])).toBe(false);
    expect(isEscalated(ask, [sent("CONTRADICTION", 2)])).toBe(false);
    expect(
      isEscalated(ask, [anAlert({ type: "UNRECORDED_DISCHARGE", version: 1, level: 2 }, { sentAt })]),
    ).toBe(false);
  });

  it("is escalated by an escalation to a higher level that is not older, sent or owed", () => {
    expect(isEscalated(ask, [sent("ESCALATED", 2, millisecondsAfter(0))])).toBe(true);
    expect(isEscalated(ask, [sent("ESCALATED", 2, millisecondsAfter(-1))])).toBe(false);
    expect(isEscalated(ask, [sent("ESCALATED", 1, millisecondsAfter(1))])).toBe(false);
    const owed = anAlert({ type: "ESCALATED", version: 2, level: 2 });
    expect(isEscalated(ask, [{ ...owed, owedAt: millisecondsAfter(0).toISOString() }])).toBe(true);
    expect(isEscalated(ask, [{ ...owed, owedAt: millisecondsAfter(-1).toISOString() }])).toBe(false);
  });
});
