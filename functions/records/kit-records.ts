import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type KitCheck, kitCheck } from "#contracts/register.ts";
import type { Records, RecordWrite } from "#ports/records.ts";
import { kitKey } from "./keys.ts";
import { asData, parseStored, type Stored, WRITERS_AT_ONCE } from "./stored.ts";

const GAPS = "KIT-GAPS";
const LOOKS = "KIT-LOOKS";

/** Whoever is alone comes first. */
const gapOrder = ({ officerId, gap }: KitCheck): string =>
  `${gap?.singleCrewed ? "single" : "with-others"}#${gap?.from}#${officerId}`;

const writeOf = (check: KitCheck): RecordWrite => ({
  ...kitKey(check.officerId),
  data: asData(check),
  byTime: check.gap && { list: GAPS, order: gapOrder(check) },
  byDue:
    check.lookAt === undefined ? undefined : { list: LOOKS, order: `${check.lookAt}#${check.officerId}` },
});

export type KitRecords = ReturnType<typeof createKitRecords>;

/** What each officer was found to carry, and when to look at it again: one item for each officer who books. */
export const createKitRecords = (records: Records) => {
  const read = async (officerId: string): Promise<Stored<KitCheck> | undefined> => {
    const stored = await records.get(kitKey(officerId));
    return stored && { record: parseStored(kitCheck, stored), revision: stored.revision };
  };

  /** Asks for a look at that time (UTC with milliseconds), or earlier if one was asked for already. */
  const askForLook = async (officerId: string, at: string): Promise<void> => {
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await read(officerId);
      const asked = stored?.record.lookAt;
      if (asked !== undefined && asked <= at) return;
      const next = { ...(stored?.record ?? { officerId }), lookAt: at };
      const condition = stored === undefined ? "absent" : { revision: stored.revision };
      if ((await records.put(writeOf(next), condition)).written) return;
    }
    throw new ConcurrentWriteError(`The kit check of ${officerId} is being written by others.`);
  };

  /** Puts what was found in the place of that revision; false when somebody wrote in between. */
  const replace = async (check: KitCheck, revision: number): Promise<boolean> =>
    (await records.put(writeOf(check), { revision })).written;

  /** Checks that are due before the given time (UTC with milliseconds), the longest due first. Eventually consistent. */
  const listDue = async (before: string, limit: number): Promise<readonly KitCheck[]> => {
    const found = await records.list({ index: "byDue", list: LOOKS, to: before, limit });
    return found.map((stored) => parseStored(kitCheck, stored));
  };

  /** Who was found without a working camera, single-crewed officers first. Eventually consistent: for pages. */
  const listGaps = async (limit: number): Promise<readonly KitCheck[]> => {
    const found = await records.list({ index: "byTime", list: GAPS, limit });
    return found.map((stored) => parseStored(kitCheck, stored));
  };

  return { read, askForLook, replace, listDue, listGaps };
};
