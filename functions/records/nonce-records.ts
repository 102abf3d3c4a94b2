import type { Records } from "#ports/records.ts";
import { nonceKey } from "./keys.ts";

export type NonceRecords = ReturnType<typeof createNonceRecords>;

/** Nonces of signed requests, each good once. */
export const createNonceRecords = (records: Records) => ({
  /** True for the first to come with this nonce. The store may forget it after `expiresAtSeconds` (Unix time). */
  useOnce: async (keyId: string, nonce: string, expiresAtSeconds: number): Promise<boolean> => {
    const put = await records.put(
      { ...nonceKey(keyId, nonce), data: { used: true }, expiresAt: expiresAtSeconds },
      "absent",
    );
    return put.written;
  },
});
