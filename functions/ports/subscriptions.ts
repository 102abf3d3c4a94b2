import type { Subscription } from "#contracts/subscription.ts";

/**
 * Who is reached by the topic of a level (from 1), or by that of the operators. One that was unsubscribed is not
 * among them. Throws `DependencyUnavailableError`, and `InvalidInputError` for a level that has no topic.
 */
export type Subscriptions = (topic: number | "operations") => Promise<readonly Subscription[]>;
