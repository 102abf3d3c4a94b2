import type { Log } from "#ports/log.ts";

/** A thing that work is done for, by what its id is called in a log line. */
export type Subject = {
  readonly [field in "incidentId" | "logId" | "footageId" | "objectKey" | "list"]?: string;
};
export type Failure = { readonly what: string; readonly since: string; readonly error: string };

/** Does work of which one piece that fails must not stop its neighbours. */
export type Attempts = {
  readonly failures: readonly Failure[];
  /** Does the work, and notes its failure in place of throwing it; undefined then. */
  readonly attempt: <Result>(
    subject: Subject,
    since: string,
    work: () => Promise<Result>,
  ) => Promise<Result | undefined>;
};

/** What one run of the sweep is given for all its parts. */
export type SweepRun = Attempts & {
  readonly now: Date;
  /** Whether no more files should be read in this run. */
  readonly isLate: () => boolean;
};

export function createAttempts(log: Log): Attempts {
  const failures: Failure[] = [];
  return {
    failures,
    attempt: async (subject, since, work) => {
      try {
        return await work();
      } catch (error) {
        const name = error instanceof Error ? error.name : typeof error;
        const { list, ...ids } = subject;
        log.error("sweep.failed", { ...ids, step: list, error: name });
        const [what = ""] = Object.entries(subject).map(([field, id]) => `${field} ${id}`);
        failures.push({ what, since, error: name });
        return undefined;
      }
    },
  };
}
