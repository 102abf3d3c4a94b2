import type { Log } from "#ports/log.ts";

/** Operations learn which records have lost their shape from the log; people, from the page that leaves them out. */
export function tellUnreadable(incidentIds: readonly string[], { log }: { readonly log: Log }): void {
  for (const incidentId of incidentIds) log.error("record.unreadable", { incidentId });
}

/** The same of the register's entries, by the key at which they stand. */
export function tellUnreadableEntries(
  kind: "DEVICE" | "OFFICER",
  ids: readonly string[],
  { log }: { readonly log: Log },
): void {
  for (const id of ids) log.error("record.unreadable", { reason: `${kind}#${id}` });
}
