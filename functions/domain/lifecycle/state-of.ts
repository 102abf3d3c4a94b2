import type { IncidentState } from "#contracts/incident.ts";
import type { IncidentKind, Outcome } from "#contracts/verdict.ts";
import { openAsks } from "./open-asks.ts";
import { isAlertedKind, latestVerdict, type Situation } from "./situation.ts";

/** Where an incident stands between its first verdict and the end of everybody's work on it. */
export function stateOf(situation: Situation): IncidentState {
  const { incident, reports, alerts } = situation;
  const verdict = latestVerdict(situation.verdicts);
  if (incident.mergedInto !== undefined) return "MERGED";
  if (openAsks(situation).length > 0) return proposed(situation) ? "DECISION_PROPOSED" : "OPEN";
  if (incident.decision?.approval?.approve === true) return "CLOSED";
  if (proposed(situation)) return "DECISION_PROPOSED";
  if (verdict === undefined || verdict.outcome === "AWAITING_FOOTAGE") return "AWAITING_FOOTAGE";
  const explanationAwaited = incident.explanationRequests.length > 0 && incident.explanation === undefined;
  const reportMissed =
    reports.length === 0 && alerts.some(({ message }) => message.type === "UNREPORTED_DISCHARGE");
  const reportAsked = reportMissed && isAlertedKind(verdict.kind);
  if (closesByItself(verdict.kind, verdict.outcome) && !explanationAwaited && !reportAsked) return "CLOSED";
  return incident.acknowledgements.length > 0 ? "ACKNOWLEDGED" : "OPEN";
}

/** A proposal that nobody has approved or refused. */
const proposed = ({ incident }: Situation): boolean =>
  incident.decision !== undefined && incident.decision.approval === undefined;

/** Tests and trainings are not applicable, whatever there is of them. */
function closesByItself(kind: IncidentKind, outcome: Outcome): boolean {
  return kind === "NON_DISCHARGE" || outcome === "RECORDED" || outcome === "NOT_APPLICABLE";
}
