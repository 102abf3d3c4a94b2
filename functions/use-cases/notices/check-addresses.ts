import type { ForceConfig } from "#contracts/force.ts";
import { addressFaults } from "#domain/notices/address-faults.ts";
import { deliveryNotice } from "#domain/notices/delivery-notice.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { Subscriptions } from "#ports/subscriptions.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { type SendNoticeDeps, sendNotice } from "./send-notice.ts";

export type CheckAddressesDeps = SendNoticeDeps & {
  readonly subscriptions: Subscriptions;
  readonly operations: OperationsAlert;
  readonly force: Pick<ForceConfig, "alerts" | "operations" | "timeZone">;
  readonly consoleBaseUrl: string;
};

/**
 * Compares the addresses of the force's file with those that the topics reach. What is wrong is told to the level
 * above and to the operators: when it is found, when it changes, and once a day for as long as it lasts.
 */
export async function checkAddresses(deps: CheckAddressesDeps): Promise<void> {
  const { levels } = deps.force.alerts;
  for (const [index, { name, emails, phones }] of levels.entries()) {
    const level = index + 1;
    const faults = addressFaults({ emails, phones }, await deps.subscriptions(level));
    const whom = { whom: name, topic: `level-${level}`, told: Math.min(level + 1, levels.length) };
    await tell(whom, faults, deps);
  }
  const operators = { emails: deps.force.operations.emails, phones: [] };
  const faults = addressFaults(operators, await deps.subscriptions("operations"));
  await tell({ whom: "the operators", topic: "operations", told: levels.length }, faults, deps);
}

async function tell(
  { whom, topic, told }: { readonly whom: string; readonly topic: string; readonly told: number },
  faults: readonly string[],
  deps: CheckAddressesDeps,
): Promise<void> {
  if (faults.length === 0) return;
  const owedAt = deps.clock.now();
  const about = `addresses-${topic}-${owedAt.toISOString().slice(0, 10)}-${digestOf(faults)}`;
  const { timeZone } = deps.force;
  const facts = { about, whom, faults, level: told, owedAt, timeZone, link: `${deps.consoleBaseUrl}/` };
  const message = deliveryNotice(facts);
  const isKnown = await deps.notices.read(message.alertId);
  if (isKnown?.sentAt !== undefined) return;
  await deps.operations.tell({
    subject: `Witnessed: addresses of ${topic} may not be reached`,
    body: [
      ...faults,
      "Addresses are counted in the order of the force's file.",
      "",
      `What to do: subscribe and confirm them as the runbook says, by ${message.respondBy}.`,
    ].join("\n"),
  });
  await sendNotice(message, deps);
}
