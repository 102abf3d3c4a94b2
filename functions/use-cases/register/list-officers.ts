import type { Officer } from "#contracts/register.ts";
import type { Log } from "#ports/log.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { tellUnreadableOfficers } from "#use-cases/casework/tell-unreadable.ts";

export type ListOfficersDeps = {
  readonly register: Pick<RegisterRecords, "listOfficers">;
  readonly log: Log;
};

/** One page by id. A registration that has lost its shape is named, told to the log and left out. */
export async function listOfficers(
  query: { readonly limit: number; readonly cursor?: string | undefined },
  deps: ListOfficersDeps,
): Promise<{
  readonly items: readonly Officer[];
  readonly unreadable?: readonly string[];
  readonly cursor?: string;
}> {
  const { unreadable, ...page } = await deps.register.listOfficers(query);
  tellUnreadableOfficers(unreadable, deps);
  return unreadable.length === 0 ? page : { ...page, unreadable };
}
