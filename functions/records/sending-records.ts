import type { Records } from "#ports/records.ts";
import { partOf, sendingKey, sendingPk } from "./keys.ts";

const HOUR_SECONDS = 3600;

export type SendingRecords = ReturnType<typeof createSendingRecords>;

/** The line in which everything that is sent waits, so that no address gets more a second than it takes. */
export const createSendingRecords = (records: Records) => ({
  /** How many places of each second are taken, from the given second on (ISO, such as `2026-11-21T21:08:00`). */
  taken: async (from: string): Promise<ReadonlyMap<string, number>> => {
    const found = await records.query({ pk: sendingPk, from });
    const taken = new Map<string, number>();
    for (const record of found) {
      const second = partOf({ pk: record.pk, sk: `#${record.sk}` }, 1);
      taken.set(second, (taken.get(second) ?? 0) + 1);
    }
    return taken;
  },

  /** Takes a place; false when somebody else has it. Forgotten after an hour. */
  take: async (second: string, place: number): Promise<boolean> => {
    const expiresAt = Math.floor(Date.parse(`${second}Z`) / 1000) + HOUR_SECONDS;
    return (await records.put({ ...sendingKey(second, place), data: {}, expiresAt }, "absent")).written;
  },
});
