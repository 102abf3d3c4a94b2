import type { AlertRecord, AlertType } from "#contracts/alert.ts";
import type { Policy } from "#contracts/force.ts";
import type { IncidentRecord, VerdictRecord } from "#contracts/incident.ts";
import type { UseReport } from "#contracts/report.ts";
import type { IncidentKind, Verdict } from "#contracts/verdict.ts";

/** Everything that decides what an incident still asks of people, and by when. */
export type Situation = {
  readonly incident: IncidentRecord;
  /** Oldest first. */
  readonly verdicts: readonly VerdictRecord[];
  /** As recorded, sent or not, in any order. */
  readonly alerts: readonly AlertRecord[];
  /** The latest revision of each report that joined. */
  readonly reports: readonly UseReport[];
  /** The policy that was in force at the event. */
  readonly policy: Policy;
  /** How many alert levels the force has. */
  readonly levels: number;
  /** Whether an officer who may have fired supervises anybody: then level 1 may be that officer alone. */
  readonly supervises: boolean;
};

export const MILLISECONDS_AN_HOUR = 3_600_000;

/** Kinds of which the absence of video is alerted; an unintentional discharge is listed, not alerted. */
export const isAlertedKind = (kind: IncidentKind): boolean => kind === "DISCHARGE" || kind === "UNKNOWN";

export const latestVerdict = (verdicts: readonly VerdictRecord[]): Verdict | undefined =>
  verdicts.at(-1)?.verdict;

/** The report says that there is video and there is none, or that there is none and there is. */
export function isContradicted(verdict: Verdict, reports: readonly UseReport[]): boolean {
  if (verdict.outcome === "UNRECORDED") return reports.some(({ bodyWornVideo }) => bodyWornVideo === "yes");
  if (verdict.outcome === "RECORDED") return reports.some(({ bodyWornVideo }) => bodyWornVideo === "no");
  return false;
}

/** Levels at which an alert starts. Never only the involved officer: the next level hears of it at once. */
export function firstLevels(of: Pick<Situation, "levels" | "supervises">): readonly number[] {
  return of.supervises && of.levels > 1 ? [1, 2] : [1];
}

/** Alerts that told somebody of a verdict; a later change of the outcome must reach the same people. */
export const verdictTellingTypes: readonly AlertType[] = [
  "UNRECORDED_DISCHARGE",
  "PARTLY_RECORDED_DISCHARGE",
  "UNDETERMINED_DISCHARGE",
  "CONTRADICTION",
  "REVISED",
];

/** Whether the type tells a level what another level was alerted of: its people then count as alerted too. */
export const speaksForOthers = (type: AlertType): boolean => type === "ESCALATED" || type === "DELIVERY";
