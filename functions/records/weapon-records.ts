import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type WeaponRow, weaponRow } from "#contracts/weapon-log.ts";
import type { Records, StoredRecord } from "#ports/records.ts";
import { rowKey, under, weaponPk } from "./keys.ts";
import { mergeRow } from "./merge-rows.ts";
import { asData, onEach, parseStored, type Stored, sameContent, WRITERS_AT_ONCE } from "./stored.ts";

const parseRow = (stored: StoredRecord): WeaponRow => parseStored(weaponRow, stored);

/** One row per number; a download that tells a number twice is merged as if it came in two. */
const onePerSeq = (rows: readonly WeaponRow[]): readonly WeaponRow[] => {
  const bySeq = new Map<number, WeaponRow>();
  for (const row of rows) {
    const known = bySeq.get(row.event.seq);
    bySeq.set(row.event.seq, known === undefined ? row : mergeRow(known, row));
  }
  return [...bySeq.values()];
};

/** How many rows were new, how many changed (a delivery, a conflict), how many were as they came. */
export type PutRowsResult = { readonly created: number; readonly changed: number; readonly same: number };

export type WeaponRecords = ReturnType<typeof createWeaponRecords>;

/** The rows of weapons' memories, one item per number. Reads are consistent, in the order of the numbers. */
export const createWeaponRecords = (records: Records) => {
  const between = async (serial: string, fromSeq: number, toSeq: number) =>
    records.query({
      pk: weaponPk(serial),
      from: rowKey(serial, fromSeq).sk,
      to: rowKey(serial, toSeq).sk,
    });

  const putRow = async (
    serial: string,
    row: WeaponRow,
    known: Stored<WeaponRow> | undefined,
  ): Promise<keyof PutRowsResult> => {
    const key = rowKey(serial, row.event.seq);
    let stored = known;
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const merged = stored === undefined ? row : mergeRow(stored.record, row);
      if (stored !== undefined && sameContent(merged, stored.record)) {
        return "same";
      }
      const condition = stored === undefined ? "absent" : { revision: stored.revision };
      if ((await records.put({ ...key, data: asData(merged) }, condition)).written) {
        return stored === undefined ? "created" : "changed";
      }
      const current = await records.get(key);
      stored = current && { record: parseRow(current), revision: current.revision };
    }
    throw new ConcurrentWriteError(`Row ${row.event.seq} of ${serial} is being written by others.`);
  };

  /**
   * Keeps the rows of one weapon. A new row is created, the same content takes the earliest delivery, other
   * content is kept beside the first. Repeating a call, or going on after half of it, ends in the same rows.
   */
  const putRows = async (serial: string, rows: readonly WeaponRow[]): Promise<PutRowsResult> => {
    const result = { created: 0, changed: 0, same: 0 };
    if (rows.length === 0) {
      return result;
    }
    const incoming = onePerSeq(rows);
    const seqs = incoming.map((row) => row.event.seq).sort((a, b) => a - b);
    const present = await between(serial, seqs[0] ?? 0, seqs.at(-1) ?? 0);
    const known = new Map(
      present.map((stored) => [stored.sk, { record: parseRow(stored), revision: stored.revision }]),
    );
    const done = await onEach(incoming, (row) =>
      putRow(serial, row, known.get(rowKey(serial, row.event.seq).sk)),
    );
    for (const what of done) {
      result[what] += 1;
    }
    return result;
  };

  /** Rows with numbers in [fromSeq, toSeq], both included. */
  const rowsBetween = async (serial: string, fromSeq: number, toSeq: number): Promise<readonly WeaponRow[]> =>
    (await between(serial, fromSeq, toSeq)).map(parseRow);

  /** The `limit` rows next below `seq`, in the order of the numbers. */
  const rowsBefore = async (serial: string, seq: number, limit: number): Promise<readonly WeaponRow[]> => {
    if (seq <= 0) {
      return [];
    }
    const range = { ...under(weaponPk(serial), "ROW#"), to: rowKey(serial, seq - 1).sk };
    return (await records.query({ ...range, descending: true, limit })).map(parseRow).reverse();
  };

  /** The `limit` rows next above `seq`, in the order of the numbers. */
  const rowsAfter = async (serial: string, seq: number, limit: number): Promise<readonly WeaponRow[]> => {
    const range = { ...under(weaponPk(serial), "ROW#"), from: rowKey(serial, seq + 1).sk };
    return (await records.query({ ...range, limit })).map(parseRow);
  };

  /** The lowest and the highest number that is known of the weapon; undefined when none is. */
  const knownSeqs = async (
    serial: string,
  ): Promise<{ readonly lowest: number; readonly highest: number } | undefined> => {
    const rows = under(weaponPk(serial), "ROW#");
    const [[lowest], [highest]] = await Promise.all([
      records.query({ ...rows, limit: 1 }),
      records.query({ ...rows, descending: true, limit: 1 }),
    ]);
    return lowest && highest
      ? { lowest: parseRow(lowest).event.seq, highest: parseRow(highest).event.seq }
      : undefined;
  };

  return { putRows, rowsBetween, rowsBefore, rowsAfter, knownSeqs };
};
