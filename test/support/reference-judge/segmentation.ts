import type { Policy } from "#contracts/force.ts";
import type { Booking } from "#contracts/register.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { policyAt, toMs } from "./instants.ts";
import { inOrder, isTrusted, type TimedRow, timesOf, USE_TYPES } from "./timed-rows.ts";

export type RowKind = "USE" | "TEST" | "TRAINING";
export type RowGroup = {
  readonly kind: RowKind;
  readonly trusted: boolean;
  readonly seqs: readonly number[];
};

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
function rowKind(timed: TimedRow, bookings: readonly Booking[], policy: Policy, reported: boolean): RowKind {
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

/** A test is the easiest place to hide a use: a row is one only if it is at each of the times that it may mean. */
export function kindOfReadings(
  readings: readonly TimedRow[],
  { bookings, policies, timeZone, reported }: Omit<Log, "weaponSerial" | "rows">,
): RowKind {
  const kinds = readings.map((row) =>
    rowKind(row, bookings, policyAt(policies, timeZone, row.span.from), reported?.(row.row) ?? false),
  );
  return kinds.find((kind) => kind !== "TEST") ?? "TEST";
}

/** Rows and where they lie, when the repeated hour of autumn is read in one way. */
type Placement = readonly TimedRow[];

/**
 * The ways in which a memory may mean the hour that autumn repeats: all of it the first time, all of it the second
 * time, or the first time until its local times go back, the second time from then on.
 */
function placementsOf(readings: readonly (readonly TimedRow[])[]): Placement[] {
  const bySeq = [...readings].sort((a, b) => seqOf(a) - seqOf(b));
  const crossing: TimedRow[] = [];
  let isSecond = false;
  for (const reading of bySeq) {
    const before = crossing.at(-1);
    const first = at(reading, 0);
    isSecond ||= before !== undefined && first.span.from < before.span.from;
    crossing.push(at(reading, isSecond ? 1 : 0));
  }
  return [bySeq.map((each) => at(each, 0)), bySeq.map((each) => at(each, 1)), crossing];
}

const seqOf = (reading: readonly TimedRow[]): number => at(reading, 0).row.event.seq;

function at(reading: readonly TimedRow[], which: number): TimedRow {
  const found = reading[which] ?? reading[0];
  if (found === undefined) throw new RangeError("a row has a time");
  return found;
}

type Group = { readonly start: number; end: number; readonly rows: TimedRow[] };

/** Rows of one kind, all trusted or all not, cut where more than the gap lies between them. */
function cutAtGaps(rows: Placement, { policies, timeZone }: Log): Group[] {
  const groups: Group[] = [];
  for (const row of inOrder(rows)) {
    const last = groups.at(-1);
    const gap = toMs(policyAt(policies, timeZone, last?.start ?? row.span.from).useGapSeconds);
    if (last !== undefined && row.span.from - last.end <= gap) {
      last.rows.push(row);
      last.end = Math.max(last.end, row.span.to);
    } else groups.push({ start: row.span.from, end: row.span.to, rows: [row] });
  }
  return groups;
}

/** §4: which rows make which use, test or training. A reading of the autumn that tears fewer uses apart is taken. */
export function segmentReference(log: Log): RowGroup[] {
  const { policies, timeZone } = log;
  const syncs = log.rows.filter((row) => row.event.type === "time-sync");
  const readings = log.rows
    .filter(({ event }) => event.type === "test" || USE_TYPES.includes(event.type))
    .map((row) => timesOf(row, syncs, policies, timeZone));
  const kindOf = (reading: readonly TimedRow[]): RowKind => kindOfReadings(reading, log);
  return (["USE", "TEST", "TRAINING"] as const).flatMap((kind) =>
    [true, false].flatMap((trusted) => {
      const rows = readings.filter((each) => kindOf(each) === kind && isTrusted(at(each, 0)) === trusted);
      const cuts = placementsOf(rows).map((placement) => cutAtGaps(placement, log));
      const fewest = cuts.reduce((best, next) => (next.length < best.length ? next : best));
      return fewest.map((group) => ({
        kind,
        trusted,
        seqs: group.rows.map(({ row }) => row.event.seq).sort((a, b) => a - b),
      }));
    }),
  );
}
