import { type AlertRecord, isTold } from "#contracts/alert.ts";
import { TransientError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { VerdictRecord } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";
import { alertSubject } from "#domain/lifecycle/alert-id.ts";
import { type AlertFacts, alertMessage } from "#domain/lifecycle/alert-message.ts";
import { owedByDeadline } from "#domain/lifecycle/owed-by-deadline.ts";
import { latestVerdict, type Situation } from "#domain/lifecycle/situation.ts";
import { afterFailure } from "#domain/lifecycle/undelivered.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { Clock } from "#ports/clock.ts";
import { errorFields, type Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { LineTooLongError } from "#use-cases/notices/pace-sending.ts";
import { pageAt, toLevelThatIs } from "#use-cases/notices/send-notice.ts";

export type SendOwedDeps = {
  readonly alerts: Pick<AlertRecords, "record" | "change" | "markSent">;
  readonly register: Pick<RegisterRecords, "readOfficer">;
  readonly publisher: AlertPublisher;
  readonly operations: OperationsAlert;
  readonly force: Pick<ForceConfig, "timeZone" | "alerts">;
  /** Where supervisors read incidents, such as `https://…`; the link of an alert begins with it. */
  readonly consoleBaseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Records and sends whatever is owed, each alert tried once, and gives all as they are afterwards, with the first
 * failure to send. A failure may itself owe an alert to the level above, so what is owed is asked again each time.
 */
export async function sendOwed(
  situation: Situation,
  deps: SendOwedDeps,
): Promise<{ readonly alerts: readonly AlertRecord[]; readonly failure?: unknown }> {
  const known = new Map(situation.alerts.map((alert) => [alert.message.alertId, alert]));
  const tried = new Set<string>();
  let failure: unknown;
  for (;;) {
    await recordOwed({ ...situation, alerts: [...known.values()] }, known, deps);
    const next = [...known.values()].find((alert) => !isTold(alert) && !tried.has(alert.message.alertId));
    if (next === undefined) return { alerts: [...known.values()], failure };
    const { alertId } = next.message;
    tried.add(alertId);
    for (const tell of [send, tellOperations]) {
      const alert = known.get(alertId) ?? next;
      try {
        known.set(alertId, await tell(alert, deps));
      } catch (error) {
        failure ??= error;
        if (tell === send) known.set(alertId, await noteFailure(alert, error, deps));
        else deps.log.error("operations.not-told", { alertId, ...errorFields(error) });
      }
    }
  }
}

async function recordOwed(
  situation: Situation,
  known: Map<string, AlertRecord>,
  deps: SendOwedDeps,
): Promise<void> {
  const now = deps.clock.now();
  const owed = [...situation.verdicts.flatMap(({ owes }) => owes), ...owedByDeadline(situation, now)];
  for (const alertId of owed.filter((id) => !known.has(id))) {
    const composed = await compose(alertId, situation, now, deps);
    if (composed !== undefined) known.set(alertId, (await deps.alerts.record(composed)).alert);
  }
}

/** The alert of that id, with texts as of now; undefined for an id that this version of the code cannot read. */
async function compose(
  alertId: string,
  { incident, verdicts, policy, alerts }: Situation,
  now: Date,
  deps: SendOwedDeps,
): Promise<AlertRecord | undefined> {
  const subject = alertSubject(alertId);
  const verdict = verdictOf(subject?.type === "ESCALATED" ? 0 : (subject?.version ?? 0), verdicts);
  if (subject === undefined || verdict === undefined) return undefined;
  const officer =
    verdict.officerId === undefined ? undefined : await deps.register.readOfficer(verdict.officerId);
  const message = alertMessage({
    alertId,
    subject,
    incidentId: incident.incidentId,
    drill: incident.drill,
    borough: incident.borough,
    weaponSerial: incident.weaponSerial,
    collarNumber: officer?.collarNumber,
    verdict,
    owedAt: now,
    acknowledgeWithinHours: policy.acknowledgeWithinHours,
    timeZone: deps.force.timeZone,
    link: pageAt(`/incidents/${incident.incidentId}`, deps),
    undelivered: subject.type === "DELIVERY" ? undeliveredOf(subject, alerts, deps) : undefined,
  });
  return { message, version: verdict.version, owedAt: now.toISOString() };
}

/** The alert that a `DELIVERY` of that version tells that level of. */
function undeliveredOf(
  { version, level: told }: { readonly version: number; readonly level: number },
  alerts: readonly AlertRecord[],
  { force }: SendOwedDeps,
): AlertFacts["undelivered"] {
  const found = alerts
    .filter((alert) => alert.undelivered !== undefined && alert.version === version)
    .filter(({ message }) => message.type !== "DELIVERY" && message.level <= told)
    // The last level is told of what did not reach itself; every other of what did not reach one below.
    .toSorted((a, b) => (a.message.level % told) - (b.message.level % told))
    .at(-1);
  if (found === undefined) return undefined;
  const { type, level } = found.message;
  return { type, levelName: force.alerts.levels[level - 1]?.name ?? `level ${level}` };
}

/** The version that an alert tells of; what tells of none tells where things stand now. */
const verdictOf = (version: number, verdicts: readonly VerdictRecord[]): Verdict | undefined =>
  verdicts.find(({ verdict }) => verdict.version === version)?.verdict ?? latestVerdict(verdicts);

async function send(alert: AlertRecord, deps: SendOwedDeps): Promise<AlertRecord> {
  const { alertId, incidentId, type, level, priority, outcome } = alert.message;
  if (alert.sentAt !== undefined) return alert;
  const { messageId } = await deps.publisher.publish(toLevelThatIs(alert.message, deps.force));
  const sentAt = deps.clock.now().toISOString();
  const marked = await deps.alerts.markSent(incidentId, alertId, { sentAt, messageId });
  deps.log.info("alert.sent", { incidentId, alertId, type, alertLevel: level, priority, outcome });
  return marked;
}

/** Level by number and incident by id: those who run the platform are told nothing else of it. */
async function tellOperations(alert: AlertRecord, deps: SendOwedDeps): Promise<AlertRecord> {
  const { alertId, incidentId, type, level, respondBy = "now" } = alert.message;
  if (type !== "DELIVERY" || alert.operationsToldAt !== undefined) return alert;
  await deps.operations.tell({
    subject: `Witnessed: an alert about incident ${incidentId} may not have reached anybody`,
    body: [
      `An alert about incident ${incidentId} was refused by its topic, or given back by an address of its level.`,
      `Level ${level} is told in its place.`,
      "",
      `What to do: look at the topic's subscriptions and at the queue of what could not be delivered, by ${respondBy}.`,
    ].join("\n"),
  });
  const operationsToldAt = deps.clock.now().toISOString();
  return deps.alerts.change(incidentId, alertId, (stored) => ({ operationsToldAt, ...stored }));
}

/** A full line is no refusal. What nobody expected fails the step at once, and is not tried again for an hour. */
async function noteFailure(alert: AlertRecord, error: unknown, deps: SendOwedDeps): Promise<AlertRecord> {
  const { alertId, incidentId, level } = alert.message;
  deps.log.error("alert.refused", { incidentId, alertId, alertLevel: level, ...errorFields(error) });
  if (error instanceof LineTooLongError) return alert;
  const failure = { at: deps.clock.now(), permanent: !(error instanceof TransientError) };
  return deps.alerts.change(incidentId, alertId, (stored) =>
    stored.sentAt === undefined ? afterFailure(stored, failure) : stored,
  );
}
