import { type Box, findBox, listBoxes, readBody } from "./boxes.ts";
import { type ByteSource, u64, viewOf } from "./byte-source.ts";
import type { SampleRuns } from "./sample-runs.ts";
import { readTable } from "./tables.ts";
import type { Warnings } from "./warnings.ts";

/** What `trex` says of samples that say nothing of themselves. */
export type SampleDefaults = { readonly duration: number; readonly size: number };

/** One track while its fragments are read. */
export type FragmentTrack = {
  readonly id: number;
  /** Ticks a second. */
  readonly timescale: number;
  readonly defaults: SampleDefaults;
  /** The shown times of every sample found so far, ticks. */
  readonly runs: SampleRuns;
  /** Where the next fragment begins when it does not say so, ticks. */
  nextTime: number;
  /** Samples that were found in the file, and those whose bytes lie outside it. */
  found: number;
  missing: number;
  /** Of the first sample that is in the file. */
  firstSample: { readonly offset: number; readonly size: number } | undefined;
};

/** A fragment's header is some bytes for each sample; more than this is no header. */
const MOST_HEADER_BYTES = 1024 * 1024;

export type FragmentHead = {
  /** The fragment's number, which grows by one (`mfhd`). */
  readonly sequence: number | undefined;
  /** When the first track's part of it begins; undefined when it has none. */
  readonly seconds: number | undefined;
};

/**
 * Reads one `moof`: the samples that it announces and that lie inside the file are added to their tracks.
 *
 * @param ahead how much to read at once, for files whose fragments are small
 */
export async function readFragment(
  source: ByteSource,
  moof: Box,
  tracks: readonly FragmentTrack[],
  warnings: Warnings,
  ahead?: number,
): Promise<FragmentHead> {
  // One request for the whole header; what follows is read from memory.
  await source.read(moof.start, Math.min(moof.end - moof.start, MOST_HEADER_BYTES), ahead);
  let dataAt = moof.start;
  const children = await listBoxes(source, moof, warnings);
  const head = findBox(children, "mfhd");
  const sequence = head ? (await readBody(source, head, 8)).getUint32(4) : undefined;
  let seconds: number | undefined;
  for (const traf of children) {
    if (traf.type !== "traf") continue;
    const boxes = await listBoxes(source, traf, warnings);
    const header = findBox(boxes, "tfhd");
    if (!header) {
      warnings.note("FRAGMENT_DAMAGED", "moof/traf", traf.start, "a part without header was left out");
      continue;
    }
    const described = await readTrackPart(source, header, moof, dataAt);
    const track = tracks.find(({ id }) => id === described.trackId);
    const time = findBox(boxes, "tfdt");
    if (track && time) track.nextTime = await readBaseTime(source, time);
    if (track && track === tracks[0]) seconds = track.nextTime / track.timescale;
    const part = { ...described, ...withDefaults(described, track) };
    dataAt = part.base;
    for (const box of boxes) {
      if (box.type === "trun") dataAt = await readRun(source, box, part, dataAt, track, warnings);
    }
  }
  return { sequence, seconds };
}

type TrackPart = { readonly trackId: number; readonly base: number; duration?: number; size?: number };

/** `tfhd`, ISO 14496-12 §8.8.7. */
async function readTrackPart(source: ByteSource, box: Box, moof: Box, dataAt: number): Promise<TrackPart> {
  const view = await readBody(source, box, 8, 40);
  const flags = view.getUint32(0) & 0xff_ffff;
  let at = 8;
  const take = (bytes: number): number | undefined => {
    const value =
      at + bytes <= view.byteLength ? (bytes === 8 ? u64(view, at) : view.getUint32(at)) : undefined;
    at += bytes;
    return value;
  };
  const base = flags & 1 ? take(8) : undefined;
  if (flags & 2) take(4);
  const duration = flags & 8 ? take(4) : undefined;
  const size = flags & 0x10 ? take(4) : undefined;
  return {
    trackId: view.getUint32(4),
    base: base ?? (flags & 0x2_0000 ? moof.start : dataAt),
    ...(duration !== undefined && { duration }),
    ...(size !== undefined && { size }),
  };
}

function withDefaults(part: TrackPart, track: FragmentTrack | undefined): SampleDefaults {
  return {
    duration: part.duration ?? track?.defaults.duration ?? 0,
    size: part.size ?? track?.defaults.size ?? 0,
  };
}

async function readBaseTime(source: ByteSource, box: Box): Promise<number> {
  const wide = (await readBody(source, box, 8)).getUint8(0) === 1;
  const view = await readBody(source, box, wide ? 12 : 8);
  return wide ? u64(view, 4) : view.getUint32(4);
}

/**
 * `trun`, ISO 14496-12 §8.8.8: its samples follow each other from `dataAt` on.
 *
 * @returns where the next run's samples begin
 */
async function readRun(
  source: ByteSource,
  box: Box,
  part: TrackPart & SampleDefaults,
  dataAt: number,
  track: FragmentTrack | undefined,
  warnings: Warnings,
): Promise<number> {
  const head = await readBody(source, box, 8, 16);
  const flags = head.getUint32(0) & 0xff_ffff;
  const headBytes = 4 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  let offset = flags & 1 && head.byteLength >= 12 ? part.base + head.getInt32(8) : dataAt;
  const fields = { duration: flags & 0x100, size: flags & 0x200, flags: flags & 0x400, shift: flags & 0x800 };
  const entryBytes = Object.values(fields).reduce((bytes, flag) => bytes + (flag ? 4 : 0), 0);
  if (entryBytes === 0) return addUniformRun(source, part, offset, head.getUint32(4), track, box, warnings);

  // The count stands before the optional fields, the entries behind them.
  const counted = await readTable(source, { ...box, end: box.end - (headBytes - 4) }, entryBytes, warnings);
  const view = viewOf(await source.read(box.body + 4 + headBytes, counted.count * entryBytes));
  for (let at = 0; at + entryBytes <= view.byteLength; at += entryBytes) {
    let field = at;
    const next = (present: number): number | undefined => {
      if (!present) return undefined;
      field += 4;
      return view.getUint32(field - 4);
    };
    const duration = next(fields.duration) ?? part.duration;
    const size = next(fields.size) ?? part.size;
    next(fields.flags);
    const shift = (next(fields.shift) ?? 0) | 0;
    addSample(source, track, { offset, size, duration, shift });
    offset += size;
  }
  return offset;
}

function addSample(
  source: ByteSource,
  track: FragmentTrack | undefined,
  { offset, size, duration, shift }: { offset: number; size: number; duration: number; shift: number },
): void {
  if (!track) return;
  const here = offset >= 0 && offset + size <= source.bytes;
  if (here) {
    track.runs.add(track.nextTime + shift, 1, duration);
    track.found += 1;
    track.firstSample ??= { offset, size };
  } else {
    track.missing += 1;
  }
  track.nextTime += duration;
}

/** All samples alike and none described: the bytes that the file has for them limit their number. */
function addUniformRun(
  source: ByteSource,
  { duration, size }: SampleDefaults,
  offset: number,
  declared: number,
  track: FragmentTrack | undefined,
  box: Box,
  warnings: Warnings,
): number {
  const room = size > 0 && offset >= 0 ? Math.max(0, Math.floor((source.bytes - offset) / size)) : 0;
  const count = Math.min(declared, room);
  if (declared > room) {
    warnings.note("COUNT_BEYOND_FILE", "trun", box.start, `${declared} samples declared, room for ${room}`);
  }
  if (!track) return offset + count * size;
  if (count > 0) {
    track.runs.add(track.nextTime, count, duration);
    track.found += count;
    track.firstSample ??= { offset, size };
  }
  track.missing += declared - count;
  track.nextTime += declared * duration;
  return offset + declared * size;
}

/** `trex` boxes by track. */
export async function readDefaults(
  source: ByteSource,
  mvex: Box,
  warnings: Warnings,
): Promise<ReadonlyMap<number, SampleDefaults>> {
  const defaults = new Map<number, SampleDefaults>();
  for (const box of await listBoxes(source, mvex, warnings)) {
    if (box.type !== "trex") continue;
    const view = await readBody(source, box, 20);
    defaults.set(view.getUint32(4), { duration: view.getUint32(12), size: view.getUint32(16) });
  }
  return defaults;
}
