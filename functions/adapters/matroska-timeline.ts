import {
  CustomSource,
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  type InputTrack,
  MATROSKA,
  WEBM,
} from "mediabunny";
import type { ReadRange } from "#contracts/footage.ts";
import type { MatroskaReading, MatroskaTimeline, MatroskaTrack } from "#contracts/matroska.ts";
import { HEADER_BYTES, readMatroskaHeader } from "./matroska-header.ts";

/**
 * Reads a Matroska or WebM file with mediabunny. Runs in the reader's worker alone, where it can be stopped: a
 * corrupt number can keep the library busy for minutes.
 */
export async function readMatroskaTimeline(file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}): Promise<MatroskaReading> {
  const header = readMatroskaHeader(await file.readRange(0, Math.min(HEADER_BYTES, file.bytes)));
  using input = new Input({
    // Imported by name: naming all formats would triple the bundle.
    formats: [MATROSKA, WEBM],
    source: new CustomSource({
      getSize: () => file.bytes,
      read: (from, to) => file.readRange(from, to - from),
      prefetchProfile: "network",
    }),
  });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getAudioTracks();
  const { tracks, brokenOff } = await readTracks(video ? [video, ...audio] : audio);
  const declaredSeconds = await video?.getDurationFromMetadata();
  const timeline: MatroskaTimeline = {
    container: (await input.getFormat()) === WEBM ? "webm" : "mkv",
    encrypted: header.encrypted,
    ...(await describePictures(video, tracks)),
    sounds: video ? tracks.slice(1) : tracks,
    ...(typeof declaredSeconds === "number" && { declaredSeconds }),
    ...(header.date && { date: header.date }),
    brokenOff: brokenOff || (header.end ?? 0) > file.bytes,
  };
  return { outcome: "read", timeline };
}

/** The library could not make sense of the file; what it said is for a person who looks into it. */
export function unreadable(error: unknown): MatroskaReading {
  const said = error instanceof Error ? error.message : String(error);
  const detail = `The file cannot be read as Matroska or WebM: ${said.slice(0, 200)}`;
  return { outcome: "unusable", code: "CORRUPT_INDEX", detail };
}

async function describePictures(
  track: Awaited<ReturnType<Input["getPrimaryVideoTrack"]>>,
  [pictures]: readonly MatroskaTrack[],
): Promise<Pick<MatroskaTimeline, "pictures">> {
  if (!track || !pictures) return {};
  const width = await track.getCodedWidth();
  const height = await track.getCodedHeight();
  return { pictures: { ...pictures, width, height } };
}

/** 9 hours at 60 pictures and 50 pieces of sound a second. */
const MOST_PACKETS = 4_000_000;
const MICROSECONDS = 1_000_000;

type Cursor = {
  readonly track: InputTrack;
  readonly sink: EncodedPacketSink;
  readonly starts: number[];
  next: EncodedPacket | null;
};

/** Reads all tracks side by side, so that the library reads each part of the file once for all of them. */
async function readTracks(
  tracks: readonly InputTrack[],
): Promise<{ readonly tracks: MatroskaTrack[]; readonly brokenOff: boolean }> {
  const cursors = tracks.map(
    (track): Cursor => ({ track, sink: new EncodedPacketSink(track), starts: [], next: null }),
  );
  const brokenOff = await advance(cursors);
  return { tracks: await Promise.all(cursors.map(trackOf)), brokenOff };
}

/** @returns whether the file could not be read to its end */
async function advance(cursors: readonly Cursor[]): Promise<boolean> {
  let packets = 0;
  try {
    for (const cursor of cursors) cursor.next = await cursor.sink.getFirstPacket({ metadataOnly: true });
    for (let cursor = earliest(cursors); cursor?.next; cursor = earliest(cursors)) {
      packets += 1;
      if (packets > MOST_PACKETS) return true;
      const { timestamp, byteLength } = cursor.next;
      if (byteLength > 0) cursor.starts.push(Math.round(timestamp * MICROSECONDS));
      cursor.next = await cursor.sink.getNextPacket(cursor.next, { metadataOnly: true });
    }
    return false;
  } catch (error) {
    // What stands before the damage is what was recorded.
    if (packets === 0) throw error;
    return true;
  }
}

function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let found: Cursor | undefined;
  for (const cursor of cursors) {
    const time = cursor.next?.timestamp ?? Number.POSITIVE_INFINITY;
    if (time < (found?.next?.timestamp ?? Number.POSITIVE_INFINITY)) found = cursor;
  }
  return found;
}

async function trackOf({ track, starts }: Cursor): Promise<MatroskaTrack> {
  const codecId = await track.getInternalCodecId();
  return {
    codecId: typeof codecId === "string" ? codecId : "",
    starts: Float64Array.from(starts).sort(),
  };
}
