import { RecordNotFoundError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { afterReturn } from "#domain/lifecycle/undelivered.ts";
import { deliveryNotice } from "#domain/notices/delivery-notice.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import { type SendNoticeDeps, sendNotice } from "./send-notice.ts";

export type TakeBackDeps = SendNoticeDeps & {
  readonly alerts: Pick<AlertRecords, "change">;
  readonly workflow: WorkflowStarter;
  readonly operations: OperationsAlert;
  readonly force: Pick<ForceConfig, "alerts" | "timeZone">;
  readonly consoleBaseUrl: string;
};

/** What a subscription gave back; without an `incidentId` it was a notice. */
export type ReturnedAlert = { readonly alertId: string; readonly incidentId?: string | undefined };

/**
 * Notes that an address did not take an alert. One of an incident makes its evaluation look again, which tells the
 * level above; a notice is told to it at once. Repeats change nothing. Throws `RecordNotFoundError` for an alert
 * that was never recorded.
 */
export async function takeBack({ alertId, incidentId }: ReturnedAlert, deps: TakeBackDeps): Promise<void> {
  const now = deps.clock.now();
  deps.log.warn("alert.given-back", { alertId, incidentId });
  if (incidentId !== undefined) {
    await deps.alerts.change(incidentId, alertId, (alert) => afterReturn(alert, now));
    await deps.workflow.start({ incidentId, cause: `given-back-${alertId}` });
    return;
  }
  const notice = await deps.notices.read(alertId);
  if (notice === undefined) throw new RecordNotFoundError(`Notice ${alertId} was never recorded.`);
  const { type, level } = notice.message;
  const { levels } = deps.force.alerts;
  const told = Math.min(level + 1, levels.length);
  await deps.operations.tell({
    subject: "Witnessed: a notice was given back by an address",
    body: [
      `An address of level ${level} did not take the notice ${alertId}.`,
      `Level ${told} is told.`,
      "",
      "What to do: look at the topic's subscriptions, within four hours.",
    ].join("\n"),
  });
  // Above the last level there is nobody: that its own word did not arrive is for the operators alone.
  if (told === level && type === "DELIVERY") return;
  await sendNotice(
    deliveryNotice({
      about: `given-back-${alertId}`,
      whom: levels[level - 1]?.name ?? `level ${level}`,
      faults: ["An address did not take what it was sent."],
      level: told,
      owedAt: now,
      timeZone: deps.force.timeZone,
      link: `${deps.consoleBaseUrl}/`,
    }),
    deps,
  );
}
