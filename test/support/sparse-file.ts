import type { ReadRange } from "#contracts/footage.ts";

/** A file of any size of which only some pieces hold anything; the rest is zeros. */
export type SparseFile = {
  readonly bytes: number;
  readonly readRange: ReadRange;
  readonly pieces: readonly SparsePiece[];
};
export type SparsePiece = { readonly at: number; readonly data: Uint8Array };

/** @param pieces in order, not overlapping */
export function createSparseFile(pieces: readonly SparsePiece[], bytes?: number): SparseFile {
  const last = pieces.at(-1);
  const size = bytes ?? (last ? last.at + last.data.length : 0);
  return {
    bytes: size,
    pieces,
    async readRange(from, length) {
      const result = new Uint8Array(Math.max(0, Math.min(length, size - from)));
      let index = firstTouching(pieces, from);
      for (; index < pieces.length; index += 1) {
        const piece = pieces[index];
        if (!piece || piece.at >= from + result.length) break;
        const start = Math.max(from, piece.at);
        const end = Math.min(from + result.length, piece.at + piece.data.length);
        if (end > start) result.set(piece.data.subarray(start - piece.at, end - piece.at), start - from);
      }
      return result;
    },
  };
}

function firstTouching(pieces: readonly SparsePiece[], from: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const piece = pieces[middle];
    if (piece && piece.at + piece.data.length <= from) low = middle + 1;
    else high = middle;
  }
  return low;
}
