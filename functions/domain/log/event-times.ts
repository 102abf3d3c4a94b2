import type { Interval } from "#domain/time/intervals.ts";
import { modelKey } from "#domain/time/policies.ts";
import type { PlacedRow } from "./weapon-rows.ts";

/** X26E firmware writes one 5 s cycle as several rows: pauses and sums up to these are one cycle (contract §4). */
const SPLIT_PAUSE_MS = 2000;
const SPLIT_SUM_MS = 5500;
const HOUR = 3_600_000;

/** Rows in the hour that autumn repeats lie all in its first run (variant 0), all in its second (1), or in both. */
export const OVER_BOTH_HOURS = 2;

/** One trigger cycle, with the milliseconds of it in which the weapon discharged. */
export type Cycle = Interval & { readonly firedMs: number };

/** One reading of when the event was: C, its cycles, and where each row lies (ms). */
export type EventTime = {
  readonly c: Interval;
  readonly cycles: readonly Cycle[];
  readonly rows: readonly { readonly placed: PlacedRow; readonly at: Interval }[];
};

type RowAt = { readonly placed: PlacedRow; readonly at: Interval };

/** The same event, later by so many milliseconds. */
export function shiftEvent(event: EventTime, byMs: number): EventTime {
  const move = <T extends Interval>(interval: T): T => ({
    ...interval,
    from: interval.from + byMs,
    to: interval.to + byMs,
  });
  return {
    c: move(event.c),
    cycles: event.cycles.map(move),
    rows: event.rows.map(({ placed, at }) => ({ placed, at: move(at) })),
  };
}

/** An event known by its beginning alone: C shorter than 1 ms counts as 1 ms (contract §6). */
export function momentAt(ms: number): EventTime {
  return { c: { from: ms, to: ms + 1 }, cycles: [], rows: [] };
}

/**
 * C and the cycles of the rows of one use (contract §6), each ambiguous row taken at its place number `variant`.
 * At least one row is needed.
 */
export function eventTimeOf(rows: readonly PlacedRow[], variant: number): EventTime {
  const at = placesOf(rows, variant);
  const cycles = cyclesOf(at);
  const span = cycles.length > 0 ? hull(cycles) : spanWithoutDischarge(at);
  return { c: { from: span.from, to: Math.max(span.to, span.from + 1) }, cycles, rows: at };
}

/** The rows in the order of their times, then of the weapon's memory. */
export function placesOf(rows: readonly PlacedRow[], variant: number): readonly RowAt[] {
  const placed = variant === OVER_BOTH_HOURS ? placesOverBothHours(rows) : rows.map(placeAt(variant));
  return placed.toSorted((a, b) => a.at.from - b.at.from || seqOf(a.placed) - seqOf(b.placed));
}

function placeAt(which: number): (placed: PlacedRow) => RowAt {
  return (placed) => ({ placed, at: (placed.places[which] ?? placed.places[0]) as Interval });
}

const seqOf = ({ row }: PlacedRow): number => row.event.seq;

/**
 * Rows that run from the first of autumn's two like hours into the second: where the memory's local times go back,
 * the second has begun.
 */
function placesOverBothHours(rows: readonly PlacedRow[]): readonly RowAt[] {
  let before = Number.NEGATIVE_INFINITY;
  let isSecond = false;
  return [...rows]
    .sort((a, b) => seqOf(a) - seqOf(b))
    .map((placed) => {
      if (placed.places.length === 1) return placeAt(0)(placed);
      const first = placeAt(0)(placed);
      if (first.at.from - before > HOUR) isSecond = false;
      isSecond ||= first.at.from < before;
      const chosen = isSecond ? placeAt(1)(placed) : first;
      before = chosen.at.from;
      return chosen;
    });
}

function cyclesOf(rows: readonly RowAt[]): readonly Cycle[] {
  const cycles: Cycle[] = [];
  for (const { placed, at } of rows.filter(({ placed: { row } }) => row.event.type === "trigger")) {
    const firedMs = at.to - at.from;
    const last = cycles.at(-1);
    if (
      last !== undefined &&
      modelKey(placed.row.delivery.model) === "X26E" &&
      at.from - last.to <= SPLIT_PAUSE_MS &&
      last.firedMs + firedMs <= SPLIT_SUM_MS
    ) {
      cycles[cycles.length - 1] = {
        from: last.from,
        to: Math.max(last.to, at.to),
        firedMs: last.firedMs + firedMs,
      };
    } else cycles.push({ ...at, firedMs });
  }
  return cycles;
}

/** From the first armed/unholster/arc row to the later of the last arc's end and the safe/holster row after them. */
function spanWithoutDischarge(rows: readonly RowAt[]): Interval {
  const typeOf = (row: RowAt): string => row.placed.row.event.type;
  const isShown = (row: RowAt): boolean => ["armed", "unholster", "arc"].includes(typeOf(row));
  const first = rows.findIndex(isShown);
  if (first < 0) return hull(rows.map(({ at }) => at));
  const last = rows.findLastIndex(isShown);
  const putAway = rows.slice(last + 1).find((row) => ["safe", "holster"].includes(typeOf(row)));
  const shown = rows
    .filter(isShown)
    .map(({ at, placed }) => (placed.row.event.type === "arc" ? at.to : at.from));
  return hull([
    {
      from: (rows[first] as RowAt).at.from,
      to: Math.max(...shown, putAway?.at.from ?? Number.NEGATIVE_INFINITY),
    },
  ]);
}

/** The smallest interval that holds all of them; at least one is needed. */
export function hull(intervals: readonly Interval[]): Interval {
  return {
    from: intervals.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY),
    to: intervals.reduce((most, { to }) => Math.max(most, to), Number.NEGATIVE_INFINITY),
  };
}
