import type { Booking } from "#contracts/register.ts";
import { carriagesOf } from "#domain/log/bookings.ts";
import { instantOf, toUtc } from "#domain/time/time.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sortedUnique } from "#records/stored.ts";
import { type CollarNumbersDeps, collarNumbersOf } from "#use-cases/casework/collar-numbers.ts";

export type SeeBookingsDeps = CollarNumbersDeps & {
  readonly register: Pick<RegisterRecords, "lastBookingsOfDevice" | "firstBookingsOfDevice">;
};

/** A booking as a kit manager sees it. Times are UTC with milliseconds. */
export type SeenBooking = {
  readonly booking: Booking;
  /** When it ends: as told, or where the device's next begins; absent while the device is out. */
  readonly ends?: string;
  readonly collarNumber?: string | undefined;
  /** Others who have the same device at the same time. */
  readonly overlaps: readonly Booking[];
};

/** So many bookings of a device before and behind the ones looked at can reach into them. */
const NEIGHBOURS = 5;

/** The bookings with their ends, whom they are for, and what overlaps them. */
export async function seeBookings(
  bookings: readonly Booking[],
  deps: SeeBookingsDeps,
): Promise<readonly SeenBooking[]> {
  const byDevice = Map.groupBy(bookings, ({ deviceSerial }) => deviceSerial);
  const [around, collarNumbers] = await Promise.all([
    onEach([...byDevice], async ([serial, own]) => [serial, await neighboursOf(serial, own, deps)] as const),
    collarNumbersOf(
      bookings.map(({ officerId }) => officerId),
      deps,
    ),
  ]);
  const neighbours = new Map(around);
  return bookings.map((booking) => {
    const { to, overlaps } = placeOf(booking, neighbours.get(booking.deviceSerial) ?? []);
    return {
      booking,
      ...(Number.isFinite(to) ? { ends: toUtc(to) } : {}),
      collarNumber: collarNumbers.get(booking.officerId),
      overlaps,
    };
  });
}

/** Who carries each of the devices at the time (UTC with milliseconds): several where bookings overlap. */
export async function whoCarries(
  serials: readonly string[],
  now: string,
  deps: SeeBookingsDeps,
): Promise<ReadonlyMap<string, readonly SeenBooking[]>> {
  const begun = await onEach(sortedUnique(serials), (serial) =>
    // One that begins at this very instant has begun.
    deps.register.lastBookingsOfDevice(serial, `${now}~`, NEIGHBOURS),
  );
  const seen = await seeBookings(begun.flat(), deps);
  const running = seen.filter(({ ends }) => ends === undefined || ends > now);
  return Map.groupBy(running, ({ booking }) => booking.deviceSerial);
}

async function neighboursOf(
  serial: string,
  own: readonly Booking[],
  { register }: SeeBookingsDeps,
): Promise<readonly Booking[]> {
  const from = own.map((booking) => booking.from).sort()[0] ?? "";
  const [before, behind] = await Promise.all([
    register.lastBookingsOfDevice(serial, from, NEIGHBOURS),
    register.firstBookingsOfDevice(serial, from, own.length + NEIGHBOURS),
  ]);
  return [...before, ...behind];
}

function placeOf(
  booking: Booking,
  ofDevice: readonly Booking[],
): { readonly to: number; readonly overlaps: readonly Booking[] } {
  const spans = ofDevice.map((each) => {
    const from = instantOf(each.from);
    const carriage = carriagesOf(booking.deviceSerial, ofDevice).find(
      ({ officerId, from: begins }) => officerId === each.officerId && begins === from,
    );
    return { each, from, to: carriage?.to ?? Number.POSITIVE_INFINITY };
  });
  const isSame = (each: Booking) => each.from === booking.from && each.officerId === booking.officerId;
  const own = spans.find(({ each }) => isSame(each));
  const from = instantOf(booking.from);
  const to = own?.to ?? Number.POSITIVE_INFINITY;
  const overlaps = spans
    .filter((span) => !isSame(span.each) && span.from < to && span.to > from)
    .map(({ each }) => each);
  return { to, overlaps };
}
