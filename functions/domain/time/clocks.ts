import type { Policy } from "#contracts/force.ts";
import type { DeviceClock } from "#contracts/time.ts";
import { clockValuesOf } from "./policies.ts";
import { instantOf } from "./time.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A weapon that lost power restarts at 2000-01-01 (contract §2): a time before this was never set. */
const FIRST_CREDIBLE_MS = Date.parse("2001-01-01T00:00:00.000Z");
/** How far a measured offset may be from whole hours and still look like a wrong time zone (contract §2). */
const ZONE_TOLERANCE_MS = 2000;

/** What is known of a device's clock: true time = device time − `offsetMs`, within ± `uncertaintyMs`. */
export type ClockReading = {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  readonly basis: "measured" | "assumed" | "untrusted";
};

/** One delivery's word about a device's clock. */
export type ClockClaim = {
  readonly clock: DeviceClock | undefined;
  readonly receivedAtMs: number;
  readonly model: string | undefined;
  /** Whether the device's own log says that its clock was set between the event and the delivery. */
  readonly resynced?: boolean;
};

/** When the data left the device: the gateway's clock, else the receipt (ms). */
export function deliveredAtMs(claim: Pick<ClockClaim, "clock" | "receivedAtMs">): number {
  const gateway = claim.clock?.gatewayClock;
  return gateway === undefined ? claim.receivedAtMs : instantOf(gateway);
}

/**
 * Reads a device time (ms) by the clock of its delivery, as in contract §2.
 *
 * The uncertainty (ms, rounded up) is that of the true instant `uncertainAtMs`, by default the event's own: an
 * incident takes the uncertainty of all its events at its start.
 */
export function readClock(
  deviceMs: number,
  claim: ClockClaim,
  policy: Policy,
  uncertainAtMs?: number,
): ClockReading {
  const { clock } = claim;
  const { resolutionSeconds, driftPpm } = clockValuesOf(policy, claim.model);
  const widened = (elapsedMs: number): number =>
    Math.ceil(resolutionSeconds * 1000 + (driftPpm * Math.abs(elapsedMs)) / 1_000_000);
  const deliveredMs = deliveredAtMs(claim);
  const syncedMs = clock?.lastSyncedAt === undefined ? Number.NaN : instantOf(clock.lastSyncedAt);
  const reading = measured() ?? assumed();
  const trueMs = deviceMs - reading.offsetMs;
  const credible =
    clock?.unset !== true &&
    deviceMs >= FIRST_CREDIBLE_MS &&
    trueMs <= deliveredMs + widenedAt(trueMs, reading);
  return credible ? reading : { ...reading, offsetMs: 0, basis: "untrusted" };

  function measured(): ClockReading | undefined {
    if (clock?.deviceClock === undefined || clock.gatewayClock === undefined || claim.resynced)
      return undefined;
    const offsetMs = instantOf(clock.deviceClock) - deliveredMs;
    const trueMs = deviceMs - offsetMs;
    if (syncedMs > trueMs && syncedMs <= deliveredMs) return undefined;
    return { offsetMs, uncertaintyMs: widened(deliveredMs - (uncertainAtMs ?? trueMs)), basis: "measured" };
  }

  function assumed(): ClockReading {
    return { offsetMs: 0, uncertaintyMs: assumedUncertainty(uncertainAtMs ?? deviceMs), basis: "assumed" };
  }

  function assumedUncertainty(atMs: number): number {
    return widened(syncedMs <= atMs ? atMs - syncedMs : policy.assumedSyncAgeDays * DAY);
  }

  function widenedAt(atMs: number, of: ClockReading): number {
    return of.basis === "measured" ? widened(deliveredMs - atMs) : assumedUncertainty(atMs);
  }
}

/**
 * Reads the clock of something that lasts (ms): nothing is delivered before it has ended, so an end later than its
 * delivery tells as much against a clock as a beginning.
 */
export function readClockOver(fromMs: number, toMs: number, claim: ClockClaim, policy: Policy): ClockReading {
  const reading = readClock(fromMs, claim, policy);
  const isDelivered = toMs - reading.offsetMs <= deliveredAtMs(claim) + reading.uncertaintyMs;
  return isDelivered ? reading : { ...reading, offsetMs: 0, basis: "untrusted" };
}

/** Whether a measured offset looks like a clock set to another time zone (flag `TIME_ZONE_SUSPECTED`). */
export function looksLikeTimeZone(reading: ClockReading): boolean {
  if (reading.basis !== "measured") return false;
  const hours = Math.round(reading.offsetMs / HOUR);
  return hours !== 0 && Math.abs(reading.offsetMs - hours * HOUR) <= ZONE_TOLERANCE_MS;
}
