import type { AlertRecord } from "#contracts/alert.ts";

/** A topic that refuses for a moment is tried again. Shorter than the workflow's tries together: half a minute. */
const PATIENCE_MS = 15_000;

/** A try to send that failed: `permanent` when no further try can succeed. */
export type Failure = { readonly at: Date; readonly permanent: boolean };

/** Whether what was first refused at `failedSince` (UTC) has been for so long that the level above has to know. */
export const isGivenUp = (failedSince: string, { at, permanent }: Failure): boolean =>
  permanent || at.getTime() - Date.parse(failedSince) >= PATIENCE_MS;

/** The alert after a try to send it that failed. */
export function afterFailure(alert: AlertRecord, failure: Failure): AlertRecord {
  const { at } = failure;
  const failedSince = alert.failedSince ?? at.toISOString();
  const undelivered = alert.undelivered ?? { at: at.toISOString(), why: "NOT_TAKEN" as const };
  return { ...alert, failedSince, ...(isGivenUp(failedSince, failure) ? { undelivered } : {}) };
}

/** The alert after one of its level's subscriptions gave it back. The first time stands. */
export function afterReturn(alert: AlertRecord, at: Date): AlertRecord {
  return { ...alert, undelivered: alert.undelivered ?? { at: at.toISOString(), why: "GIVEN_BACK" } };
}
