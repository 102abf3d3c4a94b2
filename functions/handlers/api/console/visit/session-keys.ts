import { DependencyUnavailableError, RecordNotFoundError } from "#contracts/errors.ts";
import { sessionKeyKey } from "#contracts/evidence-keys.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";

const KEY_BYTES = 32;
const DAY_MS = 86_400_000;

export type SessionKeysDeps = {
  readonly evidence: Pick<EvidenceStore, "readRange" | "putDocument">;
  readonly clock: Clock;
};

/** A key and its name: the UTC day that it is used on. */
export type SessionKey = { readonly day: string; readonly secret: Uint8Array };

export type SessionKeys = {
  /** What is encrypted now. Made by whoever needs it first that day. */
  readonly current: () => Promise<SessionKey>;
  /** Of today or yesterday; undefined for any other name, and for a day on which none was made. */
  readonly byDay: (day: string) => Promise<SessionKey | undefined>;
};

/**
 * The keys of the console's cookies: 32 random bytes a day. They lie under a prefix of the evidence store that
 * this function's role alone may read, encrypted there by the force's own key and never overwritten, so that all
 * instances agree on the first that was written. A key that leaked is worth nothing two days later.
 */
export function createSessionKeys({ evidence, clock }: SessionKeysDeps): SessionKeys {
  const known = new Map<string, Promise<Uint8Array | undefined>>();
  const dayBefore = (days: number): string =>
    new Date(clock.now().getTime() - days * DAY_MS).toISOString().slice(0, 10);

  const find = async (day: string): Promise<Uint8Array | undefined> => {
    try {
      return await evidence.readRange(sessionKeyKey(day), 0, KEY_BYTES);
    } catch (error) {
      if (error instanceof RecordNotFoundError) return undefined;
      throw error;
    }
  };
  const make = async (day: string): Promise<Uint8Array | undefined> => {
    const found = await find(day);
    if (found) return found;
    const body = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    await evidence.putDocument({ key: sessionKeyKey(day), body, contentType: "application/octet-stream" });
    return find(day);
  };
  const remembered = async (
    day: string,
    load: (day: string) => Promise<Uint8Array | undefined>,
  ): Promise<SessionKey | undefined> => {
    const loading = known.get(day) ?? load(day);
    known.set(day, loading);
    const secret = await loading.catch((error: unknown) => {
      known.delete(day);
      throw error;
    });
    if (secret === undefined) known.delete(day);
    return secret && { day, secret };
  };

  return {
    current: async () => {
      const key = await remembered(dayBefore(0), make);
      if (key) return key;
      throw new DependencyUnavailableError("today's session key was written and cannot be read");
    },
    byDay: async (day) => (day === dayBefore(0) || day === dayBefore(1) ? remembered(day, find) : undefined),
  };
}
