import type { RecordKey, Records } from "#ports/records.ts";

/** Where a test stops a store: before the nth write, every call from there on fails as a killed process would. */
export type WatchedRecords = {
  readonly records: Records;
  /** Keys of the writes that reached the store, in order. */
  readonly written: readonly string[];
  /** Lets so many more writes through, then none. */
  readonly dieAfter: (writes: number) => void;
  /** As a new process on the same store. */
  readonly restart: () => void;
};

export const watchRecords = (records: Records): WatchedRecords => {
  const written: string[] = [];
  let left = Number.POSITIVE_INFINITY;
  const reach = (): void => {
    if (left <= 0) {
      throw new Error("killed");
    }
  };
  const write = ({ pk, sk }: RecordKey): void => {
    reach();
    left -= 1;
    written.push(`${pk} ${sk}`);
  };
  return {
    records: {
      get: async (key) => {
        reach();
        return records.get(key);
      },
      query: async (query) => {
        reach();
        return records.query(query);
      },
      list: async (query) => {
        reach();
        return records.list(query);
      },
      put: async (record, condition) => {
        write(record);
        return records.put(record, condition);
      },
      remove: async (key, condition) => {
        write(key);
        return records.remove(key, condition);
      },
    },
    written,
    dieAfter: (writes) => {
      left = writes;
    },
    restart: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
};
