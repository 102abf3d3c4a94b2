import { describe, expect, it } from "vitest";
import { type AlertRecord, type AlertType, isTold } from "#contracts/alert.ts";
import { alertSubject } from "#domain/lifecycle/alert-id.ts";
import { lookAt } from "#domain/lifecycle/deadlines.ts";
import { openAsks } from "#domain/lifecycle/open-asks.ts";
import { owedByDeadline } from "#domain/lifecycle/owed-by-deadline.ts";
import { owedByVerdict } from "#domain/lifecycle/owed-by-verdict.ts";
import type { Situation } from "#domain/lifecycle/situation.ts";
import { stateOf } from "#domain/lifecycle/state-of.ts";
import { afterFailure, afterReturn, isGivenUp } from "#domain/lifecycle/undelivered.ts";
import {
  anAlert,
  anIncident,
  aSituation,
  aVerdict,
  hoursAfter,
  INCIDENT_ID,
  versionsOf,
} from "#test/support/lifecycle-builders.ts";

const owed = (type: AlertType, level = 1, version = 2): AlertRecord => anAlert({ type, version, level });
const first = hoursAfter(48);
const later = (ms: number) => new Date(first.getTime() + ms);

describe("an alert that its topic refuses", () => {
  const alert = owed("UNRECORDED_DISCHARGE");
  const failed = (at: Date, before = alert, permanent = false) => afterFailure(before, { at, permanent });

  it("notes since when, and stays deliverable for a quarter of a minute", () => {
    const once = failed(first);
    expect(once).toEqual({ ...alert, failedSince: first.toISOString() });
    expect(failed(later(14_999), once)).toEqual(once);
    expect(failed(later(15_000), once)).toEqual({
      ...once,
      undelivered: { at: later(15_000).toISOString(), why: "NOT_TAKEN" },
    });
  });

  it("is given up at once when no further try can succeed", () => {
    expect(failed(first, alert, true).undelivered).toEqual({ at: first.toISOString(), why: "NOT_TAKEN" });
    expect(isGivenUp(first.toISOString(), { at: first, permanent: false })).toBe(false);
  });

  it("keeps the first time at which it was given up, however often it fails", () => {
    const given = failed(first, alert, true);
    expect(failed(later(60_000), given, true)).toEqual(given);
  });
});

describe("an alert that an address gave back", () => {
  it("notes when, and that the topic had taken it; the first time stands", () => {
    const sent = anAlert({ type: "UNRECORDED_DISCHARGE", version: 2, level: 1 }, { sentAt: first });
    const given = afterReturn(sent, later(1000));
    expect(given).toEqual({
      ...sent,
      undelivered: { at: later(1000).toISOString(), why: "GIVEN_BACK" },
    });
    expect(afterReturn(given, later(2000))).toEqual(given);
  });
});

describe("who has been told", () => {
  const sentAt = first.toISOString();

  it("is everybody once the topic took it, of a DELIVERY once the operators heard of it too", () => {
    expect(isTold(owed("KIT"))).toBe(false);
    expect(isTold({ ...owed("KIT"), sentAt })).toBe(true);
    expect(isTold({ ...owed("DELIVERY"), sentAt })).toBe(false);
    expect(isTold({ ...owed("DELIVERY"), operationsToldAt: sentAt })).toBe(false);
    expect(isTold({ ...owed("DELIVERY"), sentAt, operationsToldAt: sentAt })).toBe(true);
  });
});

describe("what may not have reached anybody", () => {
  const verdicts = versionsOf([{}, { outcome: "UNRECORDED" }]);
  const lost = (alert: AlertRecord): AlertRecord => afterFailure(alert, { at: first, permanent: true });
  const situation = (alerts: readonly AlertRecord[], fields: Partial<Situation> = {}): Situation =>
    aSituation({ verdicts, alerts, levels: 3, ...fields });
  const owes = (of: Situation, now = first): readonly string[] =>
    owedByDeadline(of, now).map((id) => id.slice(INCIDENT_ID.length + 1));

  it("is told to the level above, once", () => {
    const alerts = [lost(owed("UNRECORDED_DISCHARGE"))];
    expect(owes(situation(alerts))).toEqual(["DELIVERY.2.2"]);
    expect(owes(situation([...alerts, owed("DELIVERY", 2)]))).toEqual([]);
  });

  it("is told to the last level itself, above which there is nobody", () => {
    expect(owes(situation([lost(owed("UNRECORDED_DISCHARGE", 3))]))).toEqual(["DELIVERY.2.3"]);
    expect(owes(situation([lost(owed("UNRECORDED_DISCHARGE"))], { levels: 1 }))).toEqual(["DELIVERY.2.1"]);
  });

  it("goes up level by level while the word of it does not arrive either, and ends at the last", () => {
    const alerts = [lost(owed("UNRECORDED_DISCHARGE")), lost(owed("DELIVERY", 2))];
    expect(owes(situation(alerts))).toEqual(["DELIVERY.2.3"]);
    expect(owes(situation([...alerts, lost(owed("DELIVERY", 3))]))).toEqual([]);
  });

  it("is told once of two alerts of one level and version, and apart for each level", () => {
    const two = [lost(owed("UNRECORDED_DISCHARGE")), lost(owed("CONTRADICTION"))];
    expect(owes(situation(two))).toEqual(["DELIVERY.2.2"]);
    const levels = [lost(owed("UNRECORDED_DISCHARGE")), lost(owed("UNRECORDED_DISCHARGE", 2))];
    expect(owes(situation(levels))).toEqual(["DELIVERY.2.2", "DELIVERY.2.3"]);
  });

  it("is told of nothing that was merged into another", () => {
    const incident = anIncident({ mergedInto: "i2", state: "MERGED" });
    expect(owes(situation([lost(owed("UNRECORDED_DISCHARGE"))], { incident }))).toEqual([]);
  });

  it("is asked for all the same, from when it was given up, and escalated when nobody answers", () => {
    const alerts = [lost(owed("UNRECORDED_DISCHARGE")), owed("DELIVERY", 2)];
    const open = situation(alerts);
    expect(openAsks(open).map(({ message, sentAt }) => [message.type, sentAt])).toEqual([
      ["UNRECORDED_DISCHARGE", first.toISOString()],
    ]);
    expect(stateOf(open)).toBe("OPEN");
    expect(lookAt(open, first)).toBe(hoursAfter(52).toISOString().replace(":00.000Z", ":01.000Z"));
    expect(owes(open, new Date(hoursAfter(52).getTime() - 1))).toEqual([]);
    expect(owes(open, hoursAfter(52))).toEqual(["ESCALATED.2.2"]);
  });

  it("is answered by whoever acknowledges in the place of others", () => {
    const acknowledgements = [{ by: "s-2", at: later(60_000).toISOString() }];
    const answered = situation([lost(owed("UNRECORDED_DISCHARGE"))], {
      incident: anIncident({ acknowledgements }),
    });
    expect(openAsks(answered)).toEqual([]);
    expect(owes(answered, hoursAfter(100))).toEqual(["DELIVERY.2.2"]);
  });

  it("does not ask anew when it is sent after all: neither after an acknowledgement nor after an escalation", () => {
    const sentAfterAll = { ...lost(owed("UNRECORDED_DISCHARGE")), sentAt: hoursAfter(53).toISOString() };
    const acknowledgements = [{ by: "s-2", at: later(60_000).toISOString() }];
    const answered = situation([sentAfterAll], { incident: anIncident({ acknowledgements }) });
    expect(openAsks(answered)).toEqual([]);
    const told = anAlert({ type: "ESCALATED", version: 2, level: 2 }, { sentAt: hoursAfter(52) });
    const escalated = situation([sentAfterAll, owed("DELIVERY", 2), told]);
    expect(owes(escalated, hoursAfter(55))).toEqual([]);
    expect(lookAt(escalated, hoursAfter(55))).toBe(
      hoursAfter(56).toISOString().replace(":00.000Z", ":01.000Z"),
    );
    expect(owes(escalated, hoursAfter(56))).toEqual(["ESCALATED.2.3"]);
  });

  it("makes those who heard of it hear of a revision too, whichever came first", () => {
    const told = [lost(owed("UNRECORDED_DISCHARGE")), owed("DELIVERY", 2)];
    const revision = aVerdict({ version: 3, outcome: "RECORDED" });
    const debt = { incidentId: INCIDENT_ID, verdict: revision, previous: verdicts, reports: [] };
    const ids = owedByVerdict({ ...debt, alerts: told, levels: 3, supervises: false });
    expect(ids.map((id) => alertSubject(id)?.level)).toEqual([1, 2]);
    const revised = versionsOf([{}, { outcome: "UNRECORDED" }, { outcome: "RECORDED" }]);
    expect(owes(situation(told, { verdicts: revised }))).toContain("REVISED.3.2");
  });
});
