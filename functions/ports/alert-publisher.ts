import type { AlertMessage } from "#contracts/alert.ts";

/** Sends one alert to the topic of its level. At least once; the caller records before and after. */
export type AlertPublisher = {
  readonly publish: (message: AlertMessage) => Promise<{ readonly messageId: string }>;
};
