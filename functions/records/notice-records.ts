import { type NoticeRecord, noticeRecord } from "#contracts/alert.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { Records, RecordWrite } from "#ports/records.ts";
import { noticeKey } from "./keys.ts";
import { asData, parseStored } from "./stored.ts";

const NOTICES = "NOTICES";
const UNSENT = "UNSENT-NOTICES";

const orderOf = ({ owedAt, message }: NoticeRecord): string => `${owedAt}#${message.alertId}`;

const writeOf = (record: NoticeRecord): RecordWrite => ({
  ...noticeKey(record.message.alertId),
  data: asData(record),
  byTime: { list: NOTICES, order: orderOf(record) },
  byDue: record.sentAt === undefined ? { list: UNSENT, order: orderOf(record) } : undefined,
});

export type NoticeRecords = ReturnType<typeof createNoticeRecords>;

/** What is told of the force: recorded before it is sent, so that it is sent at least once and under one id. */
export const createNoticeRecords = (records: Records) => {
  const read = async (alertId: string): Promise<NoticeRecord | undefined> => {
    const stored = await records.get(noticeKey(alertId));
    return stored && parseStored(noticeRecord, stored);
  };

  /** Records it, or gives the one that was recorded under its id before: that one is to be sent. */
  const record = async (notice: NoticeRecord): Promise<NoticeRecord> => {
    if ((await records.put(writeOf(notice), "absent")).written) return notice;
    const existing = await read(notice.message.alertId);
    if (existing !== undefined) return existing;
    throw new ConcurrentWriteError(`Notice ${notice.message.alertId} vanished while it was recorded.`);
  };

  /** Notes that the topic took it. Who sends it twice writes it twice: the last stands. */
  const markSent = async (
    notice: NoticeRecord,
    sent: { readonly sentAt: string; readonly messageId: string },
  ): Promise<void> => {
    await records.put(writeOf({ ...notice, ...sent }), "any");
  };

  /** What was recorded before the given time (UTC with milliseconds) and not marked as sent, the oldest first. */
  const listUnsent = async (before: string, limit: number): Promise<readonly NoticeRecord[]> => {
    const found = await records.list({ index: "byDue", list: UNSENT, to: before, limit });
    return found.map((stored) => parseStored(noticeRecord, stored));
  };

  return { read, record, markSent, listUnsent };
};
