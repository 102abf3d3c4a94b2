import { type AlertSubject, alertIdOf, alertSubject } from "./alert-id.ts";
import { acknowledgeBy, awaitsReport, reportDueAt } from "./deadlines.ts";
import { isEscalated, openAsks } from "./open-asks.ts";
import { firstLevels, type Situation, speaksForOthers } from "./situation.ts";

/** Ids of the alerts that are owed because time went by, without those that are recorded already. */
export function owedByDeadline(situation: Situation, now: Date): readonly string[] {
  if (situation.incident.mergedInto !== undefined) return [];
  const recorded = new Set(situation.alerts.map(({ message }) => message.alertId));
  const owed = [
    ...unreported(situation, now),
    ...escalations(situation, now),
    ...belatedRevisions(situation),
    ...undelivered(situation),
  ];
  const ids = owed.map((subject) => alertIdOf(situation.incident.incidentId, subject));
  return [...new Set(ids)].filter((alertId) => !recorded.has(alertId));
}

/** It tells of no verdict, hence version 0: once per incident, whichever version is the latest. */
function unreported(situation: Situation, now: Date): readonly AlertSubject[] {
  if (!awaitsReport(situation) || now.getTime() < reportDueAt(situation)) return [];
  return firstLevels(situation).map((level) => ({ type: "UNREPORTED_DISCHARGE", version: 0, level }));
}

/**
 * An escalation, or word of one that did not arrive, can be recorded while another evaluation stores a revision that
 * does not know of it. Whoever looks next tells that level too.
 */
function belatedRevisions({ verdicts, alerts }: Situation): readonly AlertSubject[] {
  const revised = verdicts.findLast(({ owes }) => owes.some((id) => alertSubject(id)?.type === "REVISED"));
  if (revised === undefined) return [];
  const { version } = revised.verdict;
  return alerts.flatMap(({ message, version: told }) =>
    speaksForOthers(message.type) && told < version
      ? [{ type: "REVISED", version, level: message.level }]
      : [],
  );
}

/** The level above hears of what may not have reached anybody; above the last there is only the last itself. */
function undelivered({ alerts, levels }: Situation): readonly AlertSubject[] {
  return alerts
    .filter((alert) => alert.undelivered !== undefined)
    .map(({ message, version }) => ({
      type: "DELIVERY",
      version,
      level: Math.min(message.level + 1, levels),
    }));
}

/** One per level: it speaks for everything at the level below that nobody acknowledged in time. */
function escalations(situation: Situation, now: Date): readonly AlertSubject[] {
  const overdue = openAsks(situation)
    .filter(({ message }) => message.level < situation.levels)
    .filter((ask) => !isEscalated(ask, situation.alerts))
    .filter((ask) => now.getTime() >= acknowledgeBy(situation, ask));
  const versions = new Map<number, number>();
  for (const { message, version } of overdue) {
    // An escalation goes on under the version that it began with: 0 where a report is missing.
    const about = alertSubject(message.alertId)?.version ?? version;
    versions.set(message.level + 1, Math.max(versions.get(message.level + 1) ?? 0, about));
  }
  return [...versions].map(([level, version]) => ({ type: "ESCALATED", version, level }));
}
