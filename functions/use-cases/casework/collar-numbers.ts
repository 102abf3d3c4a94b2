import type { Log } from "#ports/log.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { readReadable, sortedUnique } from "#records/stored.ts";
import { tellUnreadableEntries } from "./tell-unreadable.ts";

export type CollarNumbersDeps = {
  readonly register: Pick<RegisterRecords, "readOfficer">;
  readonly log: Log;
};

/**
 * Collar numbers by the officers' ids, of those who are registered. A registration that has lost its shape hides
 * nothing else: its officer goes by the id.
 */
export async function collarNumbersOf(
  officerIds: readonly string[],
  { register, log }: CollarNumbersDeps,
): Promise<ReadonlyMap<string, string>> {
  const { items, unreadable } = await readReadable(sortedUnique(officerIds), register.readOfficer);
  tellUnreadableEntries("OFFICER", unreadable, { log });
  return new Map(items.map(({ officerId, collarNumber }) => [officerId, collarNumber]));
}
