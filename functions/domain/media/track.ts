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
    return { id: 0, kind, timescale: 1, declaredSeconds: 0, edits: UNEDITED, trak, tables: [] };
  }
  const { timescale, duration } = await readMediaHeader(source, mediaBoxes, media);
  return {
    id: await readTrackId(source, boxes),
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

/** Needed to find the track's part in fragments; 0 is no track's number. */
async function readTrackId(source: ByteSource, boxes: readonly Box[]): Promise<number> {
  const header = findBox(boxes, "tkhd");
  if (!header) return 0;
  const wide = (await readBody(source, header, 16, 24)).getUint8(0) === 1;
  return (await readBody(source, header, 24)).getUint32(wide ? 20 : 12);
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
