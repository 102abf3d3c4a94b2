import { type Box, readBox, readOddBox, tooManyBoxes } from "./boxes.ts";
import { BUDGET, type ByteSource, fourCharacters, viewOf } from "./byte-source.ts";
import type { Warnings } from "./warnings.ts";

/** The outermost boxes, as far as they matter. */
export type Layout = {
  readonly moov: Box | undefined;
  /** The first fragment: from here on the file is read by another walk. */
  readonly firstFragment: Box | undefined;
  /** Index boxes that stand before the first fragment. */
  readonly segmentIndex: Box | undefined;
  readonly brand: string | undefined;
  /** All boxes seen, in order. */
  readonly boxes: readonly Box[];
  /** A box of the recording claims more than the file holds. */
  readonly cutOff: boolean;
};

/** What writers of recordings put between pictures and sound: one that is too long was cut off. */
export const recordingBoxes = new Set("moov moof mdat mfra styp sidx emsg prft free skip".split(" "));

/** So many requests may go into hopping once the index is known: what follows only confirms it. */
const MOST_HOPS = 20;
/** And so many before: a file of many pieces, whose index is then looked for at the end. */
const MOST_HOPS_TO_INDEX = 36;

/**
 * Hops from box to box. Ends at the first fragment, at the end of the file, or where no box can start.
 * When that is before the index, the index is looked for in the last part of the file: cameras are known
 * that write a wrong size into a `free` or `mdat` box and a good index behind it.
 */
export async function readLayout(source: ByteSource, warnings: Warnings): Promise<Layout> {
  const boxes: Box[] = [];
  let moov: Box | undefined;
  let firstFragment: Box | undefined;
  let at = 0;
  const before = source.requestsLeft();
  while (source.bytes - at >= 8) {
    const box = await readOuterBox(source, at);
    if (!box) {
      if (!moov) warnings.note("BOX_DAMAGED", "file", at, "no box can start here");
      else if (!(await isFiller(source, at))) noteTrailer(at, warnings);
      break;
    }
    noteOverrun(box, moov, warnings);
    boxes.push(box);
    if (boxes.length > BUDGET.boxesPerLevel) throw tooManyBoxes("file");
    if (box.type === "moov") {
      if (moov) warnings.note("INDEX_TWICE", "moov", box.start, "a second index was left out");
      moov ??= box;
    }
    if (box.type === "moof" && moov) {
      firstFragment = box;
      break;
    }
    if (before - source.requestsLeft() > (moov ? MOST_HOPS : MOST_HOPS_TO_INDEX)) break;
    at = box.end;
  }
  if (!moov) moov = await searchIndex(source, warnings);
  return {
    moov,
    firstFragment,
    segmentIndex: boxes.find(({ type }) => type === "sidx"),
    brand: await readBrand(source, boxes),
    boxes,
    cutOff: boxes.some(({ overruns, type }) => overruns && recordingBoxes.has(type)),
  };
}

/** A box whose type cannot be spelled counts where another box, or the end of the file, follows it. */
async function readOuterBox(source: ByteSource, at: number): Promise<Box | undefined> {
  const box = await readBox(source, at, source.bytes);
  if (box || (await isFiller(source, at))) return box;
  const odd = await readOddBox(source, at, source.bytes);
  const leadsOn = odd && (odd.end === source.bytes || (await readBox(source, odd.end, source.bytes)));
  return leadsOn ? odd : undefined;
}

export function noteTrailer(at: number, warnings: Warnings): void {
  warnings.note("TRAILING_DATA", "file", at, "what follows is no box");
}

/** Behind the index cameras leave data of their own that is no box and only looks like one. */
function noteOverrun({ overruns, type, start }: Box, moov: Box | undefined, warnings: Warnings): void {
  if (!overruns) return;
  if (moov && !recordingBoxes.has(type))
    warnings.note("TRAILING_DATA", "file", start, "what follows is no box");
  else warnings.note("BOX_OVERRUN", type, start, "longer than the file");
}

/** Reserved space is zeros up to the end. */
export async function isFiller(source: ByteSource, at: number): Promise<boolean> {
  return (await source.read(at, 8)).every((byte) => byte === 0);
}

async function readBrand(source: ByteSource, boxes: readonly Box[]): Promise<string | undefined> {
  const ftyp = boxes.find(({ type }) => type === "ftyp");
  const data = ftyp && (await source.read(ftyp.body, Math.min(4, ftyp.end - ftyp.body)));
  return data && data.length === 4 ? fourCharacters(viewOf(data), 0) : undefined;
}

const SEARCH_BLOCK = 256 * 1024;
const SEARCH_BYTES = 2 * 1024 * 1024;
const MOOV = [0x6d, 0x6f, 0x6f, 0x76] as const;

/** From the end towards the start, so that the last index wins. */
async function searchIndex(source: ByteSource, warnings: Warnings): Promise<Box | undefined> {
  const stop = Math.max(0, source.bytes - SEARCH_BYTES);
  for (let end = source.bytes; end > stop; end -= SEARCH_BLOCK) {
    const from = Math.max(stop, end - SEARCH_BLOCK);
    // Blocks overlap by a header, so that none is cut in two.
    const data = await source.read(from, Math.min(source.bytes, end + 16) - from, 0);
    for (let at = data.length - 16; at >= 0; at -= 1) {
      if (!MOOV.every((byte, index) => data[at + 4 + index] === byte)) continue;
      if (!startsWithHeader(data, at)) continue;
      const box = await readBox(source, from + at, source.bytes);
      if (box) {
        warnings.note("INDEX_FOUND_BY_SEARCH", "moov", box.start, "the boxes before it do not lead to it");
        return box;
      }
    }
  }
  return undefined;
}

/** Every writer puts the movie's header first. */
function startsWithHeader(data: Uint8Array, at: number): boolean {
  return fourCharacters(viewOf(data), at + 12) === "mvhd";
}
