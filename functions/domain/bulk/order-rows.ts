import { extentOf } from "./columns.ts";

/** Digits of 12 bits: few enough counters to stay in the nearest cache, and two years of ms in three rounds. */
const DIGIT_BITS = 12;
const DIGITS = 2 ** DIGIT_BITS;
/** An instant is split into two whole numbers of 32 bits, the lower of two digits, the upper of three. */
const UPPER = DIGITS ** 2;

/** Rows by group: those of group g are `rows[first[g]]` up to but not including `rows[first[g + 1]]`. */
export type Groups = { readonly first: Int32Array; readonly rows: Int32Array };

/** The rows, in the given order, by group, which are numbers from 0; rows of one that is negative are left out. */
export function groupRows(
  group: Int32Array,
  groups: number,
  order: Int32Array = inTurn(group.length),
): Groups {
  const first = new Int32Array(groups + 1);
  for (let row = 0; row < group.length; row += 1) {
    const each = group[row] as number;
    if (each >= 0) first[each + 1] = (first[each + 1] as number) + 1;
  }
  for (let each = 1; each <= groups; each += 1)
    first[each] = (first[each] as number) + (first[each - 1] as number);
  const rows = new Int32Array(first[groups] as number);
  const next = first.slice();
  for (let place = 0; place < order.length; place += 1) {
    const row = order[place] as number;
    const each = group[row] as number;
    if (each < 0) continue;
    const to = next[each] as number;
    rows[to] = row;
    next[each] = to + 1;
  }
  return { first, rows };
}

/** The rows of one group. */
export function rowsOf({ first, rows }: Groups, group: number): Int32Array {
  return rows.subarray(first[group], first[group + 1]);
}

function inTurn(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row += 1) rows[row] = row;
  return rows;
}

/**
 * The rows in ascending order of their instants (whole ms, less than 2⁵³ apart), equal ones as they came. Ordered
 * digit by digit, which is several times faster than comparing rows two by two.
 */
export function rowsInOrder(at: Float64Array): Int32Array {
  const count = at.length;
  const { least, most } = extentOf(at);
  const upper = new Int32Array(count);
  const lower = new Int32Array(count);
  let rows = inTurn(count);
  for (let row = 0; row < count; row += 1) {
    const since = (at[row] as number) - least;
    upper[row] = since / UPPER;
    lower[row] = since % UPPER;
  }
  const digit = new Int32Array(count);
  for (let round = 0; DIGITS ** round <= most - least; round += 1) {
    const half = round < 2 ? lower : upper;
    const shift = (round < 2 ? round : round - 2) * DIGIT_BITS;
    for (let row = 0; row < count; row += 1) digit[row] = ((half[row] as number) >>> shift) & (DIGITS - 1);
    rows = groupRows(digit, DIGITS, rows).rows;
  }
  return rows;
}
