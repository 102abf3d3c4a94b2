import type { Policy } from "#contracts/force.ts";
import type { DeviceClock } from "#contracts/time.ts";

const YEAR_2001 = Date.parse("2001-01-01T00:00:00Z");
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export type Basis = "measured" | "assumed" | "untrusted";

/** What is known about one device time. Milliseconds; `true = device − offset`, ± uncertainty. */
export type Reading = { readonly offset: number; readonly uncertainty: number; readonly basis: Basis };

export type Delivered = {
  readonly clock: DeviceClock | undefined;
  readonly receivedAt: number;
  readonly model: string | undefined;
  /** The weapon synced itself between the event and the delivery, its memory says. */
  readonly syncedBetween: boolean;
};

/** Decimal numbers as fractions over a common 10^12, so that nothing is rounded before the rounding up. */
const scaled = (value: number): bigint => BigInt(Math.round(value * 1e6)) * 1_000_000n;

/** resolution + drift × age, in whole milliseconds rounded up. */
function roundedUp(resolutionSeconds: number, driftPpm: number, ageMs: number): number {
  const resolution = scaled(resolutionSeconds) * 1000n;
  const drift = (scaled(driftPpm) * scaled(ageMs)) / 1_000_000n / 1_000_000_000_000n;
  const total = resolution + drift;
  const one = 1_000_000_000_000n;
  return Number((total + one - 1n) / one);
}

const valuesFor = (policy: Policy, model: string | undefined) =>
  (model !== undefined && Object.hasOwn(policy.clocks, model) ? policy.clocks[model] : undefined) ??
  policy.clocks.default;

const instant = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

/** "the one with the earliest gatewayClock (else receipt)": when a delivery happened. */
export const deliveredAt = (delivered: Delivered): number =>
  instant(delivered.clock?.gatewayClock) ?? delivered.receivedAt;

/** §2: the uncertainty of a basis at a true time. */
export function uncertaintyAt(basis: Basis, at: number, delivered: Delivered, policy: Policy): number {
  const { resolutionSeconds, driftPpm } = valuesFor(policy, delivered.model);
  const { gatewayClock, lastSyncedAt } = delivered.clock ?? {};
  if (basis === "measured" && gatewayClock !== undefined) {
    return roundedUp(resolutionSeconds, driftPpm, Math.abs(Date.parse(gatewayClock) - at));
  }
  const synced = instant(lastSyncedAt);
  const age = synced === undefined || synced > at ? policy.assumedSyncAgeDays * DAY_MS : at - synced;
  return roundedUp(resolutionSeconds, driftPpm, age);
}

/** §2 in its own order: measured, else assumed; untrusted wins over both. `last` is the latest time told of. */
export function readClock(device: number, last: number, delivered: Delivered, policy: Policy): Reading {
  const { clock } = delivered;
  const deviceClock = instant(clock?.deviceClock);
  const gatewayClock = instant(clock?.gatewayClock);
  const synced = instant(clock?.lastSyncedAt);
  let offset = 0;
  let basis: Basis = "assumed";
  if (deviceClock !== undefined && gatewayClock !== undefined) {
    const measured = deviceClock - gatewayClock;
    const event = device - measured;
    const syncedSince = synced !== undefined && event < synced && synced <= gatewayClock;
    if (!syncedSince && !delivered.syncedBetween) {
      offset = measured;
      basis = "measured";
    }
  }
  const uncertainty = uncertaintyAt(basis, device - offset, delivered, policy);
  const late = last - offset > deliveredAt(delivered) + uncertainty;
  if (device < YEAR_2001 || clock?.unset === true || late)
    return { offset: 0, uncertainty: 0, basis: "untrusted" };
  return { offset, uncertainty, basis };
}

/** "A measured offset within 2 s of a whole number of hours other than 0". */
export function looksLikeATimeZone(reading: Reading): boolean {
  const hours = Math.round(reading.offset / HOUR_MS);
  return reading.basis === "measured" && hours !== 0 && Math.abs(reading.offset - hours * HOUR_MS) <= 2000;
}
