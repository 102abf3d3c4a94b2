import type { Subscription } from "#contracts/subscription.ts";

export type Addresses = { readonly emails: readonly string[]; readonly phones: readonly string[] };

/**
 * What is wrong with the addresses of one topic, in sentences. Addresses are told by their place in the force's file:
 * a mailbox may be a person's name.
 */
export function addressFaults(configured: Addresses, subscribed: readonly Subscription[]): readonly string[] {
  return [
    ...configured.emails.flatMap((address, index) =>
      faultsOf(`Email address ${index + 1}`, find("email", address, subscribed)),
    ),
    ...configured.phones.flatMap((number, index) =>
      faultsOf(`Phone ${index + 1}`, find("sms", number, subscribed)),
    ),
  ];
}

/** Mailboxes are told apart without regard to case, as mail servers do. */
function find(
  protocol: Subscription["protocol"],
  address: string,
  subscribed: readonly Subscription[],
): Subscription | undefined {
  return subscribed.find(
    (one) => one.protocol === protocol && one.endpoint.toLowerCase() === address.toLowerCase(),
  );
}

function faultsOf(name: string, found: Subscription | undefined): readonly string[] {
  if (found === undefined) return [`${name} is not subscribed, or was unsubscribed.`];
  if (!found.confirmed) return [`${name} has not confirmed its subscription.`];
  // A phone cannot be unsubscribed by a link.
  if (found.protected || found.protocol === "sms") return [];
  return [`${name} can be unsubscribed by anybody who gets hold of one of its emails.`];
}
