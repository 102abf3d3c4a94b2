import type { Booking, Device, Officer } from "#contracts/register.ts";
import type { Log } from "#ports/log.ts";
import type { Page } from "#records/pages.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import type { Readable } from "#records/stored.ts";
import { tellUnreadableEntries } from "#use-cases/casework/tell-unreadable.ts";

export type ListEntriesDeps = {
  readonly register: Pick<RegisterRecords, "listDevices" | "listOfficers" | "listBookings">;
  readonly log: Log;
};
type Query = { readonly limit: number; readonly cursor?: string | undefined };

/** One page of the register, and what was left out of it because it has lost its shape. */
export type EntryPage<Entry> = {
  readonly items: readonly Entry[];
  readonly unreadable?: readonly string[];
  readonly cursor?: string;
};

/** By serial. What has lost its shape is named, told to the log and left out. */
export async function listDevices(query: Query, deps: ListEntriesDeps): Promise<EntryPage<Device>> {
  return told("DEVICE", await deps.register.listDevices(query), deps);
}

/** By id; the same. */
export async function listOfficers(query: Query, deps: ListEntriesDeps): Promise<EntryPage<Officer>> {
  return told("OFFICER", await deps.register.listOfficers(query), deps);
}

/** The latest first; the same, named by the device and the time. */
export async function listBookings(query: Query, deps: ListEntriesDeps): Promise<EntryPage<Booking>> {
  return told("DEVICE", await deps.register.listBookings(query), deps);
}

function told<Entry>(
  kind: "DEVICE" | "OFFICER",
  { unreadable, ...page }: Page<Entry> & Readable<Entry>,
  deps: ListEntriesDeps,
): EntryPage<Entry> {
  tellUnreadableEntries(kind, unreadable, deps);
  return unreadable.length === 0 ? page : { ...page, unreadable };
}
