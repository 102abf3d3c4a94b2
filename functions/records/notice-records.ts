import { isTold, type NoticeRecord, noticeRecord } from "#contracts/alert.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import { idOf, noticeKey } from "./keys.ts";
import { asData, changeStored, parseStored } from "./stored.ts";

const NOTICES = "NOTICES";
const UNSENT = "UNSENT-NOTICES";

const orderOf = ({ owedAt, message }: NoticeRecord): string => `${owedAt}#${message.alertId}`;

const writeOf = (record: NoticeRecord): RecordWrite => ({
  ...noticeKey(record.message.alertId),
  data: asData(record),
  byTime: { list: NOTICES, order: orderOf(record) },
  byDue: isTold(record) ? undefined : { list: UNSENT, order: orderOf(record) },
});

const parse = (stored: StoredRecord): NoticeRecord => parseStored(noticeRecord, stored);

export type NoticeRecords = ReturnType<typeof createNoticeRecords>;

/** What is told of the force: recorded before it is sent, so that it is sent at least once and under one id. */
export const createNoticeRecords = (records: Records) => {
  const read = async (alertId: string): Promise<NoticeRecord | undefined> => {
    const stored = await records.get(noticeKey(alertId));
    return stored && parse(stored);
  };

  /** Records it, or gives the one that was recorded under its id before: that one is to be sent. */
  const record = async (notice: NoticeRecord): Promise<NoticeRecord> => {
    if ((await records.put(writeOf(notice), "absent")).written) return notice;
    const existing = await read(notice.message.alertId);
    if (existing !== undefined) return existing;
    throw new ConcurrentWriteError(`Notice ${notice.message.alertId} vanished while it was recorded.`);
  };

  /** Writes what `next` makes of the notice. Throws `RecordNotFoundError`. */
  const change = (alertId: string, next: (notice: NoticeRecord) => NoticeRecord): Promise<NoticeRecord> => {
    const key = noticeKey(alertId);
    const name = `Notice ${alertId}`;
    return changeStored(records, { key, name, parse, writeOf }, next);
  };

  /**
   * Ids of what was recorded before the given time (UTC with milliseconds) and not marked as sent, the oldest first.
   * Ids alone, so that one that cannot be read keeps no other from being sent. Eventually consistent.
   */
  const listUnsent = async (before: string, limit: number): Promise<readonly string[]> =>
    (await records.list({ index: "byDue", list: UNSENT, to: before, limit })).map(idOf);

  return { read, record, change, listUnsent };
};
