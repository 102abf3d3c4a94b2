import type { Booking, KitGap } from "#contracts/register.ts";
import { type CarriedDevice, kitGap } from "#domain/notices/kit-gap.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";

export type FindKitDeps = {
  readonly register: Pick<
    RegisterRecords,
    "devicesOfOfficer" | "bookingsOfOfficer" | "lastBookingsOfDevice" | "readDevice"
  >;
  readonly footage: Pick<FootageRecords, "clipsOfCamera">;
};

/** A camera that is an officer's own is booked once and for all: a year and a month are looked back. */
const LOOKED_BACK_MS = 396 * 86_400_000;
const BOOKINGS_AT_ONCE = 5;

/** What the officer carries without a working camera, and when the next of their bookings begins or ends. */
export async function findKit(
  officerId: string,
  now: Date,
  deps: FindKitDeps,
): Promise<{ readonly gap?: KitGap | undefined; readonly next?: string | undefined }> {
  const at = now.toISOString();
  const since = new Date(now.getTime() - LOOKED_BACK_MS).toISOString();
  const [serials, later] = await Promise.all([
    deps.register.devicesOfOfficer(officerId, since, at),
    deps.register.bookingsOfOfficer(officerId, `${at}~`, "9999"),
  ]);
  const found = await onEach(serials, (serial) => carriedNow(serial, officerId, now, deps));
  const carried = found.filter((device) => device !== undefined);
  const changes = [
    ...later.map(({ from }) => from),
    ...carried.flatMap(({ booking }) => (booking.to === undefined ? [] : [booking.to])),
  ];
  return { gap: kitGap(carried), next: sortedUnique(changes)[0] };
}

/** The device, if the officer has it at that time. */
async function carriedNow(
  serial: string,
  officerId: string,
  now: Date,
  deps: FindKitDeps,
): Promise<CarriedDevice | undefined> {
  const at = now.toISOString();
  const last = await deps.register.lastBookingsOfDevice(serial, `${at}~`, BOOKINGS_AT_ONCE);
  const booking = last.findLast(
    (one, index) => one.officerId === officerId && isOn(one, last[index + 1], at),
  );
  if (booking === undefined) return undefined;
  const device = await deps.register.readDevice(serial);
  if (device?.kind !== "camera") return { booking, device };
  const [clip] = await deps.footage.clipsOfCamera(serial, "0000", 1);
  return { booking, device, isFaulty: clip?.declaration.triggerOff === "fault" };
}

/** An open booking ends where the device's next begins. */
function isOn({ to }: Booking, next: Booking | undefined, at: string): boolean {
  return to === undefined ? next === undefined : to > at;
}
