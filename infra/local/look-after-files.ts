import { errorFields, type Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import { type DeleteFootageDeps, deleteFootage } from "#use-cases/keeping/delete-footage.ts";
import { type LiftHoldsDeps, liftHolds } from "#use-cases/keeping/lift-holds.ts";

export type LookAfterFilesDeps = DeleteFootageDeps & LiftHoldsDeps;

/** What two functions of a force's stack are called for by the clock. One that fails is told as its alarm tells it. */
export async function lookAfterFiles(deps: LookAfterFilesDeps): Promise<void> {
  for (const work of [() => liftHolds(deps), () => deleteFootage(deps)]) {
    try {
      await work();
    } catch (error) {
      await tell(error, deps);
    }
  }
}

async function tell(
  error: unknown,
  { log, operations }: { readonly log: Log; readonly operations: OperationsAlert },
): Promise<void> {
  const { error: name = "", reason = "" } = errorFields(error);
  log.error("files.not-looked-after", errorFields(error));
  await operations.tell({
    subject: "Witnessed: stored footage could not be looked after",
    body: `${name}: ${reason}. It is tried again in a minute.`,
  });
}
