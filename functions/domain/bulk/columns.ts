/**
 * Many entries as columns: row i of each column is one entry, so that a million cost no object each. Instants are whole
 * milliseconds since 1970 on the true time line, spans are half-open. Officers, cameras, weapons and recordings are
 * small whole numbers that the caller deals out from 0; nobody and nothing is `NONE`.
 */
export const NONE = -1;

/** Spans that belong to somebody or something. Those without a key, or without any time, overlap nothing. */
export type KeyedSpans = {
  readonly key: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
};

export type IncidentColumns = {
  /** Who used the weapon; `NONE` where nobody is known. */
  readonly officer: Int32Array;
  /** `NONE` where only a report without a weapon is known. */
  readonly weapon: Int32Array;
  /** C = [eventFrom, eventTo). */
  readonly eventFrom: Float64Array;
  readonly eventTo: Float64Array;
  /** W = [requiredFrom, requiredTo), which holds C. */
  readonly requiredFrom: Float64Array;
  readonly requiredTo: Float64Array;
};

/** Clips that can count: accepted, original, of body-worn and weapon-mounted cameras. One may be given repeatedly. */
export type ClipColumns = {
  readonly camera: Int32Array;
  /** The run of the camera that the clip is a file of. */
  readonly recording: Int32Array;
  /** The weapon that a weapon-mounted camera's recording is paired to, else `NONE`. */
  readonly weapon: Int32Array;
  /** What of the clip plays: [from, to). */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Holes in the pictures of over a second, their keys the rows of the clips that have them. */
  readonly gaps: KeyedSpans;
};

/** Who carried which camera, [from, to); an end that nobody knows is Infinity. */
export type BookingColumns = {
  readonly camera: Int32Array;
  readonly officer: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
};

/** How many numbers from 0 there are up to the highest of these. */
export function countOf(numbers: Int32Array): number {
  let most = -1;
  for (let row = 0; row < numbers.length; row += 1) most = Math.max(most, numbers[row] as number);
  return most + 1;
}

/** The least and the most of a column; of an empty one, infinite the wrong way round. */
export function extentOf(column: Float64Array): { readonly least: number; readonly most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < column.length; row += 1) {
    least = Math.min(least, column[row] as number);
    most = Math.max(most, column[row] as number);
  }
  return { least, most };
}

/** The rows that have a number. */
export function rowsWithNumber(numbers: Int32Array): Int32Array {
  const rows = new Int32Array(numbers.length);
  let length = 0;
  for (let row = 0; row < numbers.length; row += 1) {
    if (numbers[row] === NONE) continue;
    rows[length] = row;
    length += 1;
  }
  return rows.subarray(0, length);
}

/** The column's values at these rows. */
export function pick<Column extends Int32Array | Float64Array>(column: Column, rows: Int32Array): Column {
  const picked = emptyLike(column, rows.length);
  for (let place = 0; place < rows.length; place += 1)
    picked[place] = column[rows[place] as number] as number;
  return picked;
}

/** The same values with room for as many again. */
export function grown<Column extends Int32Array | Float64Array>(column: Column): Column {
  const larger = emptyLike(column, column.length * 2);
  larger.set(column);
  return larger;
}

function emptyLike<Column extends Int32Array | Float64Array>(column: Column, length: number): Column {
  return new (column.constructor as new (length: number) => Column)(length);
}
