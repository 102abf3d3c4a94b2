import { grown, type KeyedSpans, NONE, pick } from "./columns.ts";
import { occupiedCells } from "./occupied-cells.ts";
import { groupRows, rowsInOrder } from "./order-rows.ts";

/** Rows of two lists of spans that have a key and an instant in common: entry i pairs `few[i]` with `many[i]`. */
export type Matches = { readonly few: Int32Array; readonly many: Int32Array };

/**
 * Which spans of two lists overlap and share their key, each pair once. The first list is put in order, which should be
 * the shorter; the second is only run through. A span of the second that is no longer than most is found in log n steps;
 * of the first, very long ones among short ones cost a look at each of their key that begins before.
 */
export function matchSpans(few: KeyedSpans, many: KeyedSpans, keys: number): Matches {
  const index = indexOf(few, keys);
  const mayOverlap = occupiedCells(few, keys);
  const found = growingPairs();
  for (let row = 0; row < many.key.length; row += 1) {
    const key = many.key[row] as number;
    const from = many.from[row] as number;
    const to = many.to[row] as number;
    if (key < 0 || key >= keys || !(from < to) || !mayOverlap(key, from, to)) continue;
    const end = index.first[key + 1] as number;
    for (
      let place = firstReaching(from, index.reach, index.first[key] as number, end);
      place < end && (index.from[place] as number) < to;
      place += 1
    ) {
      if ((index.to[place] as number) > from) found.push(index.rows[place] as number, row);
    }
  }
  return found.done();
}

type SpanIndex = {
  readonly first: Int32Array;
  readonly rows: Int32Array;
  /** By key, then start. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** The latest end of this and all earlier spans of the key. */
  readonly reach: Float64Array;
};

function indexOf({ key, from, to }: KeyedSpans, keys: number): SpanIndex {
  const { first, rows } = groupRows(withTime({ key, from, to }), keys, rowsInOrder(from));
  const reach = new Float64Array(rows.length);
  for (let each = 0; each < keys; each += 1) {
    let latest = Number.NEGATIVE_INFINITY;
    for (let place = first[each] as number; place < (first[each + 1] as number); place += 1) {
      latest = Math.max(latest, to[rows[place] as number] as number);
      reach[place] = latest;
    }
  }
  return { first, rows, from: pick(from, rows), to: pick(to, rows), reach };
}

/** The keys of spans that hold any time, and none for the others. */
function withTime({ key, from, to }: KeyedSpans): Int32Array {
  const keys = key.slice();
  for (let row = 0; row < keys.length; row += 1)
    if ((from[row] as number) >= (to[row] as number)) keys[row] = NONE;
  return keys;
}

/** The first place in [low, end) whose reach goes past the instant, else the end. */
function firstReaching(instant: number, reach: Float64Array, low: number, end: number): number {
  let from = low;
  let to = end;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((reach[middle] as number) > instant) to = middle;
    else from = middle + 1;
  }
  return from;
}

function growingPairs(): { push: (few: number, many: number) => void; done: () => Matches } {
  let few: Int32Array = new Int32Array(1024);
  let many: Int32Array = new Int32Array(1024);
  let length = 0;
  return {
    push(a, b) {
      if (length === few.length) {
        few = grown(few);
        many = grown(many);
      }
      few[length] = a;
      many[length] = b;
      length += 1;
    },
    done: () => ({ few: few.subarray(0, length), many: many.subarray(0, length) }),
  };
}
