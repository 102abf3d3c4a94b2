import * as z from "zod";
import { ConcurrentWriteError, RecordNotFoundError } from "#contracts/errors.ts";
import { utcTimestamp } from "#contracts/time.ts";
import { incidentKind } from "#contracts/verdict.ts";
import type { Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import { idOf, logKey } from "./keys.ts";
import { asData, parseStored, type Stored, sameContent, WRITERS_AT_ONCE } from "./stored.ts";

const LOGS = "LOGS";

/** One download of a weapon's memory as it was received. Its rows are kept with the weapon. */
const logRecord = z.strictObject({
  logId: z.string(),
  receivedAt: utcTimestamp,
  deliveredBy: z.string(),
  weaponSerial: z.string(),
  /** Where the raw download is kept in the evidence store. */
  documentKey: z.string(),
  /** Whether incidents were made of it; until then the sweep looks after it. */
  formed: z.boolean(),
  incidents: z.array(z.strictObject({ incidentId: z.string(), kind: incidentKind })),
});
export type LogRecord = z.infer<typeof logRecord>;

const writeOf = (record: LogRecord): RecordWrite => ({
  ...logKey(record.logId),
  data: asData(record),
  byDue: record.formed ? undefined : { list: LOGS, order: `${record.receivedAt}#${record.logId}` },
});

const parseLog = (stored: StoredRecord): LogRecord => parseStored(logRecord, stored);

export type LogRecords = ReturnType<typeof createLogRecords>;

/** Downloads that were received, each once. */
export const createLogRecords = (records: Records) => {
  const read = async (logId: string): Promise<Stored<LogRecord> | undefined> => {
    const stored = await records.get(logKey(logId));
    return stored && { record: parseLog(stored), revision: stored.revision };
  };

  /** Records the receipt, or gives what was recorded under this id before: the first receipt stands. */
  const create = async (
    record: LogRecord,
  ): Promise<{ readonly created: boolean; readonly record: LogRecord }> => {
    if ((await records.put(writeOf(record), "absent")).written) {
      return { created: true, record };
    }
    const existing = await read(record.logId);
    if (existing === undefined) {
      throw new ConcurrentWriteError(`Log ${record.logId} vanished while it was recorded.`);
    }
    return { created: false, record: existing.record };
  };

  /** Notes the incidents that were made of the log. Throws `RecordNotFoundError`. */
  const markFormed = async (logId: string, incidents: LogRecord["incidents"]): Promise<LogRecord> => {
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await read(logId);
      if (stored === undefined) {
        throw new RecordNotFoundError(`Log ${logId} was never received.`);
      }
      if (sameContent([stored.record.formed, stored.record.incidents], [true, incidents])) {
        return stored.record;
      }
      const formed: LogRecord = { ...stored.record, formed: true, incidents };
      if ((await records.put(writeOf(formed), { revision: stored.revision })).written) {
        return formed;
      }
    }
    throw new ConcurrentWriteError(`Log ${logId} is being written by others.`);
  };

  /**
   * Ids of logs received before the given time (UTC with milliseconds) of which no incidents were made, oldest
   * first. Eventually consistent. Ids alone, so that one record that cannot be read keeps no other from being
   * looked at.
   */
  const listUnformed = async (before: string, limit: number): Promise<readonly string[]> =>
    (await records.list({ index: "byDue", list: LOGS, to: before, limit })).map(idOf);

  return { read, create, markFormed, listUnformed };
};
