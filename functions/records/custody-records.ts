import { type CustodyNote, entryAfter } from "#contracts/custody-chain.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type CustodyEntry, custodyEntry } from "#contracts/incident.ts";
import type { Records } from "#ports/records.ts";
import { custodyKey, footagePk, incidentPk, under } from "./keys.ts";
import { asData, parseStored, WRITERS_AT_ONCE } from "./stored.ts";

export type CustodyRecords = ReturnType<typeof createCustodyRecords>;

/** Who did what to an incident and its footage, each entry chained to the one before by its hash. */
export const createCustodyRecords = (records: Records) => createCustodyLogs(records, incidentPk);

/** The same for the file of each clip, whichever incidents it matters to: a chain of its own, which outlives the file. */
export const createFootageCustodyRecords = (records: Records): CustodyRecords =>
  createCustodyLogs(records, footagePk);

const createCustodyLogs = (records: Records, pkOf: (id: string) => string) => {
  const newest = async (id: string): Promise<CustodyEntry | undefined> => {
    const [last] = await records.query({
      ...under(pkOf(id), "CUSTODY#"),
      descending: true,
      limit: 1,
    });
    return last && parseStored(custodyEntry, last);
  };

  /** Adds an entry at the end of the chain. Throws `ConcurrentWriteError` when too many write at once. */
  const append = async (id: string, note: CustodyNote): Promise<CustodyEntry> => {
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const entry = entryAfter(await newest(id), note);
      const put = await records.put({ ...custodyKey(pkOf(id), entry.seq), data: asData(entry) }, "absent");
      if (put.written) {
        return entry;
      }
    }
    throw new ConcurrentWriteError(`The custody log of ${id} is being written by too many at once.`);
  };

  /** Oldest first. */
  const all = async (id: string): Promise<readonly CustodyEntry[]> => {
    const entries = await records.query(under(pkOf(id), "CUSTODY#"));
    return entries.map((entry) => parseStored(custodyEntry, entry));
  };

  /** The `limit` entries that were added last, the oldest of them first. */
  const latest = async (id: string, limit: number): Promise<readonly CustodyEntry[]> => {
    const entries = await records.query({ ...under(pkOf(id), "CUSTODY#"), descending: true, limit });
    return entries.map((entry) => parseStored(custodyEntry, entry)).reverse();
  };

  /** Adds what is missing behind the entries as they were read; false when somebody else has written since. */
  const appendBehind = async (
    entries: readonly CustodyEntry[],
    id: string,
    notes: readonly CustodyNote[],
    nameOf: (note: CustodyNote) => string,
  ): Promise<boolean> => {
    const known = new Set(entries.map(nameOf));
    let last = entries.at(-1);
    for (const note of notes) {
      if (known.has(nameOf(note))) {
        continue;
      }
      const entry = entryAfter(last, note);
      const put = await records.put({ ...custodyKey(pkOf(id), entry.seq), data: asData(entry) }, "absent");
      if (!put.written) {
        return false;
      }
      known.add(nameOf(entry));
      last = entry;
    }
    return true;
  };

  const appendUnknown = async (
    id: string,
    notes: readonly CustodyNote[],
    nameOf: (note: CustodyNote) => string,
  ): Promise<void> => {
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      if (await appendBehind(await all(id), id, notes, nameOf)) {
        return;
      }
    }
    throw new ConcurrentWriteError(`The custody log of ${id} is being written by too many at once.`);
  };

  /**
   * Adds those of the notes whose `who` and `what` no entry has yet, in their order: what is noted again after a
   * crash, or by two runs at once, is in the log once. Throws `ConcurrentWriteError`.
   */
  const appendMissing = (id: string, notes: readonly CustodyNote[]): Promise<void> =>
    appendUnknown(id, notes, ({ who, what }) => JSON.stringify([who, what]));

  /** Adds each note unless the very same one, its time included, is in the log. Throws `ConcurrentWriteError`. */
  const appendOnce = (id: string, ...notes: readonly CustodyNote[]): Promise<void> =>
    appendUnknown(id, notes, ({ at, who, what, why }) => JSON.stringify([at, who, what, why]));

  return { append, appendMissing, appendOnce, all, latest };
};
