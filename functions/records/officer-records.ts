import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type Officer, officer } from "#contracts/register.ts";
import type { Records, StoredRecord } from "#ports/records.ts";
import { collarKey, collarPk, idOf, officerKey, officerPk, partOf, supervisesKey, under } from "./keys.ts";
import { type Page, readPage } from "./pages.ts";
import {
  asData,
  onEach,
  parseReadable,
  parseStored,
  putPointers,
  type Readable,
  sameContent,
  sortedUnique,
  WRITERS_AT_ONCE,
} from "./stored.ts";

const OFFICERS = "OFFICERS";

const parseOfficer = (stored: StoredRecord): Officer => parseStored(officer, stored);

/** The force's officers, and who supervises whom. */
export const createOfficerRecords = (records: Records) => {
  const readOfficer = async (officerId: string): Promise<Officer | undefined> => {
    const stored = await records.get(officerKey(officerId));
    return stored && parseOfficer(stored);
  };

  /** Those of the officers that are registered, ordered by id. */
  const readOfficers = async (officerIds: readonly string[]): Promise<readonly Officer[]> =>
    (await onEach(sortedUnique(officerIds), readOfficer)).filter((found) => found !== undefined);

  /** Registers the officer, or replaces what is registered; `overtaken` when that may not be replaced. */
  const putOfficer = async (
    record: Officer,
    mayReplace: (known: Officer | undefined) => boolean = () => true,
  ): Promise<"created" | "changed" | "same" | "overtaken"> => {
    const { officerId, supervisor, collarNumber } = record;
    const supervises = supervisor === undefined ? [] : [supervisesKey(supervisor, officerId)];
    await putPointers(records, [collarKey(collarNumber, officerId), ...supervises], { officerId });
    const write = {
      ...officerKey(officerId),
      data: asData(record),
      byTime: { list: OFFICERS, order: officerId },
    };
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await records.get(officerKey(officerId));
      if (stored !== undefined && sameContent(parseOfficer(stored), record)) {
        return "same";
      }
      if (!mayReplace(stored && parseOfficer(stored))) {
        return "overtaken";
      }
      const put = await records.put(write, stored === undefined ? "absent" : { revision: stored.revision });
      if (put.written) {
        return stored === undefined ? "created" : "changed";
      }
    }
    throw new ConcurrentWriteError(`Officer ${officerId} is being written by others.`);
  };

  /** Whether anybody's register entry names this officer as supervisor now. */
  const isSupervisor = async (officerId: string): Promise<boolean> => {
    const pointers = await records.query(under(officerPk(officerId), "SUPERVISES#"));
    const team = await readOfficers(pointers.map((pointer) => partOf(pointer, 1)));
    return team.some((member) => member.supervisor === officerId);
  };

  /** Ids of officers who have, or once had, this collar number, whatever its case and spaces. */
  const officersByCollar = async (collarNumber: string): Promise<readonly string[]> => {
    const pointers = await records.query(under(collarPk(collarNumber), "OFFICER#"));
    return pointers.map((pointer) => partOf(pointer, 1));
  };

  /** Lets officers be found by their collar numbers who were registered before that was noted. */
  const noteCollarNumbers = (officers: readonly Officer[]): Promise<unknown> =>
    onEach(officers, ({ collarNumber, officerId }) =>
      putPointers(records, [collarKey(collarNumber, officerId)], { officerId }),
    );

  /** Ordered by id. Eventually consistent: for pages. */
  const listOfficers = async (query: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<Officer> & Readable<Officer>> => {
    const page = await readPage(records, { ...query, list: OFFICERS, orderOf: idOf, descending: false });
    return { ...page, ...parseReadable(page.items, parseOfficer, idOf) };
  };

  return {
    readOfficer,
    readOfficers,
    putOfficer,
    isSupervisor,
    officersByCollar,
    noteCollarNumbers,
    listOfficers,
  };
};
