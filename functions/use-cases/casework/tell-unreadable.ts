import type { Log } from "#ports/log.ts";

/** Operations learn which records have lost their shape from the log; people, from the page that leaves them out. */
export function tellUnreadable(incidentIds: readonly string[], { log }: { readonly log: Log }): void {
  for (const incidentId of incidentIds) log.error("record.unreadable", { incidentId });
}

/** The same of registrations, by the key at which they stand. */
export function tellUnreadableOfficers(officerIds: readonly string[], { log }: { readonly log: Log }): void {
  for (const officerId of officerIds) log.error("record.unreadable", { reason: `OFFICER#${officerId}` });
}
