import type { MediaFacts, ProbeResult } from "#contracts/footage.ts";
import type { MatroskaTimeline, MatroskaTrack } from "#contracts/matroska.ts";
import { viewOf } from "./byte-source.ts";
import { matroskaCodecOf } from "./matroska-codecs.ts";
import { coverOf, GAP_SECONDS, MOST_SPANS, type Span } from "./picture-cover.ts";
import { spanFacts } from "./span-facts.ts";
import { UnusableFile } from "./unusable-file.ts";
import { createWarnings, type Warnings } from "./warnings.ts";

/** The first element of every Matroska and WebM file. */
const EBML = 0x1a45_dfa3;
const MICROSECONDS = 1_000_000;
/** No camera that we may meet is older: `DateUTC` counts from here, and 0 stands for a date that was not set. */
const EARLIEST = Date.UTC(2001, 0, 1);

/** @param firstBytes the first 4 bytes of the file, or more */
export function looksLikeMatroska(firstBytes: Uint8Array): boolean {
  return firstBytes.length >= 4 && viewOf(firstBytes).getUint32(0) === EBML;
}

/** Concludes what can be played, by the same rules and in the same words as for an MP4. */
export function describeMatroska(timeline: MatroskaTimeline): ProbeResult {
  try {
    return { outcome: "playable", media: describe(timeline) };
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return { outcome: "unusable", code: error.code, detail: error.message };
  }
}

function describe({ pictures, sounds, ...timeline }: MatroskaTimeline): MediaFacts {
  if (!pictures) throw new UnusableFile("NO_VIDEO_TRACK", "The file has no track of pictures.");
  if (timeline.encrypted) {
    throw new UnusableFile("ENCRYPTED", "The recording is encrypted, and the key is not with the file.");
  }
  const { codecId, width, height } = pictures;
  const codec = matroskaCodecOf(codecId);
  if (!codec) {
    const detail = `The pictures are in a form (${codecId}) that this reader does not know.`;
    throw new UnusableFile("UNSUPPORTED_CODEC", detail);
  }
  const warnings = createWarnings();
  const shown = coverOfTrack(pictures, warnings);
  const heard = sounds.flatMap((sound) => coverOfTrack(sound, warnings));
  const facts = spanFacts(shown, heard);
  if (!facts) throw new UnusableFile("NO_PLAYABLE_PICTURES", "The file describes pictures, but holds none.");
  const ends = [...shown, ...heard].map(({ to }) => to);
  const missing = (timeline.declaredSeconds ?? 0) - Math.max(...ends);
  const soundCodec = sounds[0] && matroskaCodecOf(sounds[0].codecId);
  return {
    container: timeline.container,
    ...facts,
    videoCodec: codec,
    ...(soundCodec && { audioCodec: soundCodec }),
    width,
    height,
    ...creationOf(timeline.date, warnings),
    truncated: timeline.brokenOff || missing > GAP_SECONDS,
    warnings: warnings.list(),
  };
}

function coverOfTrack({ starts }: MatroskaTrack, warnings: Warnings): Span[] {
  const visit = (seen: (first: number, count: number, step: number) => void) =>
    starts.forEach((start, index) => {
      // Without a duration of its own, the last one stands for the usual.
      seen(start, 1, (starts[index + 1] ?? start) - start);
    });
  const { spans, shredded } = coverOf({ visit }, MICROSECONDS);
  if (shredded) {
    const left = `what lies behind the first ${MOST_SPANS} was left out`;
    warnings.note("TOO_MANY_GAPS", "Segment", 0, left);
  }
  return spans.filter(({ from, to }) => from < to);
}

function creationOf(date: MatroskaTimeline["date"], warnings: Warnings): Partial<MediaFacts> {
  if (!date || date.unixMs === EARLIEST) return {};
  if (date.unixMs < EARLIEST) {
    warnings.note("CREATION_TIME_UNUSABLE", "Info/DateUTC", date.at, "it lies before 2001");
    return {};
  }
  return { creationTime: new Date(date.unixMs).toISOString(), creationOrigin: "matroska-dateutc" };
}
