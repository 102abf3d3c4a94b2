import { InvalidInputError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { Subscriptions } from "#ports/subscriptions.ts";

/** On one machine everything goes to the inbox, which takes what any address of the force's file would get. */
export function createInboxSubscriptions(force: Pick<ForceConfig, "alerts" | "operations">): Subscriptions {
  return async (topic) => {
    const { emails, phones = [] } =
      topic === "operations" ? { emails: force.operations.emails } : levelOf(topic, force);
    const state = { confirmed: true, protected: true };
    return [
      ...emails.map((endpoint) => ({ protocol: "email" as const, endpoint, ...state })),
      ...phones.map((endpoint) => ({ protocol: "sms" as const, endpoint, ...state })),
    ];
  };
}

function levelOf(level: number, { alerts }: Pick<ForceConfig, "alerts">) {
  const found = alerts.levels[level - 1];
  if (found === undefined) throw new InvalidInputError(`there is no alert level ${level}`);
  return found;
}
