import type { AlertRecord } from "#contracts/alert.ts";

/** A topic that refuses for a moment is tried again; after so long the level above has to know. */
const PATIENCE_MS = 60_000;

/** The alert after a try to send it that failed: `permanent` when no further try can succeed. */
export function afterFailure(
  alert: AlertRecord,
  { at, permanent }: { readonly at: Date; readonly permanent: boolean },
): AlertRecord {
  const failedSince = alert.failedSince ?? at.toISOString();
  const isGivenUp = permanent || at.getTime() - Date.parse(failedSince) >= PATIENCE_MS;
  const undelivered = alert.undelivered ?? { at: at.toISOString(), why: "NOT_TAKEN" as const };
  return { ...alert, failedSince, ...(isGivenUp ? { undelivered } : {}) };
}

/** The alert after one of its level's subscriptions gave it back. The first time stands. */
export function afterReturn(alert: AlertRecord, at: Date): AlertRecord {
  return { ...alert, undelivered: alert.undelivered ?? { at: at.toISOString(), why: "GIVEN_BACK" } };
}
