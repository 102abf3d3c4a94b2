import type { Booking } from "#contracts/register.ts";
import type { Interval } from "#domain/cover/intervals.ts";
import { instantOf } from "#domain/time/time.ts";
import { compare } from "#domain/verdict/canonical.ts";

/** Who carries a device from when to when; an end that nobody knows is Infinity. */
export type Carriage = Interval & { readonly officerId: string };

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
