import type { Notice, NoticeRecord } from "#contracts/alert.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { Clock } from "#ports/clock.ts";
import type { Log } from "#ports/log.ts";
import type { NoticeRecords } from "#records/notice-records.ts";

export type SendNoticeDeps = {
  readonly notices: Pick<NoticeRecords, "read" | "record" | "markSent" | "listUnsent">;
  readonly publisher: AlertPublisher;
  readonly clock: Clock;
  readonly log: Log;
};

const MOST = 500;

/** Records the notice before it is sent and marks it after: once under its id, however often it is asked for. */
export async function sendNotice(message: Notice, deps: SendNoticeDeps): Promise<void> {
  const recorded = await deps.notices.record({ message, owedAt: deps.clock.now().toISOString() });
  if (recorded.sentAt === undefined) await send(recorded, deps);
}

/** Notices that were recorded by a run that ended before it had sent them. */
export async function listUnsent({ notices, clock }: SendNoticeDeps): Promise<readonly NoticeRecord[]> {
  return notices.listUnsent(clock.now().toISOString(), MOST);
}

export async function send(notice: NoticeRecord, deps: SendNoticeDeps): Promise<void> {
  const { alertId, type, level } = notice.message;
  const { messageId } = await deps.publisher.publish(notice.message);
  await deps.notices.markSent(notice, { sentAt: deps.clock.now().toISOString(), messageId });
  deps.log.info("notice.sent", { alertId, type, alertLevel: level });
}
