import type { MediaFacts, ProbeResult, ReadRange } from "#contracts/footage.ts";
import { type Box, findBox } from "./boxes.ts";
import { type ByteSource, createByteSource, fourCharacters, viewOf } from "./byte-source.ts";
import { choosePictures, type Pictures, type ReadTrack, withoutPictures } from "./choose-pictures.ts";
import { present } from "./edit-list.ts";
import type { FragmentTrack } from "./fragment.ts";
import { readFragments } from "./fragments.ts";
import { type Layout, readLayout } from "./layout.ts";
import { passOver } from "./left-out-track.ts";
import { type MovieIndex, readMovie } from "./movie.ts";
import { coverOf, MOST_SPANS, type Span } from "./picture-cover.ts";
import { lookAtPicture } from "./picture-data.ts";
import { readPictureFormat } from "./sample-description.ts";
import type { PictureRoom } from "./sample-presence.ts";
import { readSoundFormat, type SoundFormat } from "./sound-description.ts";
import { joined, spanFacts } from "./span-facts.ts";
import { readTrack, type Track } from "./track.ts";
import { checkParameters, readTrackSamples, type TrackSamples } from "./track-samples.ts";
import { corruptIndex, UnusableFile } from "./unusable-file.ts";
import { createWarnings, type Warnings } from "./warnings.ts";

/**
 * Reads what an MP4, MOV or 3GP file holds, within a budget (`BUDGET`), trusting nothing in it.
 *
 * Never decodes: it reads the index, checks it against itself and against the file, and looks at the first
 * bytes of the first and the last picture. Errors of `readRange` pass through; whatever the file does is an
 * answer. The wall clock is the caller's: every loop here is bounded by bytes that were read.
 */
export async function probeIsoBmff(file: {
  readonly bytes: number;
  readonly readRange: ReadRange;
}): Promise<ProbeResult> {
  try {
    const source = createByteSource(file.bytes, file.readRange);
    return { outcome: "playable", media: await readMedia(source, createWarnings()) };
  } catch (error) {
    if (error instanceof UnusableFile) {
      return { outcome: "unusable", code: error.code, detail: error.message };
    }
    throw error;
  }
}

/** Boxes that files begin with; old cameras write no `ftyp`, and some their own data first. */
const beginnings = new Set(
  "ftyp moov mdat free skip wide pnot uuid styp sidx moof frea junk pict PICT udta meta prfl emsg prft".split(
    " ",
  ),
);

/** @param firstBytes the first 12 bytes of the file, or more */
export function looksLikeIsoBmff(firstBytes: Uint8Array): boolean {
  if (firstBytes.length < 8) return false;
  const view = viewOf(firstBytes);
  const size = view.getUint32(0);
  return (size >= 8 || size <= 1) && beginnings.has(fourCharacters(view, 4));
}

async function readMedia(source: ByteSource, warnings: Warnings): Promise<MediaFacts> {
  if (!looksLikeIsoBmff(await source.read(0, Math.min(16, source.bytes)))) {
    throw new UnusableFile("NOT_A_VIDEO", "The file does not begin as an MP4, MOV or 3GP file does.");
  }
  const layout = await readLayout(source, warnings);
  if (!layout.moov) throw withoutIndex(layout);
  const movie = await readMovie(source, layout.moov, warnings, layout.firstFragment !== undefined);
  const tracks = await readTracks(source, movie, warnings);
  const read = await readAllSamples(source, { layout, moov: layout.moov, movie }, tracks, warnings);
  return describe(read, { layout, moov: layout.moov, movie }, warnings);
}

const imageBrands = new Set(["heic", "heix", "mif1", "msf1", "avif", "avis", "crx "]);

function withoutIndex({ brand, boxes }: Layout): UnusableFile {
  if (brand && imageBrands.has(brand)) {
    return new UnusableFile("NOT_A_VIDEO", "The file is a still picture, not a video.");
  }
  return boxes.some(({ type }) => type === "mdat" || type === "moof")
    ? new UnusableFile(
        "INDEX_MISSING",
        "The file has no index (moov): the recording was cut off before the camera wrote it.",
      )
    : new UnusableFile("INDEX_MISSING", "The file has neither an index (moov) nor pictures.");
}

type Indexed = { readonly layout: Layout; readonly moov: Box; readonly movie: MovieIndex };
type Sound = { readonly track: Track; readonly format: SoundFormat };
type Tracks = { readonly pictures: readonly Pictures[]; readonly sounds: readonly Sound[] };

/**
 * A track of pictures that cannot be read makes the file unusable only when there is no other; a track of
 * sound that cannot be read is left out, with a warning.
 */
async function readTracks(source: ByteSource, movie: MovieIndex, warnings: Warnings): Promise<Tracks> {
  const pictures: Pictures[] = [];
  const sounds: Sound[] = [];
  let problem: UnusableFile | undefined;
  for (const trak of movie.tracks) {
    try {
      const track = await readTrack(source, trak, movie, warnings);
      if (track.kind === "pictures") {
        const format = await readPictureFormat(source, descriptionOf(track), track, warnings);
        pictures.push({ track, format });
      } else if (track.kind === "sound") {
        sounds.push({ track, format: await soundFormatOf(source, track, warnings) });
      }
    } catch (error) {
      const passed = passOver(error, trak, warnings);
      problem ??= passed;
    }
  }
  if (pictures.length > 0) return { pictures, sounds };
  throw problem ?? new UnusableFile("NO_VIDEO_TRACK", "The file has no track of pictures.");
}

function descriptionOf(track: Track): Box {
  const box = findBox(track.tables, "stsd");
  if (!box) throw corruptIndex(`trak at ${track.trak.start}`, "the description of its samples is missing");
  return box;
}

async function soundFormatOf(source: ByteSource, track: Track, warnings: Warnings): Promise<SoundFormat> {
  const box = findBox(track.tables, "stsd");
  if (box) return readSoundFormat(source, box, warnings);
  warnings.note("NO_SOUND_FORMAT", "moov/trak", track.trak.start, "the sound has no description");
  return { codec: undefined, sampleBytes: undefined };
}

type ReadAll = {
  readonly pictures: ReadTrack<Pictures>;
  readonly sounds: readonly ReadTrack<Sound>[];
  /** The file ends before what its index describes. */
  readonly cutOff: boolean;
};

async function readAllSamples(
  source: ByteSource,
  { layout, moov, movie }: Indexed,
  tracks: Tracks,
  warnings: Warnings,
): Promise<ReadAll> {
  const room = roomOf(source, layout, moov);
  const pictures = await choosePictures(source, tracks.pictures, room, warnings);
  const sounds: ReadTrack<Sound>[] = [];
  for (const sound of tracks.sounds) {
    try {
      const form = { kind: "sound", sampleBytes: sound.format.sampleBytes } as const;
      const samples = await readTrackSamples(source, sound.track, room, form, warnings);
      sounds.push({ ...sound, samples });
    } catch (error) {
      passOver(error, sound.track.trak, warnings);
    }
  }
  const missing = [pictures, ...sounds].some(({ samples }) => samples.missing > 0);
  if (!movie.fragmented) return { pictures, sounds, cutOff: missing || moov.overruns };
  return readFragmented(source, { layout, moov, movie }, { pictures, sounds, cutOff: missing }, warnings);
}

/** Where the media data is counts only where the boxes led to the end of the file. */
function roomOf({ bytes }: ByteSource, { boxes }: Layout, moov: Box): PictureRoom {
  const complete = boxes.includes(moov) && boxes.at(-1)?.end === bytes;
  return {
    bytes,
    taken: [moov, ...boxes.filter(({ type }) => type === "ftyp")],
    media: complete ? boxes.filter(({ type }) => type === "mdat") : undefined,
  };
}

async function readFragmented(
  source: ByteSource,
  { layout, movie }: Indexed,
  { pictures, sounds, cutOff }: ReadAll,
  warnings: Warnings,
): Promise<ReadAll> {
  const fragmentTrack = ({ track, samples }: ReadTrack<Pictures | Sound>): FragmentTrack => ({
    id: track.id,
    timescale: track.timescale,
    defaults: movie.defaults.get(track.id) ?? { duration: 0, size: 0 },
    runs: samples.runs,
    nextTime: samples.end,
    found: 0,
    missing: samples.missing,
    firstSample: undefined,
  });
  const tracks = [pictures, ...sounds].map(fragmentTrack);
  for (const { track } of [pictures, ...sounds].filter(({ track: { id } }) => !movie.defaults.has(id))) {
    warnings.note("NO_FRAGMENT_DEFAULTS", "moov/trak", track.trak.start, "the track is not announced (trex)");
  }
  const ended = await readFragments(source, layout, tracks, warnings);
  const [first] = tracks;
  if (first?.firstSample) {
    const { look } = pictures.format;
    await checkParameters(source, first.firstSample, look.nalUnits, warnings);
    if ((await lookAtPicture(source, first.firstSample, look)) !== "picture") {
      warnings.note("PICTURE_DAMAGED", "moof", first.firstSample.offset, "the first picture is damaged");
    }
  }
  return { pictures, sounds, cutOff: cutOff || ended || tracks.some(({ missing }) => missing > 0) };
}

function describe({ pictures, sounds, cutOff }: ReadAll, indexed: Indexed, warnings: Warnings): MediaFacts {
  const { track, format, samples } = pictures;
  const shown = shownSpans(track, samples, warnings);
  const heard = sounds.flatMap(({ track: sound, samples: played }) => shownSpans(sound, played, warnings));
  const facts = spanFacts(shown, heard);
  if (!facts) throw withoutPictures();
  const [sound] = sounds;
  return {
    container: containerOf(indexed.layout),
    ...facts,
    videoCodec: format.codec,
    ...(sound?.format.codec && { audioCodec: sound.format.codec }),
    width: format.width,
    height: format.height,
    ...indexed.movie.creation,
    truncated: cutOff,
    warnings: warnings.list(),
  };
}

function shownSpans(track: Track, { runs }: TrackSamples, warnings: Warnings): Span[] {
  const cover = coverOf(runs, track.timescale);
  const shown = joined(present(cover.spans, track.edits));
  if (cover.shredded || shown.length > MOST_SPANS) {
    const left = `what lies behind the first ${MOST_SPANS} was left out`;
    warnings.note("TOO_MANY_GAPS", "moov/trak", track.trak.start, left);
  }
  return shown.slice(0, MOST_SPANS);
}

/** By its brand: QuickTime names itself, 3GP too; files without a brand are QuickTime's or old MP4. */
function containerOf({ brand }: Layout): string {
  if (brand === undefined || brand === "qt  ") return "mov";
  return brand.startsWith("3g") ? "3gp" : "mp4";
}
