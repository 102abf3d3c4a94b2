import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { TransientError } from "#contracts/errors.ts";
import type { Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { Journal } from "./journal.ts";

/** An object of the evidence store that waits to be looked at. */
export const storedObject = z.object({ objectKey: z.string() });

export type IntakeDeps = {
  readonly journal: Journal<z.infer<typeof storedObject>>;
  readonly settle: (object: { readonly objectKey: string }) => Promise<unknown>;
  readonly operations: OperationsAlert;
  readonly log: Log;
};

export type Intake = {
  /** Takes an object in, behind the caller's back. */
  readonly take: (objectKey: string) => void;
  /** Goes on with what an earlier process had not finished. */
  readonly resume: () => Promise<void>;
  readonly whenIdle: () => Promise<void>;
};

/** As often as the queue of a force's stack gives a message before it counts as dead. */
const ATTEMPTS = 5;
const PAUSE_MS = 1000;

/** What stands between the store's events and footage intake on one machine: in place of the queue. */
export function createIntake(deps: IntakeDeps): Intake {
  const running = new Set<Promise<void>>();

  const settle = async (objectKey: string): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await deps.settle({ objectKey });
        return;
      } catch (error) {
        if (!(error instanceof TransientError) || attempt === ATTEMPTS) throw error;
        await pause(PAUSE_MS * attempt);
      }
    }
  };

  const work = async (objectKey: string): Promise<void> => {
    await deps.journal.began(objectKey, { objectKey });
    try {
      await settle(objectKey);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      deps.log.error("intake.failed", { objectKey, error: name });
      await deps.operations.tell({
        subject: "Footage could not be taken in",
        body: `The object ${objectKey} could not be looked at (${name}). It is kept; the sweep looks at it again.`,
      });
    }
    await deps.journal.ended(objectKey);
  };

  const take = (objectKey: string): void => {
    const task = work(objectKey)
      // The records are closed or gone: what is in the journal is taken in at the next start.
      .catch((error: unknown) =>
        deps.log.error("intake.lost", {
          objectKey,
          error: error instanceof Error ? error.name : typeof error,
        }),
      )
      .finally(() => running.delete(task));
    running.add(task);
  };

  return {
    take,
    resume: async () => {
      for (const { entry } of await deps.journal.open()) take(entry.objectKey);
    },
    whenIdle: async () => {
      await Promise.all(running);
    },
  };
}
