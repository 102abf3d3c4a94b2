import { type Box, readBox } from "./boxes.ts";
import { BUDGET, type ByteSource } from "./byte-source.ts";
import { type FragmentHead, type FragmentTrack, readFragment } from "./fragment.ts";
import { type FragmentIndex, readRandomAccessIndex, readSegmentIndex } from "./fragment-index.ts";
import { findLastFragment } from "./last-fragment.ts";
import { isFiller, type Layout, noteTrailer, recordingBoxes } from "./layout.ts";
import { corruptIndex, UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

/** Kept back from the walk for what comes after it. */
const RESERVE_REQUESTS = 12;
const RESERVE_BYTES = 1280 * 1024;
/** An index with fewer fragments is not needed: each is visited. */
const FEW_FRAGMENTS = 36;
/** Up to here a file of small fragments is read through. */
const SMALL_FILE_BYTES = 2 * 1024 * 1024;
const SMALL_FRAGMENT_BYTES = 64 * 1024;
/** Fragments that are visited because they last longest: a hole makes its fragment long. */
const LONG_FRAGMENTS = 24;

/**
 * Reads the fragments of a file into its tracks, the pictures' track first.
 *
 * All are visited where the budget allows. Otherwise the index (`mfra` or `sidx`) says where they are: the
 * first, the last and the longest are visited, and the index is believed for the others, with a warning.
 * Without an index the last fragment is looked for at the end of the file, and the ones between are believed
 * only when their number and their time agree.
 *
 * @returns whether the file ends inside a fragment, or before one that its index names
 * @throws UnusableFile BUDGET_EXCEEDED when the last fragment cannot be reached
 */
export async function readFragments(
  source: ByteSource,
  layout: Layout,
  tracks: readonly FragmentTrack[],
  warnings: Warnings,
): Promise<boolean> {
  const [pictures] = tracks;
  const first = layout.firstFragment;
  if (!pictures || !first) return layout.cutOff;
  const index =
    (await readRandomAccessIndex(source, pictures, warnings)) ??
    (layout.segmentIndex && (await readSegmentIndex(source, layout.segmentIndex)));
  const small = source.bytes - first.start <= SMALL_FILE_BYTES;
  if (index && !small && index.entries.length > FEW_FRAGMENTS) {
    return readByIndex(source, index, tracks, warnings);
  }
  const walked = await walk(source, first.start, source.bytes, tracks, warnings);
  if (walked.reached) return walked.cutOff || endsEarly(source, index);
  return jumpToLast(source, walked, tracks, warnings);
}

function endsEarly(source: ByteSource, index: FragmentIndex | undefined): boolean {
  const last = index?.entries.at(-1);
  return last !== undefined && last.offset >= source.bytes;
}

type Walked = {
  /** The walk came to `until`; otherwise the budget ended it. */
  readonly reached: boolean;
  readonly cutOff: boolean;
  readonly at: number;
  readonly heads: readonly FragmentHead[];
};

/** Visits every fragment that begins in [from, until). */
async function walk(
  source: ByteSource,
  from: number,
  until: number,
  tracks: readonly FragmentTrack[],
  warnings: Warnings,
): Promise<Walked> {
  const heads: FragmentHead[] = [];
  let at = from;
  let previous = from;
  let ahead: number | undefined = source.bytes - from <= SMALL_FILE_BYTES ? SMALL_FRAGMENT_BYTES : undefined;
  for (let count = 0; until - at >= 8; count += 1) {
    const spent = source.requestsLeft() <= RESERVE_REQUESTS || source.bytesLeft() <= RESERVE_BYTES;
    if (spent || count > BUDGET.boxesPerLevel) {
      return { reached: false, cutOff: false, at, heads };
    }
    await source.read(at, 16, ahead);
    const box = await readBox(source, at, source.bytes);
    if (!box || (box.overruns && !recordingBoxes.has(box.type))) {
      return { reached: true, cutOff: await isInterrupted(source, at, until, warnings), at, heads };
    }
    if (box.overruns) warnings.note("BOX_OVERRUN", box.type, box.start, "longer than the file");
    if (box.type === "moof" && box.overruns) return { reached: true, cutOff: true, at, heads };
    if (box.type === "moof") {
      heads.push(await readFragment(source, box, tracks, warnings, ahead));
      if (heads.length > 1 && at - previous <= SMALL_FRAGMENT_BYTES) ahead = SMALL_FRAGMENT_BYTES;
      previous = at;
    }
    if (box.overruns) return { reached: true, cutOff: true, at: box.end, heads };
    at = box.end;
  }
  return { reached: true, cutOff: source.bytes - at > 0 && until === source.bytes, at, heads };
}

/** Where no box can start the recording ends, unless another fragment lies behind. */
async function isInterrupted(
  source: ByteSource,
  at: number,
  until: number,
  warnings: Warnings,
): Promise<boolean> {
  if (until < source.bytes || (await findLastFragment(source, at))) {
    warnings.note("BOX_DAMAGED", "file", at, "no box can start here");
    return true;
  }
  if (!(await isFiller(source, at))) noteTrailer(at, warnings);
  return false;
}

async function readByIndex(
  source: ByteSource,
  { entries }: FragmentIndex,
  tracks: readonly FragmentTrack[],
  warnings: Warnings,
): Promise<boolean> {
  const present = entries.filter(({ offset }) => offset < source.bytes);
  const visited = longest(present);
  // A track of sound that some visited fragment lacks is not believed to be in those between.
  const everywhere = tracks.map(() => true);
  for (const entry of [...visited].sort((one, other) => one - other)) {
    const before = tracks.map(({ found }) => found);
    const from = present[entry]?.offset ?? 0;
    const until = present[entry + 1]?.offset ?? source.bytes;
    const seen = await walk(source, from, until, tracks, warnings);
    if (!seen.reached) throw outOfReach();
    if (seen.heads.length === 0 && !seen.cutOff) {
      throw corruptIndex(`the index of fragments, ${from}`, "no fragment is where it says");
    }
    tracks.forEach((track, number) => {
      if (track.found === before[number]) everywhere[number] = false;
    });
  }
  believe(
    present.flatMap(({ seconds }, entry) => {
      const next = present[entry + 1];
      return visited.has(entry) || !next ? [] : [{ from: seconds, to: next.seconds }];
    }),
    tracks.filter((_track, number) => everywhere[number]),
  );
  const counts = `${visited.size} of ${entries.length} fragments were read, the index speaks for the others`;
  warnings.note("FRAGMENTS_SAMPLED", "moof", present[0]?.offset ?? 0, counts);
  return present.length < entries.length || tracks.some(({ missing }) => missing > 0);
}

/** The first, the last, and those between whose next begins latest. */
function longest(entries: FragmentIndex["entries"]): Set<number> {
  const byLength = entries
    .map(({ seconds }, entry) => ({ entry, length: (entries[entry + 1]?.seconds ?? seconds) - seconds }))
    .sort((one, other) => other.length - one.length || one.entry - other.entry)
    .slice(0, LONG_FRAGMENTS)
    .map(({ entry }) => entry);
  return new Set([0, ...byLength, entries.length - 1]);
}

/** Adds what was not visited, as samples of the length that the track's first ones have. */
function believe(
  spans: readonly { readonly from: number; readonly to: number }[],
  tracks: readonly FragmentTrack[],
): void {
  for (const track of tracks) {
    let usual = 0;
    track.runs.visit((_first, _count, step) => {
      usual ||= step;
    });
    if (usual === 0) continue;
    for (const { from, to } of spans) {
      const ticks = (to - from) * track.timescale;
      track.runs.add(from * track.timescale, Math.max(1, Math.round(ticks / usual)), usual);
    }
  }
}

/** What number and time may differ by over the whole file. */
const DISAGREEMENT_SECONDS = 1;

async function jumpToLast(
  source: ByteSource,
  walked: Walked,
  tracks: readonly FragmentTrack[],
  warnings: Warnings,
): Promise<boolean> {
  const last = await findLastFragment(source, walked.at);
  if (!last) throw outOfReach();
  const before = tracks.map(({ nextTime, timescale }) => nextTime / timescale);
  const finish = await walkToEnd(source, last, tracks, warnings);
  const [head] = finish.heads;
  const expected = head && expectedSeconds(walked.heads, head.sequence);
  if (expected === undefined || head?.seconds === undefined || before[0] === undefined) throw outOfReach();
  if (Math.abs(expected - head.seconds) > DISAGREEMENT_SECONDS) throw outOfReach();
  believe([{ from: before[0], to: head.seconds }], tracks);
  const counts = `the fragments from ${walked.at} to ${last.start} were not read; their number and time agree`;
  warnings.note("FRAGMENTS_SAMPLED", "moof", walked.at, counts);
  return finish.cutOff;
}

async function walkToEnd(
  source: ByteSource,
  last: Box,
  tracks: readonly FragmentTrack[],
  warnings: Warnings,
): Promise<Walked> {
  const head = await readFragment(source, last, tracks, warnings);
  const data = await readBox(source, last.end, source.bytes);
  return { reached: true, cutOff: data?.overruns ?? true, at: last.end, heads: [head] };
}

/** When a fragment of that number begins if all last as long as those that were read. */
function expectedSeconds(heads: readonly FragmentHead[], sequence: number | undefined): number | undefined {
  const [first] = heads;
  const last = heads.at(-1);
  if (sequence === undefined || first?.sequence === undefined || last?.sequence === undefined)
    return undefined;
  if (first.seconds === undefined || last.seconds === undefined || last.sequence <= first.sequence) {
    return undefined;
  }
  const each = (last.seconds - first.seconds) / (last.sequence - first.sequence);
  return first.seconds + each * (sequence - first.sequence);
}

function outOfReach(): UnusableFile {
  return new UnusableFile(
    "BUDGET_EXCEEDED",
    "The recording is in so many fragments, without an index, that its end cannot be reached in the budget.",
  );
}
