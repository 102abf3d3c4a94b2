import type { Notice } from "#contracts/alert.ts";
import { RecordNotFoundError } from "#contracts/errors.ts";
import { afterReturn } from "#domain/lifecycle/undelivered.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import { hasNobodyAbove, type SendNoticeDeps, tellAbove } from "./send-notice.ts";

export type TakeBackDeps = SendNoticeDeps & {
  readonly alerts: Pick<AlertRecords, "change">;
  readonly workflow: WorkflowStarter;
};

/** What a subscription gave back; without an `incidentId` it was a notice. */
export type ReturnedAlert = { readonly alertId: string; readonly incidentId?: string | undefined };

/**
 * Notes that an address did not take an alert. One of an incident makes its evaluation look again, which tells the
 * level above; a notice is told to it at once. Repeats change nothing. Throws `RecordNotFoundError` for an alert
 * that was never recorded.
 */
export async function takeBack({ alertId, incidentId }: ReturnedAlert, deps: TakeBackDeps): Promise<void> {
  deps.log.warn("alert.given-back", { alertId, incidentId });
  if (incidentId !== undefined) {
    const now = deps.clock.now();
    await deps.alerts.change(incidentId, alertId, (alert) => afterReturn(alert, now));
    await deps.workflow.start({ incidentId, cause: `given-back-${alertId}` });
    return;
  }
  const notice = await deps.notices.read(alertId);
  if (notice === undefined) throw new RecordNotFoundError(`Notice ${alertId} was never recorded.`);
  const fault = "An address did not take what it was sent.";
  await tellAbove(notice.message, { about: "given-back", fault }, deps);
  if (hasNobodyAbove(notice.message, deps)) await deps.operations.tell(lastWord(notice.message));
}

const lastWord = ({ level }: Notice) => ({
  subject: "Witnessed: the last level may not be reached",
  body: [
    `An address of level ${level} did not take the word that alerts may not have arrived. Nobody is above it.`,
    "",
    "What to do: look at the topic's subscriptions, and read the console in their place, within four hours.",
  ].join("\n"),
});
