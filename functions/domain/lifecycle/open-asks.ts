import type { AlertRecord } from "#contracts/alert.ts";
import { alertSubject } from "./alert-id.ts";
import { isContradicted, latestVerdict, type Situation } from "./situation.ts";

/** An alert that was sent, or that another level was told of in its place, and that somebody still has to acknowledge. */
export type OpenAsk = AlertRecord & { readonly sentAt: string };

/** Of all that was sent, what still asks something of a supervisor. */
export function openAsks(situation: Situation): readonly OpenAsk[] {
  const sent = situation.alerts.flatMap(asTold).filter((alert) => !isAnswered(situation, alert));
  const roots = sent.filter((alert) => asks(situation, alert));
  // An escalation asks on behalf of what it escalated, and of nothing else.
  const escalations = sent.filter(
    (alert) => alert.message.type === "ESCALATED" && roots.some(({ sentAt }) => sentAt <= alert.sentAt),
  );
  return [...roots, ...escalations];
}

/**
 * What its topic does not take counts from when the level above was told, also if it is sent after all: else nobody
 * would ask for it, or everybody anew.
 */
function asTold(alert: AlertRecord): readonly OpenAsk[] {
  const times = [alert.sentAt, alert.undelivered?.at].filter((at) => at !== undefined);
  const [sentAt] = times.sort();
  return sentAt === undefined ? [] : [{ ...alert, sentAt }];
}

/** An acknowledgement or an approved decision answers everything that was sent before it. */
function isAnswered({ incident }: Situation, alert: OpenAsk): boolean {
  if (incident.acknowledgements.some(({ at }) => at >= alert.sentAt)) return true;
  const approval = incident.decision?.approval;
  return approval?.approve === true && approval.at >= alert.sentAt;
}

function asks(situation: Situation, { message }: OpenAsk): boolean {
  const verdict = latestVerdict(situation.verdicts);
  if (verdict === undefined) return false;
  switch (message.type) {
    case "UNRECORDED_DISCHARGE":
    case "PARTLY_RECORDED_DISCHARGE":
    case "UNDETERMINED_DISCHARGE":
    case "REVISED":
      return verdict.outcome !== "RECORDED" && verdict.outcome !== "NOT_APPLICABLE";
    case "CONTRADICTION":
      return isContradicted(verdict, situation.reports);
    case "UNREPORTED_DISCHARGE":
      return situation.reports.length === 0;
    case "DISCHARGE_REPORTED":
    case "ESCALATED":
    case "KIT":
    case "DELIVERY":
      return false;
  }
}

/** Whether a higher level was told since, so that nobody further has to be. */
export function isEscalated(ask: OpenAsk, alerts: readonly AlertRecord[]): boolean {
  return alerts.some(({ message, sentAt, owedAt }) => {
    if (message.level <= ask.message.level) return false;
    if (message.type === ask.message.type && versionIn(message) === versionIn(ask.message)) return true;
    return message.type === "ESCALATED" && (sentAt ?? owedAt) >= ask.sentAt;
  });
}

/** The version that its id names: 0 for what tells of none, such as a missing report and its escalations. */
const versionIn = ({ alertId }: AlertRecord["message"]): number | undefined => alertSubject(alertId)?.version;
