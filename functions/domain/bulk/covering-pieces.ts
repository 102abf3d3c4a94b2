import { type ClipColumns, countOf, grown, pick } from "./columns.ts";
import type { Matches } from "./match-spans.ts";
import { groupRows, rowsInOrder } from "./order-rows.ts";

/** Spans that are covered for an incident, by incident and then by start; they may overlap. */
export type Pieces = {
  readonly incident: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
};

/**
 * What the clips (`many`) cover for the incidents (`few`) for which they count: their pictures, and the holes of at most
 * `joinMs` between neighbouring clips of one recording.
 */
export function coveringPieces({ few, many }: Matches, clips: ClipColumns, joinMs: number): Pieces {
  const starts = pick(clips.from, many);
  const ends = pick(clips.to, many);
  const recordings = pick(clips.recording, many);
  const pieces = growingPieces(2 * many.length);
  const addPictures = picturesOf(clips, pieces);
  // How far the clips of each recording reach so far, and for which incident that is so.
  const reach = new Float64Array(countOf(recordings));
  const reachFor = new Int32Array(reach.length).fill(-1);
  const inOrder = groupRows(few, countOf(few), rowsInOrder(starts)).rows;
  for (let place = 0; place < inOrder.length; place += 1) {
    const match = inOrder[place] as number;
    const incident = few[match] as number;
    const recording = recordings[match] as number;
    const start = starts[match] as number;
    const end = ends[match] as number;
    const reached = reachFor[recording] === incident ? (reach[recording] as number) : start;
    if (start - reached <= joinMs) pieces.add(incident, reached, start);
    addPictures(incident, many[match] as number, start, end);
    reach[recording] = Math.max(reached, end);
    reachFor[recording] = incident;
  }
  return pieces.all();
}

/** Adds the pictures of a clip, which are all of it but for its gaps. */
function picturesOf(
  { gaps }: ClipColumns,
  pieces: GrowingPieces,
): (incident: number, clip: number, start: number, end: number) => void {
  const mayHaveGaps = countOf(gaps.key);
  const { first, rows } = groupRows(gaps.key, mayHaveGaps, rowsInOrder(gaps.from));
  return (incident, clip, start, end) => {
    let from = start;
    if (clip < mayHaveGaps) {
      for (let place = first[clip] as number; place < (first[clip + 1] as number); place += 1) {
        const gap = rows[place] as number;
        pieces.add(incident, from, Math.min(gaps.from[gap] as number, end));
        from = Math.max(from, gaps.to[gap] as number);
      }
    }
    pieces.add(incident, from, end);
  };
}

type GrowingPieces = {
  /** Puts a piece in its place among those of the last incident. One without any time is left out. */
  readonly add: (incident: number, from: number, to: number) => void;
  readonly all: () => Pieces;
};

function growingPieces(expected: number): GrowingPieces {
  let incidents: Int32Array = new Int32Array(expected);
  let starts: Float64Array = new Float64Array(expected);
  let ends: Float64Array = new Float64Array(expected);
  let length = 0;
  return {
    add(incident, from, to) {
      if (from >= to) return;
      if (length === incidents.length) {
        incidents = grown(incidents);
        starts = grown(starts);
        ends = grown(ends);
      }
      // A hole begins before the clip that closes it, and a clip may begin before the last part of the one before.
      let place = length;
      for (
        ;
        place > 0 && incidents[place - 1] === incident && (starts[place - 1] as number) > from;
        place -= 1
      ) {
        starts[place] = starts[place - 1] as number;
        ends[place] = ends[place - 1] as number;
      }
      incidents[length] = incident;
      starts[place] = from;
      ends[place] = to;
      length += 1;
    },
    all: () => ({
      incident: incidents.subarray(0, length),
      from: starts.subarray(0, length),
      to: ends.subarray(0, length),
    }),
  };
}
