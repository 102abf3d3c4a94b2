import { type Box, findBox, whereIs } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { GAP_SECONDS } from "./picture-cover.ts";
import type { SampleRange } from "./sample-presence.ts";
import { createSampleRuns, type SampleRuns } from "./sample-runs.ts";
import { readEntries, readTable, SMALL_TABLE_BYTES, type Table, tableBytes } from "./tables.ts";
import type { Track } from "./track.ts";
import { corruptIndex } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** `stts` of a track: how many samples last how long. */
export type SampleTimes = {
  /** Samples that have a time. */
  readonly count: number;
  /** All of them together, ticks. */
  readonly ticks: number;
  /** Calls for each entry, until `seen` wants no more. */
  readonly each: (seen: (entry: TimeEntry) => boolean) => void;
  readonly box: Box;
  /** Some sample lasts over a second: pictures may be missing there. */
  readonly uneven: boolean;
};

/** From here on a duration is a negative number: phones write them to take back a jump of the clock. */
const NEGATIVE = 0x8000_0000;

/** Kept back from the table of times for what is read after it. */
const RESERVE_BYTES = 512 * 1024;

/**
 * Reads the whole table: holes can be anywhere. Recordings of a steady rate have a single entry. Hours at a
 * rate that never holds still have a table beyond the budget: then the declared duration is believed, with a
 * warning.
 *
 * @throws UnusableFile CORRUPT_INDEX when it is missing
 */
export async function readSampleTimes(
  source: ByteSource,
  { tables, timescale, declaredSeconds }: Pick<Track, "tables" | "timescale" | "declaredSeconds">,
  warnings: Warnings,
): Promise<SampleTimes> {
  const box = findBox(tables, "stts");
  if (!box) throw corruptIndex("stbl", "the times of its samples are missing");
  const table = await readTable(source, box, 8, warnings);
  if (declaredSeconds > 0 && tableBytes(table) > source.bytesLeft() - RESERVE_BYTES) {
    const unread = `the ${table.count} times were not read: pauses inside would not be seen`;
    warnings.note("TIMES_NOT_READ", "stts", box.start, unread);
    const ticks = declaredSeconds * timescale;
    const entry = { samples: table.count, step: ticks / table.count, time: 0 };
    return { count: table.count, ticks, each: (seen) => void seen(entry), box, uneven: false };
  }
  const view = await readEntries(source, table, 0, table.count);
  let count = 0;
  let ticks = 0;
  let uneven = false;
  eachEntry(view, ({ samples, step, time }) => {
    if (step < 0) warnings.note("TIME_RUNS_BACK", "stts", box.start, "a sample has a negative duration");
    count += samples;
    ticks = time + advanceOf({ samples, step, time });
    uneven ||= step > GAP_SECONDS * timescale;
    return true;
  });
  return { count, ticks, each: (seen) => eachEntry(view, seen), box, uneven };
}

/** `samples` follow each other `step` ticks apart from `time` on. */
type TimeEntry = { readonly samples: number; readonly step: number; readonly time: number };

/** @param seen returns whether it wants the next */
function eachEntry(view: DataView, seen: (entry: TimeEntry) => boolean): void {
  let time = 0;
  for (let at = 0; at + 8 <= view.byteLength; at += 8) {
    const written = view.getUint32(at + 4);
    const step = written >= NEGATIVE ? written - 2 ** 32 : written;
    const entry = { samples: view.getUint32(at), step, time };
    if (!seen(entry)) return;
    time += advanceOf(entry);
  }
}

/** Time may be taken back, but not to before the beginning: that is damage, and counts for nothing. */
function advanceOf({ samples, step, time }: TimeEntry): number {
  const ticks = samples * step;
  return time + ticks < 0 ? 0 : ticks;
}

/** Enough for the offsets of half an hour of reordered pictures; longer ones are read where it matters. */
const OFFSETS_WORTH_READING = 1024 * 1024;
/** No codec holds a picture back for longer: such an offset is damage. */
const LONGEST_OFFSET_SECONDS = 30;

/**
 * When each sample is shown, in ticks of the track, as runs.
 *
 * Pictures that are stored out of order carry an offset each (`ctts`), a table as long as the recording. It
 * is read whole when it is small or when there are holes whose edges it decides; otherwise its first entry
 * stands for all, which is exact at the start and wrong inside by less than the reordering, a few pictures.
 */
export async function readShownRuns(
  source: ByteSource,
  tables: readonly Box[],
  times: SampleTimes,
  ranges: readonly SampleRange[],
  timescale: number,
  warnings: Warnings,
): Promise<SampleRuns> {
  const offsets = await readOffsets(source, tables, times.uneven, warnings);
  const runs = createSampleRuns();
  let damaged = false;
  let sample = 0;
  let range = 0;
  times.each(({ samples, step: written, time }) => {
    const step = Math.max(0, written);
    // Players go on at the last rate when the table is shorter than the recording.
    const end = sample + samples >= times.count ? Number.POSITIVE_INFINITY : sample + samples;
    let from = sample;
    while (from < end) {
      while (range < ranges.length && (ranges[range]?.to ?? 0) <= from) range += 1;
      const present = ranges[range];
      if (!present) return false;
      if (present.from >= end) break;
      from = Math.max(from, present.from);
      const { offset, until } = offsets.at(from);
      const to = Math.min(end, present.to, until);
      const insane = Math.abs(offset) > LONGEST_OFFSET_SECONDS * timescale;
      if (insane && !damaged) {
        damaged = true;
        warnings.note("OFFSET_DAMAGED", "ctts", times.box.start, "a picture is held back for over 30 s");
      }
      runs.add(time + (from - sample) * step + (insane ? 0 : offset), to - from, step);
      from = to;
    }
    sample = end;
    return true;
  });
  return runs;
}

type Offsets = {
  /** The offset of a sample, and the first sample for which it no longer holds. Samples come in order. */
  at(sample: number): { readonly offset: number; readonly until: number };
};

async function readOffsets(
  source: ByteSource,
  tables: readonly Box[],
  uneven: boolean,
  warnings: Warnings,
): Promise<Offsets> {
  const box = findBox(tables, "ctts");
  if (!box) return constantOffset(0);
  const table = await readTable(source, box, 8, warnings);
  if (table.count === 0) return constantOffset(0);
  const bytes = tableBytes(table);
  if (bytes <= SMALL_TABLE_BYTES || (uneven && bytes <= OFFSETS_WORTH_READING)) {
    return eachOffset(await readEntries(source, table, 0, table.count));
  }
  if (uneven) {
    warnings.note("GAP_EDGES_APPROXIMATE", "ctts", box.start, "gaps may lie a few pictures off");
  }
  return constantOffset(await firstOffset(source, table));
}

async function firstOffset(source: ByteSource, table: Table): Promise<number> {
  const view = await readEntries(source, table, 0, 1);
  if (view.byteLength < 8) throw corruptIndex(whereIs(table.box), "the file ends in it");
  return view.getInt32(4);
}

function constantOffset(offset: number): Offsets {
  return { at: () => ({ offset, until: Number.POSITIVE_INFINITY }) };
}

/** Version 0 should be unsigned, but writers put negative numbers there too. */
function eachOffset(view: DataView): Offsets {
  let at = 0;
  let until = view.byteLength >= 8 ? view.getUint32(0) : Number.POSITIVE_INFINITY;
  return {
    at(sample) {
      while (sample >= until && at + 16 <= view.byteLength) {
        at += 8;
        until += view.getUint32(at);
      }
      if (sample >= until) return { offset: 0, until: Number.POSITIVE_INFINITY };
      return { offset: at + 8 <= view.byteLength ? view.getInt32(at + 4) : 0, until };
    },
  };
}
