import { describe, expect, it } from "vitest";
import { owedByDeadline } from "#domain/lifecycle/owed-by-deadline.ts";
import { owedByVerdict } from "#domain/lifecycle/owed-by-verdict.ts";
import {
  anAlert,
  anIncident,
  aReport,
  aSituation,
  aVerdict,
  hoursAfter,
  INCIDENT_ID,
  versionsOf,
} from "#test/support/lifecycle-builders.ts";

const short = (ids: readonly string[]): readonly string[] =>
  ids.map((id) => id.slice(INCIDENT_ID.length + 1));
const owedOf = (...args: Parameters<typeof versionsOf>) => versionsOf(...args).map(({ owes }) => short(owes));

describe("alerts that a version owes", () => {
  it("reports a discharge once, with the first version", () => {
    expect(owedOf([{}, { final: true }])).toEqual([["DISCHARGE_REPORTED.1.1"], []]);
  });

  it("reports a discharge with the first version that takes it for one", () => {
    expect(owedOf([{ kind: "NON_DISCHARGE" }, { kind: "UNKNOWN" }])).toEqual([
      [],
      ["DISCHARGE_REPORTED.2.1"],
    ]);
  });

  it.each([
    ["UNRECORDED", "UNRECORDED_DISCHARGE.2.1"],
    ["PARTLY_RECORDED", "PARTLY_RECORDED_DISCHARGE.2.1"],
    ["UNDETERMINED", "UNDETERMINED_DISCHARGE.2.1"],
    ["NOT_RETAINED", "UNRECORDED_DISCHARGE.2.1"],
  ] as const)("alerts a discharge that is %s", (outcome, expected) => {
    expect(owedOf([{}, { outcome }])[1]).toEqual([expected]);
  });

  it.each(["RECORDED", "AWAITING_FOOTAGE"] as const)("does not alert a discharge that is %s", (outcome) => {
    expect(owedOf([{}, { outcome }])[1]).toEqual([]);
  });

  it.each(["NON_DISCHARGE", "UNINTENTIONAL", "TEST", "TRAINING"] as const)("does not alert a %s", (kind) => {
    expect(owedOf([{ kind, outcome: "UNRECORDED" }])).toEqual([[]]);
  });

  it("owes both when the first version is already unrecorded", () => {
    expect(owedOf([{ outcome: "UNRECORDED" }])).toEqual([
      ["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.1.1"],
    ]);
  });

  it("tells the second level at once when the first may be the involved officer alone", () => {
    expect(owedOf([{ outcome: "UNRECORDED" }], { supervises: true })[0]).toEqual([
      "DISCHARGE_REPORTED.1.1",
      "DISCHARGE_REPORTED.1.2",
      "UNRECORDED_DISCHARGE.1.1",
      "UNRECORDED_DISCHARGE.1.2",
    ]);
  });

  it("tells the only level when the force has no second", () => {
    expect(owedOf([{}], { supervises: true, levels: 1 })).toEqual([["DISCHARGE_REPORTED.1.1"]]);
  });

  it("revises instead of alerting again, once somebody was told of a verdict", () => {
    const owed = owedOf([
      {},
      { outcome: "UNRECORDED" },
      { outcome: "PARTLY_RECORDED" },
      { outcome: "RECORDED" },
    ]);
    expect(owed.slice(2)).toEqual([["REVISED.3.1"], ["REVISED.4.1"]]);
  });

  it("does not revise when only the report of the discharge was told", () => {
    expect(owedOf([{}, { outcome: "RECORDED" }])[1]).toEqual([]);
  });

  it("does not repeat itself when something else than the outcome changed", () => {
    expect(owedOf([{}, { outcome: "UNRECORDED" }, { outcome: "UNRECORDED", final: true }])[2]).toEqual([]);
  });

  it("revises at every level that was told, by escalation too", () => {
    const alerts = [anAlert({ type: "ESCALATED", version: 2, level: 2 }, { sentAt: hoursAfter(53) })];
    const owed = owedOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }], { alerts });
    expect(owed[2]).toEqual(["REVISED.3.1", "REVISED.3.2"]);
  });

  it("revises to a test when supervisors decided that it was one", () => {
    const owed = owedOf([{}, { outcome: "UNRECORDED" }, { outcome: "NOT_APPLICABLE", kind: "TEST" }]);
    expect(owed[2]).toEqual(["REVISED.3.1"]);
  });

  it("alerts a discharge that became one after a contradiction was told", () => {
    const owed = owedOf(
      [
        { kind: "NON_DISCHARGE", outcome: "UNRECORDED" },
        { kind: "DISCHARGE", outcome: "UNRECORDED" },
      ],
      { reports: [aReport({ bodyWornVideo: "yes" })] },
    );
    expect(owed).toEqual([["CONTRADICTION.1.1"], ["DISCHARGE_REPORTED.2.1", "UNRECORDED_DISCHARGE.2.1"]]);
  });

  it.each([
    ["yes", "UNRECORDED", true],
    ["no", "RECORDED", true],
    ["yes", "RECORDED", false],
    ["no", "UNRECORDED", false],
    ["not-known", "UNRECORDED", false],
    ["yes", "AWAITING_FOOTAGE", false],
    ["yes", "PARTLY_RECORDED", false],
    ["no", "PARTLY_RECORDED", false],
  ] as const)(
    "when the report says video %s and the verdict is %s, contradiction is %s",
    (video, outcome, told) => {
      const owed = owedOf([{ kind: "NON_DISCHARGE", outcome }], {
        reports: [aReport({ bodyWornVideo: video })],
      });
      expect(owed[0]).toEqual(told ? ["CONTRADICTION.1.1"] : []);
    },
  );

  it("contradicts again once the verdict has become the other one", () => {
    const reports = [aReport({ bodyWornVideo: "yes" }), aReport({ reportId: "UOF-2", bodyWornVideo: "no" })];
    const owed = owedOf([{ outcome: "UNRECORDED" }, { outcome: "RECORDED" }], { reports });
    expect(owed[1]).toEqual(["REVISED.2.1", "CONTRADICTION.2.1"]);
  });

  it("does not name a finding that was told as a revision", () => {
    const owed = owedOf(
      [
        { kind: "NON_DISCHARGE", outcome: "UNRECORDED" },
        { kind: "NON_DISCHARGE", outcome: "PARTLY_RECORDED" },
        { kind: "DISCHARGE", outcome: "PARTLY_RECORDED" },
      ],
      { reports: [aReport({ bodyWornVideo: "yes" })] },
    );
    expect(owed).toEqual([["CONTRADICTION.1.1"], ["REVISED.2.1"], ["DISCHARGE_REPORTED.3.1"]]);
  });

  it("revises at no level that was told of no verdict", () => {
    const alerts = [anAlert({ type: "DISCHARGE_REPORTED", version: 1, level: 2 }, { sentAt: hoursAfter(1) })];
    const owed = owedOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }], { alerts });
    expect(owed[2]).toEqual(["REVISED.3.1"]);
  });

  it("reads no level out of an id that tells no subject", () => {
    const [first, second] = versionsOf([{}, { outcome: "UNRECORDED" }]);
    const previous = [first, second].flatMap((record) => (record === undefined ? [] : [record]));
    const foreign = previous.map((record) => ({ ...record, owes: ["nonsense", ...record.owes] }));
    const debt = {
      incidentId: INCIDENT_ID,
      verdict: aVerdict({ version: 3, outcome: "RECORDED" }),
      alerts: [],
      reports: [],
      levels: 2,
      supervises: false,
    };
    expect(short(owedByVerdict({ ...debt, previous: foreign }))).toEqual(["REVISED.3.1"]);
  });

  it("revises at the levels in their order, each once", () => {
    const alerts = [3, 2, 3].map((level) =>
      anAlert({ type: "ESCALATED", version: 2, level }, { sentAt: hoursAfter(53) }),
    );
    const owed = owedOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }], { alerts, levels: 3 });
    expect(owed[2]).toEqual(["REVISED.3.1", "REVISED.3.2", "REVISED.3.3"]);
  });

  it("tells a contradiction once", () => {
    const reports = [aReport({ bodyWornVideo: "yes" })];
    const owed = owedOf([{}, { outcome: "UNRECORDED" }, { outcome: "UNRECORDED", final: true }], { reports });
    expect(owed.slice(1)).toEqual([["UNRECORDED_DISCHARGE.2.1", "CONTRADICTION.2.1"], []]);
  });
});

describe("alerts that are owed because time went by", () => {
  const unrecorded = versionsOf([{}, { outcome: "UNRECORDED" }]);
  const sent = (
    level: number,
    at: number,
    type: "UNRECORDED_DISCHARGE" | "ESCALATED" = "UNRECORDED_DISCHARGE",
  ) => anAlert({ type, version: 2, level }, { sentAt: hoursAfter(at) });
  const owed = (at: number, fields: Parameters<typeof aSituation>[0]) =>
    short(owedByDeadline(aSituation(fields), hoursAfter(at)));

  it("tells that a discharge was not reported, from the end of the grace on", () => {
    expect(owed(23.99, { reports: [] })).toEqual([]);
    expect(owed(24, { reports: [] })).toEqual(["UNREPORTED_DISCHARGE.0.1"]);
  });

  it("counts the report grace from the receipt when the event claims to be later", () => {
    const incident = anIncident({ firstReceivedAt: hoursAfter(-1).toISOString() });
    expect(owed(23, { reports: [], incident })).toEqual(["UNREPORTED_DISCHARGE.0.1"]);
  });

  it.each(["NON_DISCHARGE", "UNINTENTIONAL", "TEST"] as const)("asks no report for a %s", (kind) => {
    expect(owed(100, { reports: [], verdicts: versionsOf([{ kind }]) })).toEqual([]);
  });

  it("tells once that a discharge was not reported", () => {
    const alerts = [
      anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 }, { sentAt: hoursAfter(24) }),
    ];
    expect(owed(25, { reports: [], alerts })).toEqual([]);
  });

  it("escalates what nobody acknowledged, level by level, and ends at the last", () => {
    const first = { verdicts: unrecorded, alerts: [sent(1, 48)], levels: 3 };
    expect(owed(51.99, first)).toEqual([]);
    expect(owed(52, first)).toEqual(["ESCALATED.2.2"]);
    const second = { ...first, alerts: [sent(1, 48), sent(2, 52, "ESCALATED")] };
    expect(owed(55.99, second)).toEqual([]);
    expect(owed(56, second)).toEqual(["ESCALATED.2.3"]);
    const third = { ...second, alerts: [...second.alerts, sent(3, 56, "ESCALATED")] };
    expect(owed(1000, third)).toEqual([]);
  });

  it("does not escalate what was acknowledged after it was sent", () => {
    const incident = anIncident({ acknowledgements: [{ by: "s-1", at: hoursAfter(49).toISOString() }] });
    expect(owed(60, { verdicts: unrecorded, alerts: [sent(1, 48)], incident })).toEqual([]);
  });

  it("escalates a later alert although an earlier one was acknowledged", () => {
    const incident = anIncident({ acknowledgements: [{ by: "s-1", at: hoursAfter(47).toISOString() }] });
    expect(owed(60, { verdicts: unrecorded, alerts: [sent(1, 48)], incident })).toEqual(["ESCALATED.2.2"]);
  });

  it("does not escalate the report of a discharge", () => {
    const alerts = [anAlert({ type: "DISCHARGE_REPORTED", version: 1, level: 1 }, { sentAt: hoursAfter(1) })];
    expect(owed(40, { alerts })).toEqual([]);
  });

  it("does not escalate a revision to recorded, nor what it revised", () => {
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }]);
    const alerts = [
      sent(1, 48),
      anAlert({ type: "REVISED", version: 3, level: 1 }, { sentAt: hoursAfter(49) }),
    ];
    expect(owed(100, { verdicts, alerts })).toEqual([]);
  });

  it("stops asking for a report once it came", () => {
    const alerts = [
      anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 }, { sentAt: hoursAfter(24) }),
    ];
    expect(owed(40, { alerts, reports: [] })).toEqual(["ESCALATED.0.2"]);
    expect(owed(40, { alerts })).toEqual([]);
  });

  it("takes the missing report to the last level, also where a verdict's alerts were taken there before", () => {
    const at = (hours: number) => ({ sentAt: hoursAfter(hours) });
    const earlier = [
      anAlert({ type: "UNRECORDED_DISCHARGE", version: 1, level: 1 }, at(2)),
      anAlert({ type: "ESCALATED", version: 1, level: 2 }, at(6)),
      anAlert({ type: "ESCALATED", version: 1, level: 3 }, at(10)),
    ];
    const missing = [
      anAlert({ type: "UNREPORTED_DISCHARGE", version: 0, level: 1 }, at(24)),
      anAlert({ type: "ESCALATED", version: 0, level: 2 }, at(28)),
    ].map((alert) => ({ ...alert, version: 1 }));
    const situation = {
      verdicts: versionsOf([{ outcome: "UNRECORDED" }]),
      incident: anIncident({ acknowledgements: [{ by: "s-1", at: hoursAfter(11).toISOString() }] }),
      reports: [],
      levels: 3,
    };
    expect(owed(28, { ...situation, alerts: [...earlier, ...missing.slice(0, 1)] })).toEqual([
      "ESCALATED.0.2",
    ]);
    expect(owed(32, { ...situation, alerts: [...earlier, ...missing] })).toEqual(["ESCALATED.0.3"]);
  });

  it("escalates an alert whose id it cannot read under the version that the alert was recorded with", () => {
    const alert = sent(1, 48);
    const alerts = [{ ...alert, message: { ...alert.message, alertId: "made-otherwise" } }];
    expect(owed(52, { verdicts: unrecorded, alerts })).toEqual(["ESCALATED.2.2"]);
  });

  it("escalates past the level that was told at once", () => {
    const alerts = [sent(1, 48), sent(2, 48)];
    expect(owed(52, { verdicts: unrecorded, alerts, levels: 3 })).toEqual(["ESCALATED.2.3"]);
  });

  it("escalates once for two alerts of the same hour", () => {
    const contradicted = anAlert({ type: "CONTRADICTION", version: 2, level: 1 }, { sentAt: hoursAfter(48) });
    const reports = [aReport({ bodyWornVideo: "yes" })];
    expect(owed(52, { verdicts: unrecorded, alerts: [sent(1, 48), contradicted], reports })).toEqual([
      "ESCALATED.2.2",
    ]);
  });

  it("tells a revision to a level that was escalated to while the version was stored", () => {
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }]);
    const alerts = [sent(1, 48), sent(2, 52, "ESCALATED")];
    expect(owed(53, { verdicts, alerts })).toEqual(["REVISED.3.2"]);
  });

  it("tells no revision to a level that was escalated to after it, and none where nothing was revised", () => {
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "PARTLY_RECORDED" }]);
    const later = anAlert({ type: "ESCALATED", version: 3, level: 2 }, { sentAt: hoursAfter(52) });
    expect(owed(53, { verdicts, alerts: [later] })).toEqual([]);
    expect(owed(53, { verdicts, alerts: [sent(1, 48)], levels: 1 })).toEqual([]);
    expect(owed(53, { verdicts: unrecorded, alerts: [sent(2, 52, "ESCALATED")] })).toEqual([]);
  });

  it("tells a belated revision once, beside whatever else its version owes", () => {
    const reports = [aReport({ bodyWornVideo: "no" })];
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }], { reports });
    expect(short(verdicts.at(-1)?.owes ?? [])).toEqual(["REVISED.3.1", "CONTRADICTION.3.1"]);
    const alerts = [sent(1, 48), sent(2, 52, "ESCALATED")];
    expect(owed(53, { verdicts, alerts, reports })).toEqual(["REVISED.3.2"]);
    const recorded = anAlert({ type: "REVISED", version: 3, level: 2 });
    expect(owed(53, { verdicts, alerts: [...alerts, recorded], reports })).toEqual([]);
  });

  it("takes no version that owes something else, or what it cannot read, for a revision", () => {
    const [first, second] = unrecorded;
    const contradicting = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "UNRECORDED" }])[2];
    if (first === undefined || second === undefined || contradicting === undefined)
      throw new Error("no version");
    const owes = [`${INCIDENT_ID}.CONTRADICTION.3.1`, "nonsense"];
    const verdicts = [first, second, { ...contradicting, owes }];
    expect(owed(53, { verdicts, alerts: [sent(1, 48), sent(2, 52, "ESCALATED")] })).toEqual([]);
  });

  it("tells the second level at once of a report that is missing, when the first may be the officer alone", () => {
    expect(owed(24, { reports: [], supervises: true })).toEqual([
      "UNREPORTED_DISCHARGE.0.1",
      "UNREPORTED_DISCHARGE.0.2",
    ]);
  });

  it("escalates what is asked of one level in the name of its latest version", () => {
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "PARTLY_RECORDED" }]);
    const revised = anAlert({ type: "REVISED", version: 3, level: 1 }, { sentAt: hoursAfter(48) });
    expect(owed(52, { verdicts, alerts: [revised, sent(1, 48)] })).toEqual(["ESCALATED.3.2"]);
    expect(owed(52, { verdicts, alerts: [sent(1, 48), revised] })).toEqual(["ESCALATED.3.2"]);
  });

  it("owes once what an escalation and a later version both call for", () => {
    const alerts = [sent(1, 48), sent(2, 52, "ESCALATED")];
    const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "PARTLY_RECORDED" }], { alerts });
    expect(verdicts.at(-1)?.owes.length).toBe(2);
    expect(owed(53, { verdicts, alerts: [...alerts, ...alerts] })).toEqual(["REVISED.3.2"]);
  });

  it("owes nothing for an incident that became another", () => {
    expect(owed(1000, { reports: [], incident: anIncident({ mergedInto: "i2" }) })).toEqual([]);
  });
});
