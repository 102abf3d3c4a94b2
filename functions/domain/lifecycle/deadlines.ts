import type { Verdict } from "#contracts/verdict.ts";
import { isEscalated, type OpenAsk, openAsks } from "./open-asks.ts";
import { isAlertedKind, latestVerdict, MILLISECONDS_AN_HOUR, type Situation } from "./situation.ts";

/** Step Functions truncates milliseconds, so a wake-up on the dot could come before the deadline. */
const SECOND = 1000;
/** One sleep lasts at most this long; the local interpreter's timers overflow after 24.8 days. */
const LONGEST_SLEEP = 7 * 24 * MILLISECONDS_AN_HOUR;

/** Until when an ask has to be acknowledged before the next level hears of it: Unix milliseconds. */
export const acknowledgeBy = (situation: Situation, ask: OpenAsk): number =>
  Date.parse(ask.sentAt) + situation.policy.acknowledgeWithinHours * MILLISECONDS_AN_HOUR;

/** When the use report is due: Unix milliseconds, counted from the earlier of event and receipt. */
export function reportDueAt({ incident, policy }: Situation): number {
  const from = Math.min(Date.parse(incident.occurredAt), Date.parse(incident.firstReceivedAt));
  return from + policy.reportGraceHours * MILLISECONDS_AN_HOUR;
}

/** Whether a report is still to come and nobody has been told that it did not. */
export function awaitsReport(situation: Situation): boolean {
  const verdict = latestVerdict(situation.verdicts);
  if (verdict === undefined || !isAlertedKind(verdict.kind) || situation.reports.length > 0) return false;
  return !situation.alerts.some(({ message }) => message.type === "UNREPORTED_DISCHARGE");
}

/** Whether the end of the grace will change anything that this verdict says. */
const awaitsFootage = ({ outcome, audio, duty }: Verdict): boolean =>
  [outcome, audio.outcome, duty.outcome].includes("AWAITING_FOOTAGE");

/** Everything that is open, as Unix milliseconds. `escalation` of an ask at the last level leads nowhere. */
function deadlines(situation: Situation): readonly { readonly at: number; readonly wakes: boolean }[] {
  if (situation.incident.mergedInto !== undefined) return [];
  const verdict = latestVerdict(situation.verdicts);
  const footage = verdict !== undefined && awaitsFootage(verdict) ? [Date.parse(verdict.graceEndsAt)] : [];
  const report = awaitsReport(situation) ? [reportDueAt(situation)] : [];
  const asks = openAsks(situation).filter((ask) => !isEscalated(ask, situation.alerts));
  return [
    ...[...footage, ...report].map((at) => ({ at, wakes: true })),
    ...asks.map((ask) => ({
      at: acknowledgeBy(situation, ask),
      wakes: ask.message.level < situation.levels,
    })),
  ];
}

/** The earliest open deadline, for people to see; undefined when nothing is open. */
export function nextDeadline(situation: Situation): string | undefined {
  const open = deadlines(situation).map(({ at }) => at);
  return open.length === 0 ? undefined : new Date(Math.min(...open)).toISOString();
}

/**
 * When somebody must look at the incident again; undefined when no deadline can change anything. On a whole
 * second, just after the earliest deadline, at most seven days ahead and never before `now`.
 */
export function lookAt(situation: Situation, now: Date): string | undefined {
  const open = deadlines(situation).flatMap(({ at, wakes }) => (wakes ? [at] : []));
  if (open.length === 0) return undefined;
  const earliest = Math.max(Math.min(...open), now.getTime());
  const after = Math.ceil(earliest / SECOND) * SECOND + SECOND;
  const limit = Math.floor((now.getTime() + LONGEST_SLEEP) / SECOND) * SECOND;
  return new Date(Math.min(after, limit)).toISOString();
}
