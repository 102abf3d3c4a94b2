import type { CoverOutcome } from "#contracts/verdict.ts";
import type { BookingColumns, ClipColumns, IncidentColumns } from "./columns.ts";
import { countingClips } from "./counting-clips.ts";
import { coveringPieces, type Pieces } from "./covering-pieces.ts";

/** What the numbers in `BulkCover.outcome` stand for. */
export const BULK_OUTCOMES = [
  "UNRECORDED",
  "PARTLY_RECORDED",
  "RECORDED",
] as const satisfies readonly CoverOutcome[];

/** One entry for each incident, in their order: covered ms of W before C, of C, and of W after C. */
export type BulkCover = {
  readonly before: Float64Array;
  readonly during: Float64Array;
  readonly after: Float64Array;
  /** Places in `BULK_OUTCOMES`. */
  readonly outcome: Uint8Array;
};

/**
 * What the officers' own and the weapons' cameras recorded of many incidents, at zero shift: the milliseconds and the
 * outcome that `judge` gives an incident whose clocks are exact and whose carriers are known (contract §5 and §6), in
 * n log n. Clips of one recording with at most `joinMs` between them are continuous. Neither the order of entries nor
 * their repetition changes anything.
 */
export function coverInBulk(
  incidents: IncidentColumns,
  clips: ClipColumns,
  bookings: BookingColumns,
  joinMs: number,
): BulkCover {
  // A hole that reaches into W is covered only if both clips beside it are seen, of which neither need touch W.
  const counting = countingClips(incidents, clips, bookings, joinMs);
  const cover = coveredMs(incidents, coveringPieces(counting, clips, joinMs));
  return { ...cover, outcome: outcomesOf(incidents, cover) };
}

type CoveredMs = Omit<BulkCover, "outcome">;

function outcomesOf(
  { requiredFrom, requiredTo }: IncidentColumns,
  { before, during, after }: CoveredMs,
): Uint8Array {
  const outcome = new Uint8Array(during.length);
  for (let row = 0; row < outcome.length; row += 1) {
    const covered = (before[row] as number) + (during[row] as number) + (after[row] as number);
    const isWhole = covered === (requiredTo[row] as number) - (requiredFrom[row] as number);
    const isPart = (during[row] as number) > 0;
    outcome[row] = BULK_OUTCOMES.indexOf(isWhole ? "RECORDED" : isPart ? "PARTLY_RECORDED" : "UNRECORDED");
  }
  return outcome;
}

/** Of each incident's pieces in their order, what none of those before has covered yet counts. */
function coveredMs(incidents: IncidentColumns, pieces: Pieces): CoveredMs {
  const { eventFrom, eventTo, requiredFrom, requiredTo } = incidents;
  const count = eventFrom.length;
  const cover = {
    before: new Float64Array(count),
    during: new Float64Array(count),
    after: new Float64Array(count),
  };
  const reached = requiredFrom.slice();
  for (let piece = 0; piece < pieces.incident.length; piece += 1) {
    const incident = pieces.incident[piece] as number;
    const from = Math.max(pieces.from[piece] as number, reached[incident] as number);
    const to = Math.min(pieces.to[piece] as number, requiredTo[incident] as number);
    if (from >= to) continue;
    reached[incident] = to;
    const start = eventFrom[incident] as number;
    const end = eventTo[incident] as number;
    add(cover.before, incident, Math.min(to, start) - from);
    add(cover.during, incident, Math.min(to, end) - Math.max(from, start));
    add(cover.after, incident, to - Math.max(from, end));
  }
  return cover;
}

function add(column: Float64Array, row: number, ms: number): void {
  if (ms > 0) column[row] = (column[row] as number) + ms;
}
