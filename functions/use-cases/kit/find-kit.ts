import type { Booking, KitGap } from "#contracts/register.ts";
import { type CarriedDevice, kitGap } from "#domain/notices/kit-gap.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";

export type FindKitDeps = {
  readonly register: Pick<
    RegisterRecords,
    "devicesOfOfficer" | "bookingsOfOfficer" | "firstBookingsOfDevice" | "lastBookingsOfDevice" | "readDevice"
  >;
  readonly footage: Pick<FootageRecords, "clipsOfCamera">;
};

/** What is booked for a shift lies within. */
const LOOKED_BACK_MS = 396 * 86_400_000;
const EVER = "0000";
const BOOKINGS_AT_ONCE = 5;

/** What the officer carries without a working camera, and when that may next change by what is booked. */
export type FoundKit = { readonly gap?: KitGap | undefined; readonly next?: string | undefined };

/**
 * Looks at what the officer has at that time. A camera that is an officer's own is booked once and for all: before it
 * is said that there is none, everything that the officer ever booked is looked at.
 */
export async function findKit(officerId: string, now: Date, deps: FindKitDeps): Promise<FoundKit> {
  const at = now.toISOString();
  const since = new Date(now.getTime() - LOOKED_BACK_MS).toISOString();
  const [serials, later] = await Promise.all([
    deps.register.devicesOfOfficer(officerId, since, `${at}~`),
    deps.register.bookingsOfOfficer(officerId, `${at}~`, "9999"),
  ]);
  const recent = await carriedOf(serials, officerId, now, deps);
  const carried =
    kitGap(recent) === undefined
      ? recent
      : [
          ...recent,
          ...(await carriedOf(await olderThan(since, serials, officerId, deps), officerId, now, deps)),
        ];
  const changes = [
    ...later.map(({ from }) => from),
    ...carried.flatMap(({ until }) => (until === undefined ? [] : [until])),
  ];
  return { gap: kitGap(carried), next: sortedUnique(changes)[0] };
}

/** What the officer booked before then, and not since. */
async function olderThan(
  since: string,
  recent: readonly string[],
  officerId: string,
  { register }: FindKitDeps,
): Promise<readonly string[]> {
  const older = await register.devicesOfOfficer(officerId, EVER, since);
  return older.filter((serial) => !recent.includes(serial));
}

type CarriedUntil = CarriedDevice & { readonly until: string | undefined };

async function carriedOf(
  serials: readonly string[],
  officerId: string,
  now: Date,
  deps: FindKitDeps,
): Promise<readonly CarriedUntil[]> {
  const found = await onEach(serials, (serial) => carriedNow(serial, officerId, now, deps));
  return found.filter((device) => device !== undefined);
}

/** The device and until when it is booked, if the officer has it at that time. */
async function carriedNow(
  serial: string,
  officerId: string,
  now: Date,
  deps: FindKitDeps,
): Promise<CarriedUntil | undefined> {
  const at = now.toISOString();
  const last = await deps.register.lastBookingsOfDevice(serial, `${at}~`, BOOKINGS_AT_ONCE);
  const booking = last.findLast(
    (one, index) => one.officerId === officerId && isOn(one, last[index + 1], at),
  );
  if (booking === undefined) return undefined;
  const until = booking.to ?? (await deps.register.firstBookingsOfDevice(serial, `${at}~`, 1))[0]?.from;
  const device = await deps.register.readDevice(serial);
  if (device?.kind !== "camera") return { booking, device, until };
  const [clip] = await deps.footage.clipsOfCamera(serial, EVER, 1);
  return { booking, device, isFaulty: clip?.declaration.triggerOff === "fault", until };
}

/** An open booking ends where the device's next begins. */
function isOn({ to }: Booking, next: Booking | undefined, at: string): boolean {
  return to === undefined ? next === undefined : to > at;
}
