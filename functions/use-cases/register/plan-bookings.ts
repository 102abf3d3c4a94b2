import type { Booking } from "#contracts/register.ts";
import { mergeBookings } from "#records/booking-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { type PlannedLine, planLine, type ToldLine } from "./planned-line.ts";

export type PlanBookingsDeps = {
  readonly register: Pick<RegisterRecords, "readBooking" | "readDevice" | "readOfficers">;
};

/** What a list of bookings, their times in UTC, will do to the register. Nothing is written. */
export async function planBookings(
  told: readonly ToldLine<Booking>[],
  deps: PlanBookingsDeps,
): Promise<readonly PlannedLine<Booking>[]> {
  const rows = told.map(({ row }) => row);
  const [devices, officers] = await Promise.all([
    onEach(sortedUnique(rows.map(({ deviceSerial }) => deviceSerial)), deps.register.readDevice),
    deps.register.readOfficers(rows.map(({ officerId }) => officerId)),
  ]);
  const known = {
    devices: new Set(devices.map((device) => device?.serial)),
    officers: new Set(officers.map(({ officerId }) => officerId)),
  };
  return onEach(told, async ({ line, row }) => {
    const before = await deps.register.readBooking(row);
    const after = before ? mergeBookings(before, row) : row;
    const why = after ? undefined : `${bookingStands(before)} Take the line out, or say the same.`;
    return planLine({ line, known: before, entry: after ?? row, why, notes: notesOn(row, known) });
  });
}

/** A booking once told is never told otherwise: verdicts were made with it. */
export function bookingStands(known: Booking | undefined): string {
  const end = known?.to === undefined ? "without an end" : `until ${known.to}`;
  const crew =
    known?.singleCrewed === undefined ? "" : `, single-crewed ${known.singleCrewed ? "yes" : "no"}`;
  return `It is booked ${end}${crew}, which stands: a booking is completed, never changed.`;
}

function notesOn(
  { deviceSerial, officerId }: Booking,
  known: { readonly devices: ReadonlySet<string | undefined>; readonly officers: ReadonlySet<string> },
): readonly string[] {
  return [
    ...(known.devices.has(deviceSerial) ? [] : [`The device ${deviceSerial} is not registered.`]),
    ...(known.officers.has(officerId) ? [] : [`The officer ${officerId} is not registered.`]),
  ];
}
