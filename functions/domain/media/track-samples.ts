import { findBox } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { type Chunks, openChunks } from "./chunks.ts";
import type { NalUnits } from "./decoder-configuration.ts";
import { lookAtPicture, type PicturePlace } from "./picture-data.ts";
import { findPresentSamples, type PictureRoom, type Presence } from "./sample-presence.ts";
import { createSampleRuns, type SampleRuns } from "./sample-runs.ts";
import { openSampleSizes, type SampleSizes, sumSizes } from "./sample-sizes.ts";
import { readSampleTimes, readShownRuns } from "./sample-times.ts";
import { readEntries, readTable } from "./tables.ts";
import type { Track } from "./track.ts";
import { UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** The samples of a track that are in the file, as its tables describe them. */
export type TrackSamples = {
  readonly runs: SampleRuns;
  /** Samples that the tables describe and the file does not hold. */
  readonly missing: number;
};

/** Durations that a writer rounded differ by less. */
const DURATION_SECONDS = 1;
const DURATION_SHARE = 0.01;

/**
 * @param pictures how to look at pictures; undefined for sound, whose bytes are not looked at
 * @throws UnusableFile CORRUPT_INDEX, NO_PLAYABLE_PICTURES, BUDGET_EXCEEDED
 */
export async function readTrackSamples(
  source: ByteSource,
  track: Track,
  room: PictureRoom,
  pictures: { readonly nalUnits: NalUnits | undefined } | undefined,
  warnings: Warnings,
): Promise<TrackSamples> {
  const { tables, timescale } = track;
  const times = await readSampleTimes(source, tables, timescale, warnings);
  if (times.count === 0) return { runs: createSampleRuns(), missing: 0 };
  const declared = track.declaredSeconds;
  const apart = Math.abs(times.ticks / timescale - declared);
  if (declared > 0 && apart > DURATION_SECONDS && apart > declared * DURATION_SHARE) {
    const seconds = `${Math.round(declared)} s declared, the samples last ${Math.round(times.ticks / timescale)} s`;
    warnings.note("DURATION_MISMATCH", "stts", times.box.start, seconds);
  }
  const sizes = await openSampleSizes(source, tables, warnings);
  const chunks = await openChunks(source, tables, warnings);
  const placed = await findPresentSamples(chunks, sizes, times.count, room, warnings);
  const presence = pictures
    ? await checkEnds(source, chunks, sizes, placed, pictures.nalUnits, warnings)
    : placed;
  if (pictures) await checkFirstKey(source, track, warnings);
  const runs = await readShownRuns(source, tables, times, presence.ranges, timescale, warnings);
  const present = presence.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return { runs, missing: placed.total - present };
}

/** The pictures before the first that stands for itself (`stss`) cannot be decoded. */
async function checkFirstKey(source: ByteSource, { tables }: Track, warnings: Warnings): Promise<void> {
  const box = findBox(tables, "stss");
  if (!box) return;
  const table = await readTable(source, box, 4, warnings);
  const view = await readEntries(source, table, 0, 1);
  const first = view.byteLength === 4 ? view.getUint32(0) : 0;
  if (first !== 1) {
    const which = first === 0 ? "no picture stands for itself" : `the first such picture is number ${first}`;
    warnings.note("LATE_KEY_PICTURE", "stss", box.start, which);
  }
}

/**
 * Looks at the first and the last picture. A tail of zeros (a file that was reserved and never filled) is
 * cut off, chunk by chunk, by bisection.
 */
async function checkEnds(
  source: ByteSource,
  chunks: Chunks,
  sizes: SampleSizes,
  presence: Presence,
  nalUnits: NalUnits | undefined,
  warnings: Warnings,
): Promise<Presence> {
  const begin = presence.ranges[0];
  const end = presence.ranges.at(-1);
  if (!begin || !end) return presence;
  const look = async (chunk: number, sample: number) =>
    lookAtPicture(source, await placeOf(chunks, sizes, chunk, sample), nalUnits);
  const first = begin.from === 0 ? await look(0, 0) : "picture";
  const last = await look(presence.lastChunk, end.to - 1);
  if (first !== "picture" && last !== "picture") {
    throw new UnusableFile("NO_PLAYABLE_PICTURES", "Where its pictures should be, the file holds none.");
  }
  const { box } = chunks;
  if (first !== "picture")
    warnings.note("PICTURE_DAMAGED", box.type, box.start, "the first picture is damaged");
  if (last === "strange")
    warnings.note("PICTURE_DAMAGED", box.type, box.start, "the last picture is damaged");
  if (last !== "empty" || begin.from !== 0) return presence;

  let low = 0;
  let high = presence.lastChunk;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const { first: sample } = await chunks.samplesOf(middle);
    if ((await look(middle, sample)) === "empty") high = middle - 1;
    else low = middle;
  }
  const kept = await chunks.samplesOf(low);
  const to = Math.min(kept.first + kept.count, end.to - 1);
  warnings.note("PICTURES_EMPTY", box.type, box.start, "the end of the recording was never written");
  const ranges = presence.ranges
    .filter(({ from }) => from < to)
    .map((range) => ({ from: range.from, to: Math.min(range.to, to) }));
  return { ...presence, ranges, lastChunk: low };
}

/** Samples without bytes (a camera's way to repeat a picture) are passed over. */
const MOST_PASSED_OVER = 64;

async function placeOf(
  chunks: Chunks,
  sizes: SampleSizes,
  chunk: number,
  sample: number,
): Promise<PicturePlace> {
  const { first } = await chunks.samplesOf(chunk);
  const before = await sumSizes(sizes, first, sample - first);
  const own = await sizes.read(sample, MOST_PASSED_OVER);
  return { offset: (await chunks.offset(chunk)) + before, size: own.find((size) => size > 0) ?? 0 };
}
