import type { Notice, NoticeRecord } from "#contracts/alert.ts";
import { TransientError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { isGivenUp } from "#domain/lifecycle/undelivered.ts";
import { deliveryNotice, operationsWord } from "#domain/notices/delivery-notice.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { Clock } from "#ports/clock.ts";
import { errorFields, type Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { NoticeRecords } from "#records/notice-records.ts";
import { LineTooLongError } from "./pace-sending.ts";

export type SendNoticeDeps = {
  readonly notices: Pick<NoticeRecords, "read" | "record" | "change">;
  readonly publisher: AlertPublisher;
  readonly operations: OperationsAlert;
  readonly force: Pick<ForceConfig, "alerts" | "timeZone">;
  /** Where the console is, such as `https://…`; the links of notices begin with it. */
  readonly consoleBaseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** The address of a page of the console. */
export const pageAt = (path: `/${string}`, { consoleBaseUrl }: Pick<SendNoticeDeps, "consoleBaseUrl">) =>
  `${consoleBaseUrl.replace(/\/+$/, "")}${path}`;

/** A level that the force's file no longer has was the last: whoever is last now hears of it. */
export const toLevelThatIs = <Message extends { readonly level: number }>(
  message: Message,
  { alerts }: Pick<ForceConfig, "alerts">,
): Message => ({ ...message, level: Math.min(message.level, alerts.levels.length) });

/**
 * Records each notice before it is sent and marks it after: once under its id, however often it is asked for. One that
 * its topic refuses keeps no other from being sent, and when it is given up the level above hears of it. Throws the
 * first failure at the end.
 */
export async function sendNotices(messages: readonly Notice[], deps: SendNoticeDeps): Promise<void> {
  const failures: unknown[] = [];
  for (const message of messages) {
    try {
      const recorded = await deps.notices.record({ message, owedAt: deps.clock.now().toISOString() });
      await send(recorded, deps);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Sends what was recorded, as far as that was not done. Throws the first failure at the end. */
export async function send(notice: NoticeRecord, deps: SendNoticeDeps): Promise<void> {
  const failures: unknown[] = [];
  const { message, sentAt, operationsToldAt } = notice;
  if (sentAt === undefined) {
    await publish(message, deps).catch(async (error: unknown) => {
      failures.push(error);
      await noteRefusal(notice, error, deps);
    });
  }
  if (message.type === "DELIVERY" && operationsToldAt === undefined) {
    await tellOperations(message, deps).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function publish(message: Notice, deps: SendNoticeDeps): Promise<void> {
  const { alertId, type, level } = message;
  const { messageId } = await deps.publisher.publish(toLevelThatIs(message, deps.force));
  const sentAt = deps.clock.now().toISOString();
  await deps.notices.change(alertId, (stored) => ({ sentAt, messageId, ...stored }));
  deps.log.info("notice.sent", { alertId, type, alertLevel: level });
}

async function tellOperations(message: Notice, deps: SendNoticeDeps): Promise<void> {
  await deps.operations.tell(operationsWord(message));
  const operationsToldAt = deps.clock.now().toISOString();
  await deps.notices.change(message.alertId, (stored) => ({ operationsToldAt, ...stored }));
}

/** A full line is no refusal. */
async function noteRefusal({ message }: NoticeRecord, error: unknown, deps: SendNoticeDeps): Promise<void> {
  const { alertId, level } = message;
  deps.log.error("notice.refused", { alertId, alertLevel: level, ...errorFields(error) });
  if (error instanceof LineTooLongError) return;
  const at = deps.clock.now();
  const noted = await deps.notices.change(alertId, (stored) => ({
    failedSince: at.toISOString(),
    ...stored,
  }));
  const failure = { at, permanent: !(error instanceof TransientError) };
  if (noted.sentAt !== undefined || !isGivenUp(noted.failedSince ?? "", failure)) return;
  await tellAbove(message, { about: "refused", fault: "Its topic did not take what was sent to it." }, deps);
}

/** Whether it is the last level's own `DELIVERY`. */
export const hasNobodyAbove = ({ type, level }: Notice, { force }: Pick<SendNoticeDeps, "force">): boolean =>
  type === "DELIVERY" && level >= force.alerts.levels.length;

/**
 * Tells the level above, and the operators, that a notice may not have reached anybody; once, however often it is
 * asked for. Above the last level there is nobody.
 */
export async function tellAbove(
  message: Notice,
  { about, fault }: { readonly about: string; readonly fault: string },
  deps: SendNoticeDeps,
): Promise<void> {
  if (hasNobodyAbove(message, deps)) return;
  const { levels } = deps.force.alerts;
  const { level } = toLevelThatIs(message, deps.force);
  const notice = deliveryNotice({
    about: `${about}-${message.alertId}`,
    whom: levels[level - 1]?.name ?? `level ${level}`,
    faults: [fault],
    level: Math.min(level + 1, levels.length),
    owedAt: deps.clock.now(),
    timeZone: deps.force.timeZone,
    link: pageAt("/", deps),
  });
  await sendNotices([notice], deps);
}
