import type { Booking } from "#contracts/register.ts";
import type { Span } from "./spans.ts";

/** Until when a booking holds: "an open one ends where the device's next begins". */
export function spanOf(booking: Booking, bookings: readonly Booking[]): Span {
  const from = Date.parse(booking.from);
  if (booking.to !== undefined) return { from, to: Date.parse(booking.to) };
  const next = bookings
    .filter((other) => other.deviceSerial === booking.deviceSerial)
    .map((other) => Date.parse(other.from))
    .filter((begin) => begin > from);
  return { from, to: Math.min(Number.POSITIVE_INFINITY, ...next) };
}

export const bookingsOf = (serial: string, bookings: readonly Booking[]): Booking[] =>
  bookings.filter((booking) => booking.deviceSerial === serial);

/** Everybody booked for the device at an instant. */
export function carriersAt(serial: string, at: number, bookings: readonly Booking[]): string[] {
  const found = bookingsOf(serial, bookings).filter((booking) => {
    const span = spanOf(booking, bookings);
    return span.from <= at && at < span.to;
  });
  return [...new Set(found.map((booking) => booking.officerId))].sort();
}

/** "the device's last booking begun before their delivery"; several when they begin at the same time. */
export function lastBookingsBefore(
  serial: string,
  delivery: number,
  bookings: readonly Booking[],
): Booking[] {
  const begun = bookingsOf(serial, bookings).filter((booking) => Date.parse(booking.from) <= delivery);
  const latest = Math.max(...begun.map((booking) => Date.parse(booking.from)));
  return begun.filter((booking) => Date.parse(booking.from) === latest);
}

/** The span of the last bookings, which no event can outlive its delivery in. */
export function whereUntrusted(
  serial: string,
  delivery: number,
  bookings: readonly Booking[],
): Span | undefined {
  const last = lastBookingsBefore(serial, delivery, bookings);
  if (last.length === 0) return undefined;
  const spans = last.map((booking) => spanOf(booking, bookings));
  const to = Math.max(...spans.map((span) => span.to));
  return {
    from: Math.min(...spans.map((span) => span.from)),
    to: to === Number.POSITIVE_INFINITY ? delivery : to,
  };
}
