import type { Policy } from "#contracts/force.ts";
import type { Booking } from "#contracts/register.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { deliveredAt } from "./clock-readings.ts";
import { policyAt, toMs } from "./instants.ts";
import { inOrder, isTrusted, type TimedRow, timesOf, USE_TYPES } from "./timed-rows.ts";

export type RowKind = "USE" | "TEST" | "TRAINING";
export type RowGroup = { readonly kind: RowKind; readonly seqs: readonly number[] };

export type Log = {
  readonly weaponSerial: string;
  readonly rows: readonly WeaponRow[];
  readonly bookings: readonly Booking[];
  readonly policies: readonly Policy[];
  readonly timeZone: string;
  /** Does a use report join the row? */
  readonly reported?: (row: WeaponRow) => boolean;
};

const TEST_LIMIT_MS = 5500;

/** §4, row kinds. */
export function rowKind(
  timed: TimedRow,
  bookings: readonly Booking[],
  policy: Policy,
  reported: boolean,
): RowKind {
  const { event } = timed.row;
  if (event.type === "test") return "TEST";
  const kind = event.cartridge?.kind ?? "unknown";
  if (kind === "training" || kind === "inert" || kind === "halt") return "TRAINING";
  const spark = event.type === "arc" || event.type === "trigger";
  const short = toMs(event.durationSeconds ?? 0) <= TEST_LIMIT_MS;
  const window = policy.testWindowMinutes * 60_000;
  const atBookingOut =
    isTrusted(timed) &&
    bookings.some(
      (booking) =>
        booking.deviceSerial === timed.row.weaponSerial &&
        Math.abs(Date.parse(booking.from) - timed.span.from) <= window,
    );
  return spark && short && kind === "none" && atBookingOut && !reported ? "TEST" : "USE";
}

/** §4: which rows make which use, test or training, each in the order of its rows. */
export function segmentReference(log: Log): RowGroup[] {
  const { policies, timeZone } = log;
  const syncs = log.rows.filter((row) => row.event.type === "time-sync");
  const relevant = log.rows.filter(({ event }) => event.type === "test" || USE_TYPES.includes(event.type));
  const timed = inOrder(relevant.flatMap((row) => timesOf(row, syncs, policies, timeZone).slice(0, 1)));
  const groups: { kind: RowKind; trusted: boolean; delivery: number; end: number; rows: TimedRow[] }[] = [];
  for (const row of timed) {
    const policy = policyAt(policies, timeZone, isTrusted(row) ? row.span.from : deliveredAt(row.delivered));
    const kind = rowKind(row, log.bookings, policy, log.reported?.(row.row) ?? false);
    const trusted = isTrusted(row);
    const delivery = deliveredAt(row.delivered);
    const before = groups.findLast(
      (group) => group.kind === kind && group.trusted === trusted && (trusted || group.delivery === delivery),
    );
    if (before !== undefined && row.span.from - before.end <= toMs(policy.useGapSeconds)) {
      before.rows.push(row);
      before.end = Math.max(before.end, row.span.to);
    } else groups.push({ kind, trusted, delivery, end: row.span.to, rows: [row] });
  }
  return groups.map((group) => ({ kind: group.kind, seqs: group.rows.map(({ row }) => row.event.seq) }));
}
