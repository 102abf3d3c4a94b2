import type { Policy } from "#contracts/force.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { type Delivered, deliveredAt, type Reading, readClock } from "./clock-readings.ts";
import { instantsOf, policyAt, toMs } from "./instants.ts";
import type { Span } from "./spans.ts";

/** One row at one of the times that it may mean, at zero shift. */
export type TimedRow = {
  readonly row: WeaponRow;
  readonly delivered: Delivered;
  readonly reading: Reading;
  /** True time; for an untrusted row the weapon's own, which only orders. */
  readonly span: Span;
};

export const USE_TYPES = ["armed", "safe", "unholster", "holster", "arc", "trigger"];

/** A `time-sync` row after this one in the memory, and by the weapon's own time before this one's delivery. */
function syncedBetween(row: WeaponRow, syncs: readonly WeaponRow[], timeZone: string): boolean {
  const delivery = Date.parse(row.delivery.clock?.deviceClock ?? row.delivery.receivedAt);
  return syncs.some(
    (sync) =>
      sync.event.type === "time-sync" &&
      sync.event.seq > row.event.seq &&
      instantsOf(sync.event.at, timeZone).some((at) => at <= delivery),
  );
}

/** Every time that a row may mean: one, or two in the hour that autumn repeats. */
export function timesOf(
  row: WeaponRow,
  syncs: readonly WeaponRow[],
  policies: readonly Policy[],
  timeZone: string,
): TimedRow[] {
  const delivered: Delivered = {
    clock: row.delivery.clock,
    receivedAt: Date.parse(row.delivery.receivedAt),
    model: row.delivery.model,
    syncedBetween: syncedBetween(row, syncs, timeZone),
  };
  const duration = toMs(row.event.durationSeconds ?? 0);
  const candidates = instantsOf(row.event.at, timeZone);
  // "one that does not exist (spring) is … untrusted from devices"
  if (candidates.length === 0) {
    const asIfUtc = Date.parse(`${row.event.at}Z`);
    const reading: Reading = { offset: 0, uncertainty: 0, basis: "untrusted" };
    return [{ row, delivered, reading, span: { from: asIfUtc, to: asIfUtc + duration } }];
  }
  const timed = candidates.map((device) => {
    const reading = readClock(device, device, delivered, policyAt(policies, timeZone, device));
    const from = device - reading.offset;
    return { row, delivered, reading, span: { from, to: from + duration } };
  });
  // A candidate that contradicts its delivery is not what was meant while the other does not.
  const trusted = timed.filter(isTrusted);
  return trusted.length > 0 ? trusted : timed.slice(0, 1);
}

export const inOrder = (rows: readonly TimedRow[]): TimedRow[] =>
  [...rows].sort((a, b) => a.span.from - b.span.from || a.row.event.seq - b.row.event.seq);

export const isTrusted = (row: TimedRow): boolean => row.reading.basis !== "untrusted";

/** "at most `useGapSeconds` (inclusive) lie between its start and that use's end" */
export function makeOneUse(rows: readonly TimedRow[], policy: Policy): boolean {
  let end = Number.NEGATIVE_INFINITY;
  for (const [index, row] of inOrder(rows).entries()) {
    if (index > 0 && row.span.from - end > toMs(policy.useGapSeconds)) return false;
    end = Math.max(end, row.span.to);
  }
  return true;
}

/** One choice out of each list, in every way. */
export function everyChoice<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (choices, list) => choices.flatMap((choice) => list.map((item) => [...choice, item])),
    [[]],
  );
}

/** Earliest delivery of the rows: where untrusted events take their date from. */
export const earliestDelivery = (rows: readonly TimedRow[]): number =>
  Math.min(...rows.map((row) => deliveredAt(row.delivered)));
