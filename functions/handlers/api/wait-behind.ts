import { setTimeout as after } from "node:timers/promises";
import type { Log } from "#ports/log.ts";

/**
 * Work that goes on behind an answer, where nothing runs any more once the answer is given: it gets so long, and
 * what is not done then is finished by whoever looks next. Its failure is logged, never thrown.
 */
export function waitBehind(of: { readonly milliseconds: number; readonly log: Log }) {
  return async (work: () => Promise<unknown>): Promise<void> => {
    const done = work().catch((error: unknown) => {
      of.log.error("api.behind-failed", { error: error instanceof Error ? error.name : typeof error });
    });
    await Promise.race([done, after(of.milliseconds, undefined, { ref: false })]);
  };
}
