import {
  CustomSource,
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
} from "mediabunny";
import type { MediaFacts } from "#contracts/footage.ts";
import type { ProbeResult, ReadRange } from "#ports/media-probe.ts";
import { readMovieCreationTime } from "./movie-creation-time.ts";

/**
 * Reads what a recording holds, with mediabunny. Runs in the probe's worker alone, where it can be stopped:
 * a corrupt number in an index can keep the library busy for minutes.
 */
export async function readMediaFacts(file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}): Promise<ProbeResult> {
  using input = new Input({
    // Imported by name: naming all formats would triple the bundle.
    formats: [MP4, QTFF, MATROSKA, WEBM],
    source: new CustomSource({
      getSize: () => file.bytes,
      read: (from, to) => file.readRange(from, to - from),
      prefetchProfile: "network",
    }),
  });
  if (!(await input.canRead())) {
    return unusable("UNSUPPORTED_CONTAINER", "The file is no MP4, QuickTime, Matroska or WebM video.");
  }
  const track = await input.getPrimaryVideoTrack();
  if (!track) return unusable("NO_VIDEO_TRACK", "The file has no video track.");
  const pictures = await readPictures(track);
  if (!pictures) return unusable("NO_PICTURES", "The file has a video track without a single whole picture.");

  if (pictures.gaps.length > MAX_SPANS) {
    return unusable("TOO_MANY_GAPS", `Pictures are missing in more than ${MAX_SPANS} places.`);
  }

  const creation = await readMovieCreationTime(file);
  const audioTrack = await input.getPrimaryAudioTrack();
  const declared = await track.getDurationFromMetadata();
  const shortfall = declared === null ? 0 : declared - pictures.endSeconds;
  return {
    outcome: "playable",
    media: {
      container: (await input.getFormat()).name,
      playableSeconds: rounded(pictures.endSeconds - pictures.firstSeconds),
      gaps: pictures.gaps,
      // A record has room for so many; what is left out counts as silence.
      audio: audioTrack ? (await readSound(audioTrack, pictures)).slice(0, MAX_SPANS) : [],
      ...(await describeVideo(track)),
      ...(audioTrack ? presentCodec("audioCodec", await audioTrack.getCodec()) : {}),
      ...(creation.time === undefined
        ? {}
        : { creationTime: creation.time, creationOrigin: "mvhd" as const }),
      truncated: pictures.missingAtEnd || shortfall > LONG_SECONDS,
      warnings: creation.warnings,
    },
  };
}

/** The library could not make sense of the file; what it said is for a person who looks into it. */
export function unreadable(error: unknown): ProbeResult {
  const said = error instanceof Error ? error.message : String(error);
  return unusable("UNREADABLE", `The file cannot be read as video: ${said.slice(0, 200)}`);
}

function unusable(code: string, detail: string): ProbeResult {
  return { outcome: "unusable", code, detail };
}

/** Over this between two pictures is a gap, and no picture is shown for longer. */
const LONG_SECONDS = 1;
/** More pieces than any recording has that was made in one go. */
const MAX_SPANS = 1000;
/** 9 hours at 60 pictures a second, twice over. */
const MAX_PACKETS = 4_000_000;

type Span = { readonly from: number; readonly to: number };

type Pictures = {
  readonly firstSeconds: number;
  readonly endSeconds: number;
  /** In seconds from the first picture. */
  readonly gaps: readonly Span[] & Span[];
  readonly missingAtEnd: boolean;
};

async function readPictures(track: InputVideoTrack): Promise<Pictures | undefined> {
  const all = await readStarts(track);
  const present = await countPresent(track, all.starts);
  const starts = all.starts.subarray(0, present);
  const firstSeconds = starts.at(0);
  const last = starts.at(-1);
  if (firstSeconds === undefined || last === undefined) return undefined;
  const usual = Math.min(usualStep(starts) ?? all.lastDuration, LONG_SECONDS);
  const gaps: Span[] = [];
  starts.forEach((start, index) => {
    const next = starts[index + 1];
    if (next !== undefined && next - start > LONG_SECONDS + EPSILON) {
      gaps.push({ from: rounded(start + usual - firstSeconds), to: rounded(next - firstSeconds) });
    }
  });
  const missingAtEnd = all.brokenOff || present < all.starts.length;
  const lastDuration = missingAtEnd ? usual : Math.min(all.lastDuration, LONG_SECONDS);
  return { firstSeconds, endSeconds: last + lastDuration, gaps, missingAtEnd };
}

/** Below the resolution of any container, above what binary fractions add. */
const EPSILON = 1e-6;

type Starts = {
  /** Start times in seconds, in the order of showing, of what has content and is shown at all. */
  readonly starts: Float64Array;
  readonly lastDuration: number;
  /** The index, or the chain of fragments, broke off after what was read. */
  readonly brokenOff: boolean;
};

async function readStarts(track: InputTrack): Promise<Starts> {
  const sink = new EncodedPacketSink(track);
  const starts: number[] = [];
  let latest = { start: Number.NEGATIVE_INFINITY, duration: 0 };
  const keep = ({ timestamp, duration, byteLength }: EncodedPacket) => {
    if (byteLength === 0 || timestamp + duration <= 0) return;
    starts.push(timestamp);
    if (timestamp >= latest.start) latest = { start: timestamp, duration };
  };
  const end = (brokenOff: boolean) => ({
    starts: Float64Array.from(starts).sort(),
    lastDuration: latest.duration,
    brokenOff,
  });
  try {
    let packet = await sink.getFirstPacket({ metadataOnly: true });
    while (packet && starts.length <= MAX_PACKETS) {
      keep(packet);
      packet = await sink.getNextPacket(packet, { metadataOnly: true });
    }
    return end(packet !== null);
  } catch (error) {
    // A camera that lost power leaves half a fragment; the whole ones before it are what was recorded.
    if (starts.length === 0) throw error;
    return end(true);
  }
}

/**
 * How many of the pictures lie in the file, by looking at the last and, where that is not there, halving.
 * An index at the front tells of pictures that a cut file no longer has. They are stored in about the order
 * of showing, so what is missing is missing from one moment on.
 */
async function countPresent(track: InputTrack, starts: Float64Array): Promise<number> {
  const sink = new EncodedPacketSink(track);
  const isPresent = async (index: number): Promise<boolean> => {
    const start = starts[index];
    return start !== undefined && (await sink.getPacket(start + EPSILON)) !== null;
  };
  if (starts.length === 0 || (await isPresent(starts.length - 1))) return starts.length;
  let present = 0;
  let absent = starts.length - 1;
  while (present < absent) {
    const middle = Math.floor((present + absent) / 2);
    if (await isPresent(middle)) present = middle + 1;
    else absent = middle;
  }
  return present;
}

/** Where sound is, in seconds from the first picture, inside the time that has pictures. */
async function readSound(track: InputAudioTrack, pictures: Pictures): Promise<Span[]> {
  const { starts, lastDuration } = await readStarts(track);
  const usual = usualStep(starts) ?? Math.min(lastDuration, LONG_SECONDS);
  const length = pictures.endSeconds - pictures.firstSeconds;
  const spans: { from: number; to: number }[] = [];
  for (const start of starts) {
    const from = Math.max(0, start - pictures.firstSeconds);
    const to = Math.min(length, start - pictures.firstSeconds + usual);
    const current = spans.at(-1);
    if (to <= from) continue;
    if (current && from - current.to <= LONG_SECONDS) current.to = to;
    else spans.push({ from, to });
  }
  return spans.map(({ from, to }) => ({ from: rounded(from), to: rounded(to) }));
}

/** The median step between neighbours; undefined when there is none. */
function usualStep(starts: Float64Array): number | undefined {
  const steps = starts.subarray(1).map((start, index) => start - (starts[index] ?? start));
  return steps.sort().at(Math.floor(steps.length / 2));
}

async function describeVideo(track: InputVideoTrack): Promise<Partial<MediaFacts>> {
  const width = await track.getCodedWidth();
  const height = await track.getCodedHeight();
  const size = Number.isInteger(width) && Number.isInteger(height) ? { width, height } : {};
  return { ...presentCodec("videoCodec", await track.getCodec()), ...size };
}

function presentCodec<Name extends string>(name: Name, codec: string | null): { [name in Name]?: string } {
  return (codec === null ? {} : { [name]: codec }) as { [name in Name]?: string };
}

/** To microseconds, so that binary fractions do not look like knowledge. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
