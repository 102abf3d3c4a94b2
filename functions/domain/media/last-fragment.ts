import { type Box, readBox } from "./boxes.ts";
import { type ByteSource, fourCharacters, viewOf } from "./byte-source.ts";

const SEARCH_BYTES = 1024 * 1024;
const SEARCH_BLOCK = 256 * 1024;
const MOOF = [0x6d, 0x6f, 0x6f, 0x66] as const;

/**
 * The last fragment whose header is whole, looked for from the end of the file.
 *
 * @param from where the known part of the file ends
 */
export async function findLastFragment(source: ByteSource, from: number): Promise<Box | undefined> {
  const stop = Math.max(from, source.bytes - SEARCH_BYTES);
  for (let end = source.bytes; end > stop; end -= SEARCH_BLOCK) {
    const start = Math.max(stop, end - SEARCH_BLOCK);
    const data = await source.read(start, Math.min(source.bytes, end + 16) - start, 0);
    for (let at = data.length - 16; at >= 0; at -= 1) {
      if (!MOOF.every((byte, index) => data[at + 4 + index] === byte)) continue;
      if (fourCharacters(viewOf(data), at + 12) !== "mfhd") continue;
      const box = await readBox(source, start + at, source.bytes);
      if (box && !box.overruns) return box;
    }
  }
  return undefined;
}
