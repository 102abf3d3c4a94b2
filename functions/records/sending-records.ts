import type { Records } from "#ports/records.ts";
import { sendingKey, sendingPk } from "./keys.ts";

const HOUR_SECONDS = 3600;

export type SendingRecords = ReturnType<typeof createSendingRecords>;

/** A moment at which something may go: the second (ISO, such as `2026-11-21T21:08:00`), and the place within it. */
export type Place = { readonly second: string; readonly place: number };

/** The line in which everything that is sent waits, so that no address gets more a second than it takes. */
export const createSendingRecords = (records: Records) => ({
  /** Whether a place of that second or a later one was taken when this was called. */
  taken: async (from: string): Promise<(place: Place) => boolean> => {
    const found = await records.query({ pk: sendingPk, from });
    const taken = new Set(found.map(({ sk }) => sk));
    return ({ second, place }) => taken.has(sendingKey(second, place).sk);
  },

  /** Takes a place; false when somebody else has it. Forgotten after an hour. */
  take: async ({ second, place }: Place): Promise<boolean> => {
    const expiresAt = Math.floor(Date.parse(`${second}Z`) / 1000) + HOUR_SECONDS;
    return (await records.put({ ...sendingKey(second, place), data: {}, expiresAt }, "absent")).written;
  },
});
