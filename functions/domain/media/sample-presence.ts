import { whereIs } from "./boxes.ts";
import type { Chunks } from "./chunks.ts";
import type { SampleSizes } from "./sample-sizes.ts";
import { corruptIndex } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** Samples [from, to). */
export type SampleRange = { readonly from: number; readonly to: number };

export type Presence = {
  /** Samples whose bytes are in the file, in order. */
  readonly ranges: readonly SampleRange[];
  /** As many as the tables agree on. */
  readonly total: number;
  /** The first and the last chunk that have samples in the file. */
  readonly firstChunk: number;
  readonly lastChunk: number;
};

/** Where the bytes of samples can be: behind the first header, before the end, not in the index itself. */
export type PictureRoom = {
  readonly bytes: number;
  /** The index and the header boxes: [start, end). */
  readonly taken: readonly Stretch[];
  /** The boxes of media data (`mdat`), when all of them are known. */
  readonly media: readonly Stretch[] | undefined;
};

type Stretch = { readonly start: number; readonly end: number };

/**
 * Which samples of a track are really in the file, judged by the offsets of their chunks.
 *
 * A small table is looked at entry by entry. Of a large one only both ends are, and when the last chunk is
 * cut off, those that a bisection asks for: chunks of one track lie in order in every recording.
 *
 * @param timed how many samples have times
 * @throws UnusableFile CORRUPT_INDEX when the first chunk cannot hold pictures
 */
export async function findPresentSamples(
  chunks: Chunks,
  sizes: SampleSizes,
  timed: number,
  room: PictureRoom,
  warnings: Warnings,
): Promise<Presence> {
  const chunked = chunks.total();
  const total = Math.min(sizes.count, chunked ?? sizes.count);
  if (new Set([sizes.count, timed, chunked ?? timed]).size > 1) {
    const found = `${sizes.count} sizes, ${timed} times, ${chunked ?? "unknown"} in chunks`;
    warnings.note("TABLES_DISAGREE", chunks.box.type, chunks.box.start, `samples: ${found}`);
  }
  if (total === 0 || chunks.count === 0) return { ranges: [], total, firstChunk: 0, lastChunk: -1 };
  const found = chunks.all
    ? await lookAtEach(chunks, chunks.all, sizes, total, room, warnings)
    : await bisect(chunks, sizes, total, room);
  const present = found.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  if (present < total) {
    const missing = `${total - present} of ${total} samples lie outside the file`;
    warnings.note("SAMPLES_MISSING", chunks.box.type, chunks.box.start, missing);
  }
  await checkMedia(chunks, found, room, warnings);
  return { ...found, total };
}

/** Both ends of a track lie in media data; elsewhere they may be something else by now. */
async function checkMedia(
  chunks: Chunks,
  { ranges, firstChunk, lastChunk }: Found,
  { media }: PictureRoom,
  warnings: Warnings,
): Promise<void> {
  if (!media || ranges.length === 0) return;
  for (const chunk of [firstChunk, lastChunk]) {
    const offset = await chunks.offset(chunk);
    if (!media.some(({ start, end }) => start <= offset && offset < end)) {
      const { type, start } = chunks.box;
      warnings.note("OUTSIDE_MEDIA_DATA", type, start, `samples lie at ${offset}, outside the media data`);
    }
  }
}

type Found = Omit<Presence, "total">;

async function lookAtEach(
  chunks: Chunks,
  offsets: readonly number[],
  sizes: SampleSizes,
  total: number,
  room: PictureRoom,
  warnings: Warnings,
): Promise<Found> {
  const ranges: SampleRange[] = [];
  let firstChunk = -1;
  let lastChunk = -1;
  const highest = Math.max(0, ...offsets.filter((offset) => offset < room.bytes));
  for (const [chunk, offset] of offsets.entries()) {
    if (!canHold(room, offset)) continue;
    const samples = await chunks.samplesOf(chunk);
    if (samples.first >= total) break;
    // Where sizes cost reads, only the chunk that lies last is looked at: the end of the file cuts no other.
    const look = sizes.small || offset >= highest;
    const whole = look ? await wholeSamples(samples, offset, sizes, room.bytes) : samples.count;
    const to = Math.min(total, samples.first + whole);
    if (to <= samples.first) continue;
    const next = offsets[chunk + 1] ?? 0;
    const shared = { first: samples.first, count: to - samples.first };
    if (look && next > offset && (await wholeSamples(shared, offset, sizes, next)) < shared.count) {
      const { type, start } = chunks.box;
      warnings.note("CHUNKS_OVERLAP", type, start, "samples are longer than the room before the next");
    }
    extend(ranges, { from: samples.first, to });
    if (firstChunk < 0) firstChunk = chunk;
    lastChunk = chunk;
  }
  return { ranges, firstChunk: Math.max(0, firstChunk), lastChunk };
}

async function bisect(chunks: Chunks, sizes: SampleSizes, total: number, room: PictureRoom): Promise<Found> {
  if (!canHold(room, await chunks.offset(0))) {
    throw corruptIndex(whereIs(chunks.box), "its first samples lie outside the file");
  }
  const final = chunks.count - 1;
  const end = await chunks.offset(final);
  const inLast = Math.min(await chunks.samplesOfLast(), total);
  const lastSamples = { first: total - inLast, count: inLast };
  if (
    inLast > 0 &&
    canHold(room, end) &&
    (await wholeSamples(lastSamples, end, sizes, room.bytes)) === inLast
  ) {
    return { ranges: [{ from: 0, to: total }], firstChunk: 0, lastChunk: final };
  }
  let low = 0;
  let high = final;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (canHold(room, await chunks.offset(middle))) low = middle;
    else high = middle - 1;
  }
  const samples = await chunks.samplesOf(low);
  const whole = await wholeSamples(samples, await chunks.offset(low), sizes, room.bytes);
  const to = Math.min(total, samples.first + whole);
  return { ranges: to > 0 ? [{ from: 0, to }] : [], firstChunk: 0, lastChunk: low };
}

/** How many samples of a chunk end before the limit. */
async function wholeSamples(
  samples: { readonly first: number; readonly count: number },
  offset: number,
  sizes: SampleSizes,
  limit: number,
): Promise<number> {
  if (sizes.constant !== undefined) {
    return Math.min(samples.count, Math.floor((limit - offset) / sizes.constant));
  }
  let end = offset;
  let whole = 0;
  // Some writers put a whole recording into one chunk: then its sizes are read to the end, block by block.
  while (whole < samples.count) {
    const block = await sizes.read(samples.first + whole, samples.count - whole);
    if (block.length === 0) break;
    for (const size of block) {
      end += size;
      if (end > limit) return whole;
      whole += 1;
    }
  }
  return whole;
}

function canHold(room: PictureRoom, offset: number): boolean {
  return offset < room.bytes && !room.taken.some(({ start, end }) => start <= offset && offset < end);
}

function extend(ranges: SampleRange[], range: SampleRange): void {
  const last = ranges.at(-1);
  if (last && last.to === range.from) ranges[ranges.length - 1] = { from: last.from, to: range.to };
  else ranges.push(range);
}
