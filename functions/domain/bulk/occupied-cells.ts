import { extentOf, type KeyedSpans } from "./columns.ts";

/** One bit in sixteen is set or so: most of what overlaps nothing is told by one look. */
const CELLS_PER_SPAN = 16;

/** Says of a span whether one of its key may overlap it; never no where one does. */
export type MayOverlap = (key: number, from: number, to: number) => boolean;

/** The time of the spans, cut into equal cells for each key, with a bit for those that a span of the key touches. */
export function occupiedCells({ key, from, to }: KeyedSpans, keys: number): MayOverlap {
  const { least } = extentOf(from);
  const { most } = extentOf(to);
  const cells = Math.ceil((CELLS_PER_SPAN * key.length) / keys);
  const perMs = cells / (most - least + 1);
  const cellOf = (at: number): number => Math.max(0, Math.min(Math.floor((at - least) * perMs), cells - 1));
  const bits = new Int32Array(Math.ceil((cells * keys) / 32));
  for (let row = 0; row < key.length; row += 1) {
    const base = (key[row] as number) * cells;
    if (base < 0) continue;
    const end = base + cellOf(to[row] as number);
    for (let cell = base + cellOf(from[row] as number); cell <= end; cell += 1)
      bits[cell >>> 5] = (bits[cell >>> 5] as number) | (1 << (cell & 31));
  }
  return (of, start, end) => {
    const last = of * cells + cellOf(end);
    for (let cell = of * cells + cellOf(start); cell <= last; cell += 1)
      if (((bits[cell >>> 5] as number) >>> (cell & 31)) & 1) return true;
    return false;
  };
}
