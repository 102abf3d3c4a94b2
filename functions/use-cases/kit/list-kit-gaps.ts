import type { KitGap, Officer } from "#contracts/register.ts";
import type { Clock } from "#ports/clock.ts";
import type { Log } from "#ports/log.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { type Readable, readReadable, sortedUnique } from "#records/stored.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";
import { tellUnreadableEntries } from "#use-cases/casework/tell-unreadable.ts";
import { type FindKitDeps, findKit } from "./find-kit.ts";

export type ListKitGapsDeps = FindKitDeps & {
  readonly register: Pick<RegisterRecords, "readOfficer">;
  readonly kit: Pick<KitRecords, "listGaps" | "listDue">;
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
  readonly log: Log;
};

/** Somebody who is out with a Taser and without a working camera. */
export type OfficerWithoutCamera = {
  readonly officerId: string;
  /** Absent when nobody registered the officer. */
  readonly officer?: Officer | undefined;
  readonly gap: KitGap;
};

const MOST = 200;

/**
 * Who is out now with a Taser and without a working camera, single-crewed officers first. Everybody who was found so
 * is looked at once more, and whoever was to be looked at by now for the first time; an officer of whom a booking or a
 * device cannot be read hides nobody else. One entry in the log of looks at lists.
 */
export async function listKitGaps(
  { reader }: { readonly reader: string },
  deps: ListKitGapsDeps,
): Promise<Readable<OfficerWithoutCamera>> {
  const now = deps.clock.now();
  await deps.custody.append(LISTS, { at: now.toISOString(), who: reader, what: "opened the kit check" });
  const checks = await Promise.all([deps.kit.listGaps(MOST), deps.kit.listDue(now.toISOString(), MOST)]);
  const { items, unreadable } = await readReadable(sortedUnique(checks.flat()), async (officerId) => {
    const { gap } = await findKit(officerId, now, deps);
    return gap && { officerId, officer: await officerOf(officerId, deps), gap };
  });
  tellUnreadableEntries("OFFICER", unreadable, deps);
  return { items: items.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)), unreadable };
}

/** A registration that has lost its shape hides nobody: its officer goes by the id. */
async function officerOf(officerId: string, deps: ListKitGapsDeps): Promise<Officer | undefined> {
  const { items, unreadable } = await readReadable([officerId], deps.register.readOfficer);
  tellUnreadableEntries("OFFICER", unreadable, deps);
  return items[0];
}

const orderOf = ({ officerId, gap }: OfficerWithoutCamera): string =>
  `${gap.singleCrewed ? 0 : 1}#${gap.from}#${officerId}`;
