import type { Policy } from "#contracts/force.ts";
import type { Booking } from "#contracts/register.ts";
import type { ReportRecord } from "#contracts/report.ts";
import type { WeaponRow } from "#contracts/weapon-log.ts";
import { deliveredAtMs, readClock } from "#domain/time/clocks.ts";
import type { Interval } from "#domain/time/intervals.ts";
import { policyAt } from "#domain/time/policies.ts";
import { type Carriage, carriagesOf, carriersAt, lastCarriageBefore } from "./bookings.ts";
import { eventTimeOf, OVER_BOTH_HOURS, placesOf } from "./event-times.ts";
import { chooseIncident } from "./join-reports.ts";
import { kindOfRow, type RowKind } from "./row-kinds.ts";
import { clockSettings, type PlacedRow, placeRow, type RowContext } from "./weapon-rows.ts";

/** Enough to say that the log has a gap; a jump of millions of numbers must not fill a record. */
const MISSING_LISTED = 1000;
/** Where an untrusted event may lie when nobody ever booked the weapon: after clocks could be right at all. */
const EARLIEST_MS = Date.parse("2001-01-01T00:00:00.000Z");

/**
 * Rows of one weapon that make one use, one test or one training.
 *
 * `startMs` to `endMs` is C at zero shift; for untrusted rows it is where the event may lie at all.
 */
export type RowGroup = {
  readonly kind: RowKind;
  /** Ascending. */
  readonly seqs: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly uncertaintyMs: number;
  readonly untrusted: boolean;
  /** `time-sync` rows that a judgement of this group needs beside its rows. */
  readonly syncSeqs: readonly number[];
  /** Missing numbers inside or directly beside the rows, between the weapon's lowest and highest known. */
  readonly missingSeqs: readonly number[];
};

export type LogToSegment = {
  /** All known rows of one weapon. */
  readonly rows: readonly WeaponRow[];
  readonly bookings: readonly Booking[];
  /** The latest revision of each report that may join an incident of this weapon. */
  readonly reports: readonly ReportRecord[];
  readonly policies: readonly Policy[];
  readonly timeZone: string;
};

/**
 * Cuts a weapon's memory into uses, tests and trainings (contract §4). Groups come in order of their first row; the
 * order of rows, bookings and reports does not matter.
 */
export function segmentRows(log: LogToSegment): readonly RowGroup[] {
  const timeSyncs = log.rows.filter(({ event }) => event.type === "time-sync");
  const knownSeqs = log.rows.map(({ event }) => event.seq).sort((a, b) => a - b);
  const context: LogContext = {
    policies: log.policies,
    timeZone: log.timeZone,
    syncs: clockSettings(timeSyncs, log.timeZone),
    carriages: carriagesOf(log.rows[0]?.weaponSerial ?? "", log.bookings),
    knownSeqs,
    known: new Set(knownSeqs),
  };
  const placed = log.rows.map((row) => placeRow(row, context));
  return cut(placed, context, reportedTests(placed, context, log.reports))
    .map(({ kind, rows }) => describe(kind, rows, context))
    .sort((a, b) => (a.seqs[0] as number) - (b.seqs[0] as number));
}

type LogContext = RowContext & {
  readonly carriages: readonly Carriage[];
  readonly knownSeqs: readonly number[];
  readonly known: ReadonlySet<number>;
};

type Cut = { readonly kind: RowKind; readonly rows: readonly PlacedRow[] };

function cut(
  placed: readonly PlacedRow[],
  context: LogContext,
  reported: ReadonlySet<number>,
): readonly Cut[] {
  const kinds = placed.map((row) =>
    kindOfRow(row, context.carriages, context, reported.has(row.row.event.seq)),
  );
  return (["test", "training", "use"] as const).flatMap((kind) => {
    const ofKind = placed.filter((_, index) => kinds[index] === kind);
    const trusted = ofKind.filter(({ untrusted }) => !untrusted);
    const untrusted = ofKind.filter((row) => row.untrusted);
    return [...cutTrusted(trusted, context), ...cutUntrusted(untrusted, context)].map((rows) => ({
      kind,
      rows,
    }));
  });
}

/**
 * The variants of an ambiguous local hour under which the rows hold together as one use; all of them where none does.
 */
export function cohesiveVariants(rows: readonly PlacedRow[], context: RowContext): readonly number[] {
  if (rows.every(({ places }) => places.length === 1)) return [0];
  const hold = (variant: number): boolean => cutByTime(rows, variant, context).length === 1;
  const together = [0, 1].filter(hold);
  if (together.length > 0) return together;
  return hold(OVER_BOTH_HOURS) ? [OVER_BOTH_HOURS] : [0, 1];
}

/** Cuts at gaps; where autumn leaves several readings of the hour, the one that tears the fewest uses apart. */
function cutTrusted(rows: readonly PlacedRow[], context: RowContext): readonly (readonly PlacedRow[])[] {
  const first = cutByTime(rows, 0, context);
  if (rows.every(({ places }) => places.length === 1)) return first;
  const others = [1, OVER_BOTH_HOURS].map((variant) => cutByTime(rows, variant, context));
  return others.reduce((fewest, next) => (next.length < fewest.length ? next : fewest), first);
}

function cutByTime(
  rows: readonly PlacedRow[],
  variant: number,
  context: RowContext,
): readonly (readonly PlacedRow[])[] {
  const groups: { start: number; end: number; rows: PlacedRow[] }[] = [];
  for (const { placed, at } of placesOf(rows, variant)) {
    const last = groups.at(-1);
    if (last !== undefined && at.from - last.end <= gapMs(last.start, context)) {
      last.rows.push(placed);
      last.end = Math.max(last.end, at.to);
    } else groups.push({ start: at.from, end: at.to, rows: [placed] });
  }
  return groups.map((group) => group.rows);
}

/** Untrusted times can only be compared while they count on: in one booking, in the order of the memory. */
function cutUntrusted(rows: readonly PlacedRow[], context: LogContext): readonly (readonly PlacedRow[])[] {
  const groups: { start: number; latest: number; end: number; span: Interval; rows: PlacedRow[] }[] = [];
  for (const placed of [...rows].sort((a, b) => a.row.event.seq - b.row.event.seq)) {
    const [at] = placed.places as [Interval];
    const span = whereUntrusted([placed], context.carriages);
    const last = groups.at(-1);
    const joins =
      last !== undefined &&
      last.span.from === span.from &&
      at.from >= last.latest &&
      at.from - last.end <= gapMs(last.span.to, context);
    if (joins) {
      last.rows.push(placed);
      last.latest = at.from;
      last.end = Math.max(last.end, at.to);
    } else groups.push({ start: at.from, latest: at.from, end: at.to, span, rows: [placed] });
  }
  return groups.map((group) => group.rows);
}

function gapMs(atMs: number, { policies, timeZone }: RowContext): number {
  return policyAt(policies, atMs, timeZone).useGapSeconds * 1000;
}

/** The earliest delivery of the rows (ms). */
export function earliestDeliveryMs(rows: readonly PlacedRow[]): number {
  return Math.min(...rows.map(({ claim }) => deliveredAtMs(claim)));
}

/** Where untrusted rows may lie: the weapon's last booking begun before their delivery, else any time before it. */
export function whereUntrusted(rows: readonly PlacedRow[], carriages: readonly Carriage[]): Interval {
  const deliveredMs = earliestDeliveryMs(rows);
  return (
    lastCarriageBefore(carriages, deliveredMs)?.span ?? {
      from: Math.min(EARLIEST_MS, deliveredMs - 1),
      to: deliveredMs,
    }
  );
}

/** The incident's uncertainty: the largest of its rows' at the incident's start (contract §2), in ms. */
export function uncertaintyOf(rows: readonly PlacedRow[], startMs: number, policy: Policy): number {
  return Math.max(
    0,
    ...rows.flatMap(({ places, readings, claim }) =>
      readings.map(({ offsetMs }, index) => {
        const deviceMs = (places[index] as Interval).from + offsetMs;
        return readClock(deviceMs, claim, policy, startMs).uncertaintyMs;
      }),
    ),
  );
}

/** Numbers that a use report joins: those of them that look like tests are uses. */
function reportedTests(
  placed: readonly PlacedRow[],
  context: LogContext,
  reports: readonly ReportRecord[],
): ReadonlySet<number> {
  const groups = cut(placed, context, new Set()).map(({ kind, rows }) => {
    const group = describe(kind, rows, context);
    const officerIds = group.untrusted
      ? (lastCarriageBefore(context.carriages, earliestDeliveryMs(rows))?.officerIds ?? [])
      : carriersAt(context.carriages, firstRowMs(rows, context));
    return { ...group, rows, officerIds, weaponSerial: rows[0]?.row.weaponSerial };
  });
  const joined = reports.map(({ report }) =>
    chooseIncident(report, groups, context.policies, context.timeZone),
  );
  return new Set(joined.flatMap((group) => group?.rows ?? []).map(({ row }) => row.event.seq));
}

function firstRowMs(rows: readonly PlacedRow[], context: RowContext): number {
  const [first] = placesOf(rows, cohesiveVariants(rows, context)[0] as number);
  return first?.at.from as number;
}

function describe(kind: RowKind, rows: readonly PlacedRow[], context: LogContext): RowGroup {
  const seqs = rows.map(({ row }) => row.event.seq).sort((a, b) => a - b);
  const untrusted = rows.some((row) => row.untrusted);
  const shared = {
    kind,
    seqs,
    untrusted,
    syncSeqs: context.syncs.map(({ seq }) => seq).filter((seq) => seq > (seqs[0] as number)),
    missingSeqs: missingBeside(seqs, context.knownSeqs, context.known),
  };
  if (untrusted) {
    const span = whereUntrusted(rows, context.carriages);
    return { ...shared, startMs: span.from, endMs: span.to, uncertaintyMs: 0 };
  }
  const { c } = eventTimeOf(rows, cohesiveVariants(rows, context)[0] as number);
  const policy = policyAt(context.policies, c.from, context.timeZone);
  return { ...shared, startMs: c.from, endMs: c.to, uncertaintyMs: uncertaintyOf(rows, c.from, policy) };
}

/** Numbers missing inside the rows or directly beside them, of those between the weapon's lowest and highest known. */
export function missingBeside(
  seqs: readonly number[],
  knownSeqs: readonly number[],
  known: ReadonlySet<number> = new Set(knownSeqs),
): readonly number[] {
  const [lowest = 0] = knownSeqs;
  const highest = knownSeqs.at(-1) ?? -1;
  const from = Math.max((seqs[0] ?? 0) - 1, lowest);
  const to = Math.min((seqs.at(-1) ?? 0) + 1, highest);
  const missing: number[] = [];
  for (let seq = from; seq <= to && missing.length < MISSING_LISTED; seq += 1)
    if (!known.has(seq)) missing.push(seq);
  return missing;
}
