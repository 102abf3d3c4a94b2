import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { Booking, KitCheck, KitGap } from "#contracts/register.ts";
import { firstLevels } from "#domain/lifecycle/situation.ts";
import { type CarriedDevice, kitGap } from "#domain/notices/kit-gap.ts";
import { kitNotice } from "#domain/notices/kit-notice.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { type SendNoticeDeps, sendNotice } from "./send-notice.ts";

export type FindKitDeps = {
  readonly register: Pick<
    RegisterRecords,
    "devicesOfOfficer" | "bookingsOfOfficer" | "lastBookingsOfDevice" | "readDevice"
  >;
  readonly footage: Pick<FootageRecords, "clipsOfCamera">;
};

export type CheckKitDeps = FindKitDeps &
  SendNoticeDeps & {
    readonly register: Pick<RegisterRecords, "readOfficer" | "isSupervisor">;
    readonly kit: Pick<KitRecords, "read" | "replace">;
    readonly force: Pick<ForceConfig, "alerts" | "timeZone">;
    readonly consoleBaseUrl: string;
  };

const ATTEMPTS = 8;
/** A camera that is an officer's own is booked once and for all: a year and a month are looked back. */
const LOOKED_BACK_MS = 396 * 86_400_000;
const BOOKINGS_AT_ONCE = 5;

/**
 * Looks at what an officer carries now, and tells the supervisors of a Taser without a working camera, once for each
 * booking of the weapon. Notes what was found, and when the next booking begins or ends.
 */
export async function checkKit(officerId: string, deps: CheckKitDeps): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await deps.kit.read(officerId);
    if (stored === undefined) return;
    const now = deps.clock.now();
    const { gap, next } = await findKit(officerId, now, deps);
    if (gap !== undefined) await tell(officerId, gap, now, deps);
    const check: KitCheck = {
      officerId,
      ...(gap === undefined ? {} : { gap }),
      ...(next === undefined ? {} : { lookAt: next }),
    };
    if (await deps.kit.replace(check, stored.revision)) return;
  }
  throw new ConcurrentWriteError(`the kit check of ${officerId} kept changing`);
}

async function tell(officerId: string, gap: KitGap, owedAt: Date, deps: CheckKitDeps): Promise<void> {
  const { force } = deps;
  const officer = await deps.register.readOfficer(officerId);
  const supervises = await deps.register.isSupervisor(officerId);
  const levels = firstLevels({ levels: force.alerts.levels.length, supervises });
  const facts = {
    officerId,
    officer,
    gap,
    owedAt,
    timeZone: force.timeZone,
    link: `${deps.consoleBaseUrl}/kit`,
  };
  for (const level of levels) await sendNotice(kitNotice({ ...facts, level }), deps);
}

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
