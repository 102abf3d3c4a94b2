import { type UndeclaredObject, undeclaredObject } from "#contracts/sweep.ts";
import type { Records } from "#ports/records.ts";
import { undeclaredKey } from "./keys.ts";
import { asData, parseStored } from "./stored.ts";

const UNDECLARED = "UNDECLARED";

export type UndeclaredRecords = ReturnType<typeof createUndeclaredRecords>;

/** Files that no clip was declared for, each once, listed until they are gone. */
export const createUndeclaredRecords = (records: Records) => {
  const writeOf = (object: UndeclaredObject) => ({
    ...undeclaredKey(object.objectKey),
    data: asData(object),
    byTime:
      object.goneAt === undefined
        ? { list: UNDECLARED, order: `${object.storedAt}#${object.objectKey}` }
        : undefined,
  });
  return {
    /** Notes the file unless it is noted already. */
    note: async (object: UndeclaredObject): Promise<void> => {
      await records.put(writeOf(object), "absent");
    },
    /** Replaces what is noted of the file; nobody else but the sweep does. */
    update: async (object: UndeclaredObject): Promise<void> => {
      await records.put(writeOf(object), "any");
    },
    /** The oldest first. Eventually consistent. */
    list: async (limit: number): Promise<readonly UndeclaredObject[]> =>
      (await records.list({ index: "byTime", list: UNDECLARED, limit })).map((stored) =>
        parseStored(undeclaredObject, stored),
      ),
  };
};
