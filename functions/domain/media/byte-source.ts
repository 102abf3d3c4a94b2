import { MIB, type ReadRange } from "#contracts/footage.ts";
import { UnusableFile } from "./unusable-file.ts";

/** What one file may cost. The wall clock is the caller's; here every loop ends with the bytes read. */
export const BUDGET = { requests: 64, bytes: 4 * MIB, boxesPerLevel: 4096 } as const;

/**
 * A header's request also brings what stands beside it: the end of the table before (its last entry is
 * wanted for checks) and the small boxes behind. 8 KiB in all is what a whole index without its large
 * tables takes.
 */
const BEHIND = 1024;
const AHEAD = 7 * 1024;

export type ByteSource = {
  /** Size of the file. */
  readonly bytes: number;
  /**
   * Bytes [from, from + length), fewer at the end of the file.
   * @param ahead how many bytes from `from` on one request should bring; 0 for exactly `length`
   * @throws UnusableFile BUDGET_EXCEEDED
   */
  read(from: number, length: number, ahead?: number): Promise<Uint8Array>;
  requestsLeft(): number;
  bytesLeft(): number;
};

type Window = { readonly from: number; readonly data: Uint8Array };

/** Reads through a budget and remembers what it read: no byte is asked for twice for two neighbours. */
export function createByteSource(bytes: number, readRange: ReadRange): ByteSource {
  const windows: Window[] = [];
  let requests = 0;
  let spent = 0;

  const within = (from: number, to: number): Uint8Array | undefined => {
    for (let index = windows.length - 1; index >= 0; index -= 1) {
      const window = windows[index];
      if (window && window.from <= from && to <= window.from + window.data.length) {
        return window.data.subarray(from - window.from, to - window.from);
      }
    }
    return undefined;
  };

  const fetch = async (from: number, to: number): Promise<Window> => {
    requests += 1;
    spent += to - from;
    const data = await readRange(from, to - from);
    const window = { from, data: data.subarray(0, to - from) };
    windows.push(window);
    return window;
  };

  return {
    bytes,
    requestsLeft: () => BUDGET.requests - requests,
    bytesLeft: () => BUDGET.bytes - spent,
    async read(from, length, ahead = AHEAD) {
      const to = Math.min(from + length, bytes);
      if (from < 0 || to <= from) return new Uint8Array();
      const known = within(from, to);
      if (known) return known;
      const left = BUDGET.bytes - spent;
      if (requests >= BUDGET.requests || to - from > left) {
        throw new UnusableFile(
          "BUDGET_EXCEEDED",
          `The file's index takes more than ${BUDGET.requests} reads or ${BUDGET.bytes} bytes to examine.`,
        );
      }
      const start = ahead === 0 || to - from + BEHIND > left ? from : Math.max(0, from - BEHIND);
      const end = Math.min(bytes, Math.max(to, from + ahead), start + left);
      const { data } = await fetch(start, end);
      // A store that gives less than the file's size promises: the rest is not there.
      return data.subarray(from - start, Math.max(from - start, to - start));
    },
  };
}

export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** A 64-bit unsigned number as a double: exact to 9 PB or 9·10¹⁵ ticks, monotone beyond. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}

export function i64(view: DataView, at: number): number {
  return view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
}

/** Four bytes as characters, as boxes and codecs are named. */
export function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}
