import { ConcurrentWriteError, PermanentError, transientErrorNames } from "#contracts/errors.ts";
import type { FailedEvaluation, WorkflowState } from "#contracts/workflow.ts";
import type { Clock } from "#ports/clock.ts";
import type { Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { IncidentRecords } from "#records/incident-records.ts";

const ATTEMPTS = 5;
/** What failed for good fails again; once an hour is often enough to find out. */
const NEXT_TRY_MS = 3_600_000;
/** What may pass is due at once: the sweep takes it up once it is ten minutes late, and looks every fifteen. */
const mayPass = (error: string): boolean => transientErrorNames.some((name) => name === error);

export type AlertOperationsDeps = {
  readonly incidents: Pick<IncidentRecords, "read" | "replace">;
  readonly operations: OperationsAlert;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * The end of a run that failed: a person of operations hears of it, and the sweep tries again: within half an hour what
 * may pass, else in an hour.
 * The incident keeps its mark, so it stays on the list of what is not accounted for.
 */
export async function alertOperations(
  failed: FailedEvaluation,
  deps: AlertOperationsDeps,
): Promise<WorkflowState> {
  const { incidentId, cause, error } = failed;
  deps.log.error("evaluation.failed", { incidentId, cause, error });
  await deps.operations.tell({
    subject: `Witnessed: the evaluation of incident ${incidentId} failed`,
    body: [
      `The evaluation of incident ${incidentId} failed with ${error}.`,
      "",
      "Until it succeeds, the incident has no new verdict and nobody is alerted about it.",
      `It is tried again ${mayPass(error) ? "within half an hour" : "every hour"}. The log lines of this incident tell more.`,
      "What to do: find out why it fails, within four hours.",
    ].join("\n"),
  });
  if (!mayPass(error)) await postpone(incidentId, deps);
  return { incidentId, cause };
}

async function postpone(incidentId: string, deps: AlertOperationsDeps): Promise<void> {
  const lookAt = new Date(deps.clock.now().getTime() + NEXT_TRY_MS).toISOString();
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const stored = await deps.incidents.read(incidentId);
      if (stored === undefined || stored.record.mergedInto !== undefined) return;
      if (await deps.incidents.replace({ ...stored.record, lookAt }, stored.revision)) return;
    }
  } catch (error) {
    // A record that cannot be read may be the very reason for the failure: it stays due as it is.
    if (error instanceof PermanentError) return;
    throw error;
  }
  throw new ConcurrentWriteError(`incident ${incidentId} kept changing while its next look was noted`);
}
