import { setTimeout as pauseFor } from "node:timers/promises";
import { GaveUpError } from "./failures.ts";

/** What one attempt came to: a value, or a reason to try again, not before `afterMs` when it is known. */
export type Attempt<Value> =
  | { readonly value: Value }
  | { readonly again: string; readonly afterMs?: number };

export type Patience = {
  /** For so long after the first of a row of failures the same thing is tried again. */
  readonly patienceMs: number;
  readonly onRetry: (reason: string, afterMs: number) => void;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before attempt number `attempt` (from 1): doubling, at most 30 s, anywhere in its second half,
 * so that a hundred docks that were thrown off together do not come back together.
 */
export function pauseBefore(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}

/** Attempts until there is a value. Throws `GaveUpError` when the patience is over; errors of `attempt` pass. */
export async function tryAgain<Value>(
  what: string,
  { patienceMs, onRetry }: Patience,
  attempt: () => Promise<Attempt<Value>>,
): Promise<Value> {
  const since = performance.now();
  for (let failures = 1; ; failures += 1) {
    const result = await attempt();
    if ("value" in result) return result.value;
    const afterMs = Math.max(pauseBefore(failures), result.afterMs ?? 0);
    if (performance.now() - since + afterMs > patienceMs) {
      throw new GaveUpError(`${what}: ${result.again}, ${failures} times in a row`);
    }
    onRetry(`${what}: ${result.again}`, afterMs);
    await pauseFor(afterMs);
  }
}
