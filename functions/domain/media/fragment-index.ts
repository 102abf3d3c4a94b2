import { type Box, listBoxes, readBody, readBox } from "./boxes.ts";
import { type ByteSource, u64, viewOf } from "./byte-source.ts";
import type { Warnings } from "./warnings.ts";

/** Where fragments begin, in the order of the file. */
export type FragmentIndex = {
  /** Offset and start (seconds of the presentation's own clock) of each. */
  readonly entries: readonly { readonly offset: number; readonly seconds: number }[];
  /** Seconds at which the last one ends, when the index says so. */
  readonly end: number | undefined;
};

/** Nine hours of fragments of a second; a longer index is left aside. */
const INDEX_BYTES = 1024 * 1024;

/** `sidx`, ISO 14496-12 §8.16.3; undefined when it describes no more than one fragment, or other indexes. */
export async function readSegmentIndex(source: ByteSource, sidx: Box): Promise<FragmentIndex | undefined> {
  const version = (await readBody(source, sidx, 12)).getUint8(0);
  const head = version === 0 ? 24 : 32;
  const view = await readBody(source, sidx, head, INDEX_BYTES);
  const timescale = view.getUint32(8);
  let ticks = version === 0 ? view.getUint32(12) : u64(view, 12);
  let offset = sidx.end + (version === 0 ? view.getUint32(16) : u64(view, 20));
  const count = view.getUint16(head - 2);
  if (timescale === 0 || count < 2 || head + count * 12 > view.byteLength) return undefined;
  const entries: { offset: number; seconds: number }[] = [];
  for (let entry = 0; entry < count; entry += 1) {
    const size = view.getUint32(head + entry * 12);
    if (size & 0x8000_0000) return undefined;
    entries.push({ offset, seconds: ticks / timescale });
    offset += size;
    ticks += view.getUint32(head + entry * 12 + 4);
  }
  return { entries, end: ticks / timescale };
}

/** The last box of a file with `mfra` says how long that is (`mfro`). */
const END_BYTES = 16;

/** `mfra/tfra` of one track, ISO 14496-12 §8.8.10; undefined when the file does not end with one. */
export async function readRandomAccessIndex(
  source: ByteSource,
  track: { readonly id: number; readonly timescale: number },
  warnings: Warnings,
): Promise<FragmentIndex | undefined> {
  const end = await source.read(source.bytes - END_BYTES, END_BYTES);
  if (end.length < END_BYTES || String.fromCharCode(...end.subarray(4, 8)) !== "mfro") return undefined;
  const size = viewOf(end).getUint32(12);
  const mfra = size <= source.bytes ? await readBox(source, source.bytes - size, source.bytes) : undefined;
  if (mfra?.type !== "mfra") return undefined;
  for (const box of await listBoxes(source, mfra, warnings)) {
    if (box.type === "tfra" && (await readBody(source, box, 16)).getUint32(4) === track.id) {
      return readAccessPoints(source, box, track.timescale);
    }
  }
  return undefined;
}

async function readAccessPoints(
  source: ByteSource,
  tfra: Box,
  timescale: number,
): Promise<FragmentIndex | undefined> {
  const view = await readBody(source, tfra, 16, INDEX_BYTES);
  const wide = view.getUint8(0) === 1;
  const lengths = view.getUint32(8);
  const numbers = ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3) + 3;
  const entryBytes = (wide ? 16 : 8) + numbers;
  const count = view.getUint32(12);
  if (16 + count * entryBytes > view.byteLength) return undefined;
  const entries: { offset: number; seconds: number }[] = [];
  for (let entry = 0; entry < count; entry += 1) {
    const at = 16 + entry * entryBytes;
    const ticks = wide ? u64(view, at) : view.getUint32(at);
    const offset = wide ? u64(view, at + 8) : view.getUint32(at + 4);
    const before = entries.at(-1);
    // Several key pictures of one fragment have an entry each.
    if (before && offset === before.offset) continue;
    if (before && offset < before.offset) return undefined;
    entries.push({ offset, seconds: ticks / timescale });
  }
  return entries.length < 2 ? undefined : { entries, end: undefined };
}
