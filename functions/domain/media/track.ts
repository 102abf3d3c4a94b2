import { type Box, findBox, listBoxes, readBody, whereIs } from "./boxes.ts";
import { type ByteSource, fourCharacters, u64 } from "./byte-source.ts";
import { checkDataReference } from "./data-reference.ts";
import { type Edit, readEditList, UNEDITED } from "./edit-list.ts";
import { corruptIndex } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

export type TrackKind = "pictures" | "sound" | "other";

/** A track as its headers describe it; its samples have not been looked at. */
export type Track = {
  readonly id: number;
  readonly kind: TrackKind;
  /** Its maker meant it to be shown or heard; a preview or a second choice is not. */
  readonly enabled: boolean;
  /** As its header says, in pixels; 0 for sound. */
  readonly width: number;
  readonly height: number;
  /** Ticks a second of its own times; never 0. */
  readonly timescale: number;
  /** Seconds as `mdhd` declares them; 0 when unset. */
  readonly declaredSeconds: number;
  readonly edits: readonly Edit[];
  readonly trak: Box;
  /** The children of `stbl`; empty when there is none. */
  readonly tables: readonly Box[];
};

export type Movie = {
  /** Ticks a second of the edit lists' durations; 0 when the header is missing or says so. */
  readonly timescale: number;
  readonly fragmented: boolean;
};

const UNSET_32 = 0xffff_ffff;

/**
 * @throws UnusableFile CORRUPT_INDEX when a header that times depend on is missing or makes no sense
 */
export async function readTrack(
  source: ByteSource,
  trak: Box,
  movie: Movie,
  warnings: Warnings,
): Promise<Track> {
  const boxes = await listBoxes(source, trak, warnings);
  const media = findBox(boxes, "mdia");
  if (!media) throw corruptIndex(whereIs(trak), "a track without media");
  const mediaBoxes = await listBoxes(source, media, warnings);
  const kind = await readKind(source, mediaBoxes);
  if (kind === "other") {
    return { ...NO_HEADER, kind, timescale: 1, declaredSeconds: 0, edits: UNEDITED, trak, tables: [] };
  }
  const { timescale, duration } = await readMediaHeader(source, mediaBoxes, media);
  return {
    ...(await readTrackHeader(source, boxes)),
    kind,
    timescale,
    declaredSeconds: duration / timescale,
    edits: await readEdits(source, boxes, { movie, timescale }, warnings),
    trak,
    tables: await readSampleTables(source, mediaBoxes, warnings),
  };
}

async function readKind(source: ByteSource, mediaBoxes: readonly Box[]): Promise<TrackKind> {
  const handler = findBox(mediaBoxes, "hdlr");
  if (!handler) return "other";
  switch (fourCharacters(await readBody(source, handler, 12), 8)) {
    case "vide":
      return "pictures";
    case "soun":
      return "sound";
    default:
      return "other";
  }
}

async function readMediaHeader(source: ByteSource, mediaBoxes: readonly Box[], media: Box) {
  const box = findBox(mediaBoxes, "mdhd");
  if (!box) throw corruptIndex(whereIs(media), "a track without times");
  const version = (await readBody(source, box, 20)).getUint8(0);
  if (version > 1) throw corruptIndex(whereIs(box), "its times are in an unknown form");
  const wide = version === 1;
  const view = await readBody(source, box, wide ? 32 : 20);
  const timescale = view.getUint32(wide ? 20 : 12);
  if (timescale === 0) throw corruptIndex(whereIs(box), "its times have no unit");
  const duration = wide ? u64(view, 24) : view.getUint32(16);
  const unset = wide ? duration >= 2 ** 63 : duration === UNSET_32;
  return { timescale, duration: unset ? 0 : duration };
}

type TrackHeader = Pick<Track, "id" | "enabled" | "width" | "height">;

/** 0 is no track's number. */
const NO_HEADER: TrackHeader = { id: 0, enabled: true, width: 0, height: 0 };
const ENABLED = 1;

/** `tkhd`, ISO 14496-12 §8.3.2. The number is needed to find the track's part in fragments. */
async function readTrackHeader(source: ByteSource, boxes: readonly Box[]): Promise<TrackHeader> {
  const header = findBox(boxes, "tkhd");
  if (!header) return NO_HEADER;
  const view = await readBody(source, header, 0, 96);
  const wide = view.byteLength > 0 && view.getUint8(0) === 1;
  const idAt = wide ? 20 : 12;
  const sizeAt = wide ? 88 : 76;
  if (view.byteLength < idAt + 4) return NO_HEADER;
  const whole = view.byteLength >= sizeAt + 8;
  return {
    id: view.getUint32(idAt),
    enabled: (view.getUint32(0) & ENABLED) !== 0,
    width: whole ? view.getUint16(sizeAt) : 0,
    height: whole ? view.getUint16(sizeAt + 4) : 0,
  };
}

async function readEdits(
  source: ByteSource,
  boxes: readonly Box[],
  { movie, timescale }: { readonly movie: Movie; readonly timescale: number },
  warnings: Warnings,
): Promise<readonly Edit[]> {
  const container = findBox(boxes, "edts");
  const list = container && findBox(await listBoxes(source, container, warnings), "elst");
  if (!list) return UNEDITED;
  if (movie.timescale === 0) {
    warnings.note("EDITS_IGNORED", "elst", list.start, "the movie's times have no unit");
    return UNEDITED;
  }
  const scales = { movie: movie.timescale, media: timescale };
  return readEditList(source, list, scales, movie.fragmented, warnings);
}

async function readSampleTables(
  source: ByteSource,
  mediaBoxes: readonly Box[],
  warnings: Warnings,
): Promise<readonly Box[]> {
  const information = findBox(mediaBoxes, "minf");
  if (!information) return [];
  const boxes = await listBoxes(source, information, warnings);
  await checkDataReference(source, boxes, warnings);
  const table = findBox(boxes, "stbl");
  return table ? listBoxes(source, table, warnings) : [];
}
