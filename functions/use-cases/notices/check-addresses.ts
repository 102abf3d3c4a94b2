import type { ForceConfig } from "#contracts/force.ts";
import { type Addresses, addressFaults } from "#domain/notices/address-faults.ts";
import { deliveryNotice } from "#domain/notices/delivery-notice.ts";
import type { Subscriptions } from "#ports/subscriptions.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { pageAt, type SendNoticeDeps, sendNotices } from "./send-notice.ts";

export type CheckAddressesDeps = SendNoticeDeps & {
  readonly subscriptions: Subscriptions;
  readonly force: Pick<ForceConfig, "operations">;
};

/** One topic: whom it is for, its addresses in the force's file, and the level that hears of what is wrong with them. */
type Topic = {
  readonly name: number | "operations";
  readonly whom: string;
  readonly configured: Addresses;
  readonly told: number;
};

/**
 * Compares the addresses of the force's file with those that the topics reach. What is wrong is told to the level
 * above and to the operators: when it is found, when it changes, and once a day for as long as it lasts. A topic that
 * cannot be asked keeps no other from being looked at; throws the first failure at the end.
 */
export async function checkAddresses(deps: CheckAddressesDeps): Promise<void> {
  const failures: unknown[] = [];
  for (const topic of topicsOf(deps.force)) {
    await check(topic, deps).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

function topicsOf({ alerts: { levels }, operations }: CheckAddressesDeps["force"]): readonly Topic[] {
  return [
    ...levels.map(({ name: whom, ...configured }, index) => ({
      name: index + 1,
      whom,
      configured,
      told: Math.min(index + 2, levels.length),
    })),
    {
      name: "operations",
      whom: "the operators",
      configured: { emails: operations.emails, phones: [] },
      told: levels.length,
    },
  ];
}

async function check({ name, whom, configured, told }: Topic, deps: CheckAddressesDeps): Promise<void> {
  const faults = addressFaults(configured, await deps.subscriptions(name));
  if (faults.length === 0) return;
  const owedAt = deps.clock.now();
  const notice = deliveryNotice({
    about: `addresses-${name}-${owedAt.toISOString().slice(0, 10)}-${digestOf(faults)}`,
    whom,
    faults: [...faults, "Addresses are counted in the order of the force's file."],
    level: told,
    owedAt,
    timeZone: deps.force.timeZone,
    link: pageAt("/", deps),
  });
  await sendNotices([notice], deps);
}
