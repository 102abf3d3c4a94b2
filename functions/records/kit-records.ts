import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type KitCheck, kitCheck } from "#contracts/register.ts";
import type { Records, RecordWrite } from "#ports/records.ts";
import { idOf, kitKey } from "./keys.ts";
import { asData, type Stored, WRITERS_AT_ONCE } from "./stored.ts";

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

/** A look that is asked for: times are UTC with milliseconds. */
export type WantedLook = {
  readonly at: string;
  /** Until when what was just told may be half of it: no look comes before, whoever asked for one. */
  readonly settled?: string | undefined;
};

export type KitRecords = ReturnType<typeof createKitRecords>;

/** What each officer was found to carry, and when to look at it again: one item for each officer who books. */
export const createKitRecords = (records: Records) => {
  /** One that has lost its shape says nothing: what it said is found again at the next look. */
  const read = async (officerId: string): Promise<Stored<KitCheck> | undefined> => {
    const stored = await records.get(kitKey(officerId));
    if (stored === undefined) return undefined;
    const { data: record = { officerId } } = kitCheck.safeParse(stored.data);
    return { record, revision: stored.revision };
  };

  /**
   * Asks for a look at that time, or earlier if one was asked for already. It writes in any case: a look that is under
   * way may not have seen what the caller has just stored, and loses its revision by this.
   */
  const askForLook = async (officerId: string, { at, settled = "" }: WantedLook): Promise<void> => {
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await read(officerId);
      const asked = stored?.record.lookAt;
      const earliest = asked !== undefined && asked < at ? asked : at;
      const lookAt = earliest < settled ? settled : earliest;
      const condition = stored === undefined ? "absent" : { revision: stored.revision };
      const write = writeOf({ ...(stored?.record ?? { officerId }), lookAt });
      if ((await records.put(write, condition)).written) return;
    }
    throw new ConcurrentWriteError(`The kit check of ${officerId} is being written by others.`);
  };

  /** Puts what was found in the place of that revision; false when somebody wrote in between. */
  const replace = async (check: KitCheck, revision: number): Promise<boolean> =>
    (await records.put(writeOf(check), { revision })).written;

  /**
   * Officers whose check is due before the given time (UTC with milliseconds), the longest due first. Eventually
   * consistent.
   */
  const listDue = async (before: string, limit: number): Promise<readonly string[]> =>
    (await records.list({ index: "byDue", list: LOOKS, to: before, limit })).map(idOf);

  /** Officers who were found without a working camera, those who are alone first. Eventually consistent: for pages. */
  const listGaps = async (limit: number): Promise<readonly string[]> =>
    (await records.list({ index: "byTime", list: GAPS, limit })).map(idOf);

  return { read, askForLook, replace, listDue, listGaps };
};
