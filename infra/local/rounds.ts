import { errorFields, type Log } from "#ports/log.ts";

export type Rounds = {
  /** A round at once; it ends with the one that is under way, if there is one. */
  readonly now: () => Promise<void>;
  /** Begins no more, and ends once what is under way has ended. */
  readonly stop: () => Promise<void>;
};

/** Does the work again and again, never twice at once. What fails is logged, and tried again the next time. */
export function startRounds(
  { everyMs, name, log }: { readonly everyMs: number; readonly name: string; readonly log: Log },
  work: () => Promise<void>,
): Rounds {
  let underWay: Promise<void> | undefined;
  const round = (): Promise<void> => {
    underWay ??= work()
      .catch((error: unknown) => log.error(`${name}.failed`, errorFields(error)))
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
  const timer = setInterval(round, everyMs);
  return {
    now: round,
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
