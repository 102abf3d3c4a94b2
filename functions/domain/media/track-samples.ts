import { findBox } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { type Chunks, openChunks } from "./chunks.ts";
import type { NalUnits } from "./decoder-configuration.ts";
import { bringsParameters, lookAtPicture, type PictureLook, type PicturePlace } from "./picture-data.ts";
import { findPresentSamples, type PictureRoom, type Presence } from "./sample-presence.ts";
import { createSampleRuns, type SampleRuns } from "./sample-runs.ts";
import { openSampleSizes, type SampleSizes, sumSizes } from "./sample-sizes.ts";
import { readSampleTimes, readShownRuns, type SampleTimes } from "./sample-times.ts";
import { readEntries, readTable } from "./tables.ts";
import type { Track } from "./track.ts";
import { corruptIndex, UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** The samples of a track that are in the file, as its tables describe them. */
export type TrackSamples = {
  readonly runs: SampleRuns;
  /** Where a fragment goes on that does not say so, ticks. */
  readonly end: number;
  readonly present: number;
  /** Samples that the tables describe and the file does not hold. */
  readonly missing: number;
};

/** Durations that a writer rounded differ by less. */
const DURATION_SECONDS = 1;
const DURATION_SHARE = 0.01;

/** What is known of a track's samples from its description. */
export type SampleForm =
  | { readonly kind: "pictures"; readonly look: PictureLook }
  /** The bytes of sound are not looked at. */
  | { readonly kind: "sound"; readonly sampleBytes: number | undefined };

/** @throws UnusableFile CORRUPT_INDEX, NO_PLAYABLE_PICTURES, BUDGET_EXCEEDED */
export async function readTrackSamples(
  source: ByteSource,
  track: Track,
  room: PictureRoom,
  form: SampleForm,
  warnings: Warnings,
): Promise<TrackSamples> {
  const { tables, timescale } = track;
  const times = await readSampleTimes(source, track, warnings);
  if (times.count === 0) return { runs: createSampleRuns(), end: 0, present: 0, missing: 0 };
  checkDuration(track, times, warnings);
  const sizes = await openSampleSizes(source, tables, form.kind === "sound" ? form : undefined, warnings);
  const chunks = await openChunks(source, tables, warnings);
  const placed = await findPresentSamples(chunks, sizes, times.count, room, warnings);
  const samples = { source, chunks, sizes };
  const presence = form.kind === "pictures" ? await checkEnds(samples, placed, form.look, warnings) : placed;
  if (form.kind === "pictures") await checkFirstKey(source, track, warnings);
  const runs = await readShownRuns(source, tables, times, presence.ranges, timescale, warnings);
  const present = presence.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return { runs, end: times.ticks, present, missing: placed.total - present };
}

function checkDuration(
  { declaredSeconds, timescale }: Track,
  { ticks, box }: SampleTimes,
  warnings: Warnings,
): void {
  const apart = Math.abs(ticks / timescale - declaredSeconds);
  if (declaredSeconds > 0 && apart > DURATION_SECONDS && apart > declaredSeconds * DURATION_SHARE) {
    const seconds = `${Math.round(declaredSeconds)} s declared, the samples last ${Math.round(ticks / timescale)} s`;
    warnings.note("DURATION_MISMATCH", "stts", box.start, seconds);
  }
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

type Samples = { readonly source: ByteSource; readonly chunks: Chunks; readonly sizes: SampleSizes };

/**
 * Looks at the first and the last picture. A tail of zeros (a file that was reserved and never filled) is
 * cut off, chunk by chunk, by bisection.
 */
async function checkEnds(
  samples: Samples,
  presence: Presence,
  form: PictureLook,
  warnings: Warnings,
): Promise<Presence> {
  const begin = presence.ranges[0];
  const end = presence.ranges.at(-1);
  if (!begin || !end) return presence;
  const look = (place: PicturePlace) => lookAtPicture(samples.source, place, form);
  const firstPlace = await firstFilled(samples, presence.firstChunk, begin.from);
  const first = await look(firstPlace);
  const last = await look(await lastFilled(samples, presence.lastChunk, end.to));
  const { box } = samples.chunks;
  await checkParameters(samples.source, firstPlace, form.nalUnits, warnings);
  if (first !== "picture" && last !== "picture" && !(await hasPictureBetween(samples, presence, form))) {
    throw new UnusableFile("NO_PLAYABLE_PICTURES", "Where its pictures should be, the file holds none.");
  }
  if (first !== "picture")
    warnings.note("PICTURE_DAMAGED", box.type, box.start, "the first picture is damaged");
  if (last === "strange")
    warnings.note("PICTURE_DAMAGED", box.type, box.start, "the last picture is damaged");
  return last === "empty" ? cutOffZeros(samples, presence, form, warnings) : presence;
}

/** Places between both ends at which a recording of two damaged ends is looked at. */
const BETWEEN = [1 / 4, 1 / 2, 3 / 4] as const;

async function hasPictureBetween(
  samples: Samples,
  { firstChunk, lastChunk }: Presence,
  form: PictureLook,
): Promise<boolean> {
  for (const share of BETWEEN) {
    const chunk = firstChunk + Math.floor((lastChunk - firstChunk) * share);
    const place = await firstFilled(samples, chunk, (await samples.chunks.samplesOf(chunk)).first);
    if ((await lookAtPicture(samples.source, place, form)) === "picture") return true;
  }
  return false;
}

/** @throws UnusableFile CORRUPT_INDEX when neither the index nor the first picture sets a decoder up */
export async function checkParameters(
  source: ByteSource,
  first: PicturePlace,
  nalUnits: NalUnits | undefined,
  warnings: Warnings,
): Promise<void> {
  if (!nalUnits?.missing) return;
  const { where, what } = nalUnits.missing;
  if (!(await bringsParameters(source, first, nalUnits))) throw corruptIndex(where, what);
  warnings.note("PARAMETERS_IN_PICTURES", "stsd", first.offset, `only the pictures tell their form: ${what}`);
}

async function cutOffZeros(
  samples: Samples,
  presence: Presence,
  form: PictureLook,
  warnings: Warnings,
): Promise<Presence> {
  const { chunks, source } = samples;
  let low = presence.firstChunk;
  let high = presence.lastChunk;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const { first } = await chunks.samplesOf(middle);
    const place = await firstFilled(samples, middle, first);
    if ((await lookAtPicture(source, place, form)) === "empty") high = middle - 1;
    else low = middle;
  }
  const kept = await chunks.samplesOf(low);
  const end = presence.ranges.at(-1)?.to ?? 0;
  const to = Math.min(kept.first + kept.count, end - 1);
  const { type, start } = chunks.box;
  warnings.note("PICTURES_EMPTY", type, start, "the end of the recording was never written");
  const ranges = presence.ranges
    .filter(({ from }) => from < to)
    .map((range) => ({ from: range.from, to: Math.min(range.to, to) }));
  return { ...presence, ranges, lastChunk: low };
}

/** Samples without bytes (a camera's way to repeat a picture) are passed over. */
const MOST_PASSED_OVER = 64;

async function firstFilled({ chunks, sizes }: Samples, chunk: number, sample: number): Promise<PicturePlace> {
  const { first } = await chunks.samplesOf(chunk);
  const before = await sumSizes(sizes, first, sample - first);
  const own = await sizes.read(sample, MOST_PASSED_OVER);
  return { offset: (await chunks.offset(chunk)) + before, size: own.find((size) => size > 0) ?? 0 };
}

/** The last sample before `end` that has bytes; it may lie in an earlier chunk. */
async function lastFilled({ chunks, sizes }: Samples, lastChunk: number, end: number): Promise<PicturePlace> {
  let to = end;
  for (let chunk = lastChunk; chunk >= Math.max(0, lastChunk - MOST_PASSED_OVER); chunk -= 1) {
    const { first } = await chunks.samplesOf(chunk);
    const from = Math.max(first, to - MOST_PASSED_OVER);
    const own = await sizes.read(from, to - from);
    const place = own.findLastIndex((size) => size > 0);
    if (place >= 0) {
      const before = await sumSizes(sizes, first, from + place - first);
      return { offset: (await chunks.offset(chunk)) + before, size: own[place] ?? 0 };
    }
    to = first;
  }
  return { offset: 0, size: 0 };
}
