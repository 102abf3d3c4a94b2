import type { Policy } from "#contracts/force.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { type ClockClaim, type ClockReading, readClock } from "#domain/time/clocks.ts";
import type { Interval } from "#domain/time/intervals.ts";
import { policyAt } from "#domain/time/policies.ts";
import { instantOf, resolveInstants } from "#domain/time/time.ts";

/** What rows are read by: the force's rules and zone, and when the weapon's clock was set. */
export type RowContext = {
  readonly policies: readonly Policy[];
  readonly timeZone: string;
  readonly syncs: readonly ClockSetting[];
};

/** The weapon's clock was set: its place in the memory, and the earliest device time (ms) that it can have. */
type ClockSetting = { readonly weaponSerial: string; readonly seq: number; readonly deviceMs: number };

/** The settings that `time-sync` rows tell of, in the order of the memory. One without a readable time may have been at any time. */
export function clockSettings(timeSyncs: readonly WeaponRow[], timeZone: string): readonly ClockSetting[] {
  return timeSyncs
    .map(({ weaponSerial, event }) => ({
      weaponSerial,
      seq: event.seq,
      deviceMs: resolveInstants(event.at, timeZone)[0] ?? Number.NEGATIVE_INFINITY,
    }))
    .sort((a, b) => a.seq - b.seq);
}

/**
 * A row on the true time line (ms). A local time that autumn repeats leaves two places. The places of an untrusted
 * row are the device's own times: good for what lies between two rows, worthless for when.
 */
export type PlacedRow = {
  readonly row: WeaponRow;
  readonly places: readonly Interval[];
  /** How the clock was read for each of the places: a setting of it can lie between the two. */
  readonly readings: readonly ClockReading[];
  /** The first of them. */
  readonly reading: ClockReading;
  readonly claim: ClockClaim;
  readonly untrusted: boolean;
};

/** Puts a row on the time line by the delivery that it is judged by. */
export function placeRow(row: WeaponRow, context: RowContext): PlacedRow {
  const { policies, timeZone } = context;
  const claim = claimOf(row, context);
  const durationMs = Math.round((row.event.durationSeconds ?? 0) * 1000);
  const readings = resolveInstants(row.event.at, timeZone).map((deviceMs) => ({
    deviceMs,
    reading: readClock(deviceMs, claim, policyAt(policies, deviceMs, timeZone)),
  }));
  const trusted = readings.filter(({ reading }) => reading.basis !== "untrusted");
  const [first] = trusted;
  if (first === undefined) {
    // A local time that spring leaves out is read as it stands: it still says what lies between two rows.
    const from = readings[0]?.deviceMs ?? instantOf(`${row.event.at}Z`);
    const reading: ClockReading = { offsetMs: 0, uncertaintyMs: 0, basis: "untrusted" };
    return {
      row,
      places: [{ from, to: from + durationMs }],
      readings: [reading],
      reading,
      claim,
      untrusted: true,
    };
  }
  const places = trusted.map(({ deviceMs, reading }) => {
    const from = deviceMs - reading.offsetMs;
    return { from, to: from + durationMs };
  });
  const used = trusted.map(({ reading }) => reading);
  return { row, places, readings: used, reading: first.reading, claim, untrusted: false };
}

function claimOf(row: WeaponRow, context: RowContext): ClockClaim {
  const { delivery } = row;
  return {
    clock: delivery.clock,
    receivedAtMs: instantOf(delivery.receivedAt),
    model: delivery.model,
    resynced: wasSetAfter(row, context.syncs),
  };
}

/**
 * Whether the weapon's clock was set after the row and before the row's delivery. The memory's own order tells what
 * came after, since setting a clock can turn its times back.
 */
function wasSetAfter({ weaponSerial, event, delivery }: WeaponRow, syncs: readonly ClockSetting[]): boolean {
  const deviceClock = delivery.clock?.deviceClock;
  if (deviceClock === undefined) return false;
  const deliveredAt = instantOf(deviceClock);
  return syncs.some(
    (sync) => sync.weaponSerial === weaponSerial && sync.seq > event.seq && sync.deviceMs <= deliveredAt,
  );
}
