import type { AlertRecord, AlertType } from "#contracts/alert.ts";
import type { VerdictRecord } from "#contracts/incident.ts";
import type { UseReport } from "#contracts/report.ts";
import type { Outcome, Verdict } from "#contracts/verdict.ts";
import { type AlertSubject, alertIdOf, alertSubject } from "./alert-id.ts";
import {
  firstLevels,
  isAlertedKind,
  isContradicted,
  speaksForOthers,
  verdictTellingTypes,
} from "./situation.ts";

export type VerdictDebt = {
  readonly incidentId: string;
  readonly verdict: Verdict;
  /** The versions before it, oldest first. */
  readonly previous: readonly VerdictRecord[];
  readonly alerts: readonly AlertRecord[];
  readonly reports: readonly UseReport[];
  readonly levels: number;
  readonly supervises: boolean;
};

/**
 * Ids of the alerts that a new version owes, to be stored within the version itself: whoever looks next sends
 * what is missing, and no two evaluations can owe the same thing twice.
 */
export function owedByVerdict(debt: VerdictDebt): readonly string[] {
  const subjects = [...reportedDischarge(debt), ...changeOrFinding(debt), ...contradiction(debt)];
  return subjects.map((subject) => alertIdOf(debt.incidentId, subject));
}

/** Once in the life of an incident, as soon as a discharge is possible. */
function reportedDischarge(debt: VerdictDebt): readonly AlertSubject[] {
  if (!isAlertedKind(debt.verdict.kind)) return [];
  if (debt.previous.some((record) => owes(record, ["DISCHARGE_REPORTED"]))) return [];
  return atFirstLevels(debt, "DISCHARGE_REPORTED");
}

/** The first finding by its own name; what comes after somebody was told is a revision, to the same levels. */
function changeOrFinding(debt: VerdictDebt): readonly AlertSubject[] {
  const { verdict, previous } = debt;
  const told = previous.findLast((record) => owes(record, verdictTellingTypes));
  if (told !== undefined && told.verdict.outcome !== verdict.outcome) {
    return toldLevels(debt).map((level) => ({ type: "REVISED", version: verdict.version, level }));
  }
  const type = isAlertedKind(verdict.kind) ? typeOfOutcome(verdict.outcome) : undefined;
  const toldByName = previous.some((record) => owes(record, [...findingTypes, "REVISED"]));
  return type === undefined || toldByName ? [] : atFirstLevels(debt, type);
}

function contradiction(debt: VerdictDebt): readonly AlertSubject[] {
  if (!isContradicted(debt.verdict, debt.reports)) return [];
  const last = debt.previous.findLast((record) => owes(record, ["CONTRADICTION"]));
  return last?.verdict.outcome === debt.verdict.outcome ? [] : atFirstLevels(debt, "CONTRADICTION");
}

const findingTypes: readonly AlertType[] = [
  "UNRECORDED_DISCHARGE",
  "PARTLY_RECORDED_DISCHARGE",
  "UNDETERMINED_DISCHARGE",
];

/** Footage that was deleted too early leaves a discharge without video: the same question to the supervisor. */
function typeOfOutcome(outcome: Outcome): AlertType | undefined {
  switch (outcome) {
    case "UNRECORDED":
    case "NOT_RETAINED":
      return "UNRECORDED_DISCHARGE";
    case "PARTLY_RECORDED":
      return "PARTLY_RECORDED_DISCHARGE";
    case "UNDETERMINED":
      return "UNDETERMINED_DISCHARGE";
    case "RECORDED":
    case "AWAITING_FOOTAGE":
    case "NOT_APPLICABLE":
      return undefined;
  }
}

/**
 * Levels at which somebody was told of a verdict: by a version, by escalation, in the place of another level. The
 * first levels are always among them.
 */
function toldLevels(debt: VerdictDebt): readonly number[] {
  const owed = debt.previous.flatMap(({ owes }) => owes.map(alertSubject));
  const byVersion = owed.flatMap((subject) =>
    subject !== undefined && verdictTellingTypes.includes(subject.type) ? [subject.level] : [],
  );
  const spokenFor = debt.alerts.flatMap(({ message }) =>
    speaksForOthers(message.type) ? [message.level] : [],
  );
  return [...new Set([...byVersion, ...spokenFor])].sort((a, b) => a - b);
}

const owes = (record: VerdictRecord, types: readonly AlertType[]): boolean =>
  record.owes.some((alertId) => {
    const subject = alertSubject(alertId);
    return subject !== undefined && types.includes(subject.type);
  });

const atFirstLevels = (debt: VerdictDebt, type: AlertType): readonly AlertSubject[] =>
  firstLevels(debt).map((level) => ({ type, version: debt.verdict.version, level }));
