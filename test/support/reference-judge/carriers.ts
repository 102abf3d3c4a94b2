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
  const begun = bookingsOf(serial, bookings).filter((booking) => Date.parse(booking.from) < delivery);
  const latest = Math.max(...begun.map((booking) => Date.parse(booking.from)));
  return begun.filter((booking) => Date.parse(booking.from) === latest);
}

/** A clock cannot have been right before this. */
const LONG_AGO = Date.parse("2001-01-01T00:00:00Z");

/**
 * Where something of the device may lie when its time cannot be trusted: in the last bookings, and not after its own
 * delivery. Of a device that nobody carried, nothing is known but that.
 */
export function whereUntrusted(serial: string, delivery: number, bookings: readonly Booking[]): Span {
  const last = lastBookingsBefore(serial, delivery, bookings);
  if (last.length === 0) return { from: LONG_AGO, to: delivery };
  const spans = last.map((booking) => spanOf(booking, bookings));
  return {
    from: Math.min(...spans.map((span) => span.from)),
    to: Math.min(delivery, Math.max(...spans.map((span) => span.to))),
  };
}

/** The shifts with which a thing lies within the place; of a longer thing, those with which it fills it. */
export function shiftsInto(place: Span, thing: Span): { readonly lo: number; readonly hi: number } {
  const shifts = [place.from - thing.from, place.to - thing.to];
  return { lo: Math.min(...shifts), hi: Math.max(...shifts) };
}
