import type { AlertMessage, Notice } from "#contracts/alert.ts";

/**
 * Sends one message to the topic of its level. At least once; the caller records before and after. Throws
 * `InvalidInputError` for a level that has no topic, `DependencyUnavailableError` when the topic does not answer.
 */
export type AlertPublisher = {
  readonly publish: (message: AlertMessage | Notice) => Promise<{ readonly messageId: string }>;
};
