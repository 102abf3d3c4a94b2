import type { Booking } from "#contracts/register.ts";
import { compare } from "#domain/text-order.ts";
import type { Interval } from "#domain/time/intervals.ts";
import { instantOf } from "#domain/time/time.ts";

/** Who carries a device from when to when; an end that nobody knows is Infinity. */
export type Carriage = Interval & { readonly officerId: string };

/** Readings of which each is tried; of more, only all times at their earlier and all at their later instant. */
const MOST_READINGS = 256;

/**
 * The bookings in each way in which they can be meant: a local time that autumn repeats is tried at both (contract §2).
 * The first is the widest: all begin at their earlier and end at their later instant.
 */
export function readingsOf(bookings: readonly Booking[]): readonly (readonly Booking[])[] {
  const meant = bookings.map(readingsOfOne);
  const count = meant.reduce((product, { length }) => product * length, 1);
  if (count === 1) return [bookings];
  if (count > MOST_READINGS)
    return [meant.map((each) => each[0] as Booking), meant.map((each) => each.at(-1) as Booking)];
  return meant.reduce<readonly (readonly Booking[])[]>(
    (readings, each) => readings.flatMap((reading) => each.map((booking) => [...reading, booking])),
    [[]],
  );
}

function readingsOfOne(booking: Booking): readonly Booking[] {
  const { fromAlso, toAlso, ...certain } = booking;
  if (fromAlso === undefined && toAlso === undefined) return [booking];
  const froms = [certain.from, ...(fromAlso === undefined ? [] : [fromAlso])];
  const tos = [certain.to, ...(toAlso === undefined ? [] : [toAlso])];
  const pairs = froms.flatMap((from) =>
    tos
      .filter((to) => to === undefined || instantOf(to) > instantOf(from))
      .map((to) => ({ ...certain, from, ...(to === undefined ? {} : { to }) })),
  );
  // One that ends before it begins, however it is read, is nobody's: that is one reading of it.
  return pairs.length > 0 ? pairs : [certain];
}

/** Who carried the device, by start. An open booking ends where the device's next begins (contract §3). */
export function carriagesOf(deviceSerial: string, bookings: readonly Booking[]): readonly Carriage[] {
  const own = bookings
    .filter((booking) => booking.deviceSerial === deviceSerial)
    .map((booking) => ({
      officerId: booking.officerId,
      from: instantOf(booking.from),
      to: booking.to === undefined ? undefined : instantOf(booking.to),
    }))
    .sort((a, b) => a.from - b.from || compare(a.officerId, b.officerId));
  return own.map(({ officerId, from, to }) => ({
    officerId,
    from,
    to: to ?? own.find((next) => next.from > from)?.from ?? Number.POSITIVE_INFINITY,
  }));
}

/** The officers who carried the device at the instant (ms), in order of their ids: several where bookings overlap. */
export function carriersAt(carriages: readonly Carriage[], ms: number): readonly string[] {
  return idsOf(carriages.filter(({ from, to }) => from <= ms && ms < to));
}

/** The last booking begun before a delivery (ms), cut at it: where untrusted events of the device may lie. */
export function lastCarriageBefore(
  carriages: readonly Carriage[],
  deliveredMs: number,
): { readonly span: Interval; readonly officerIds: readonly string[] } | undefined {
  const begun = carriages.filter(({ from, to }) => from < deliveredMs && from < to);
  const from = Math.max(...begun.map((carriage) => carriage.from));
  const last = begun.filter((carriage) => carriage.from === from);
  if (last.length === 0) return undefined;
  const to = Math.min(Math.max(...last.map((carriage) => carriage.to)), deliveredMs);
  return { span: { from, to }, officerIds: idsOf(last) };
}

function idsOf(carriages: readonly Carriage[]): readonly string[] {
  return [...new Set(carriages.map(({ officerId }) => officerId))].sort();
}
