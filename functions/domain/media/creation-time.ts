import type { MediaFacts } from "#contracts/footage.ts";
import { type Box, findBox, listBoxes, readBody } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import type { Warnings } from "./warnings.ts";

export type CreationTime = {
  readonly creationTime: string;
  readonly creationOrigin: NonNullable<MediaFacts["creationOrigin"]>;
};

/** Seconds from 1904-01-01 (the epoch of ISO 14496-12) to 1970-01-01. */
const UNIX_EPOCH = 2_082_844_800;
/** 2001-01-01 as a Unix time: no camera that we may meet is older. */
const OLDEST_UNIX = 978_307_200;
/** The last second that a date of four digits can hold, 1904 epoch. */
const LATEST = UNIX_EPOCH + 253_402_300_799;
const DISAGREEMENT_MS = 5 * 60_000;

/**
 * `mvhd` counts from 1904, but some cameras write Unix time. A value before 1970 when read as it should be
 * is taken as Unix time if that gives 2001 to 2036, and says so; what makes sense in neither way is left out.
 */
export function readMovieCreation(seconds: number, mvhd: Box, warnings: Warnings): CreationTime | undefined {
  if (seconds === 0) return undefined;
  if (seconds >= UNIX_EPOCH && seconds <= LATEST) return at(seconds - UNIX_EPOCH, "mvhd");
  if (seconds >= OLDEST_UNIX && seconds < UNIX_EPOCH) {
    warnings.note("CREATION_TIME_UNIX", "moov/mvhd", mvhd.start, "makes sense only as a Unix time");
    return at(seconds, "mvhd-as-unix");
  }
  warnings.note("CREATION_TIME_UNUSABLE", "moov/mvhd", mvhd.start, "makes sense in no known epoch");
  return undefined;
}

function at(unixSeconds: number, creationOrigin: CreationTime["creationOrigin"]): CreationTime {
  return { creationTime: new Date(unixSeconds * 1000).toISOString(), creationOrigin };
}

/**
 * What the camera's own clock said when the recording began, with its offset from UTC. It stands before
 * `mvhd`, which an export sets anew.
 */
export function chooseCreation(
  movie: CreationTime | undefined,
  quickTime: CreationTime | undefined,
  moov: Box,
  warnings: Warnings,
): CreationTime | undefined {
  if (movie && quickTime) {
    const apart = Math.abs(Date.parse(movie.creationTime) - Date.parse(quickTime.creationTime));
    if (apart > DISAGREEMENT_MS) {
      warnings.note("CREATION_TIMES_DIFFER", "moov", moov.start, `mvhd says ${movie.creationTime}`);
    }
  }
  return quickTime ?? movie;
}

const CREATION_KEY = "com.apple.quicktime.creationdate";
/** Keys and values of a camera fit into this; larger metadata (cover pictures) is not looked through. */
const METADATA_BYTES = 64 * 1024;

/** `com.apple.quicktime.creationdate` of `moov/meta`, an ISO 8601 time with offset. */
export async function readQuickTimeCreation(
  source: ByteSource,
  moovBoxes: readonly Box[],
  warnings: Warnings,
): Promise<CreationTime | undefined> {
  const meta = findBox(moovBoxes, "meta");
  if (!meta) return undefined;
  const boxes = await listBoxes(source, await metaBody(source, meta), warnings);
  const keys = findBox(boxes, "keys");
  const values = findBox(boxes, "ilst");
  if (!keys || !values) return undefined;
  const key = await keyNumber(source, keys);
  if (key === undefined) return undefined;
  const text = await metadataText(source, values, key);
  const match = text && /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?)(Z|[+-]\d\d):?(\d\d)?$/.exec(text);
  if (!match) return undefined;
  const zone = match[2] === "Z" ? "Z" : `${match[2]}:${match[3] ?? "00"}`;
  const time = Date.parse(`${match[1]}${zone}`);
  if (Number.isNaN(time)) return undefined;
  return { creationTime: new Date(time).toISOString(), creationOrigin: "quicktime-creationdate" };
}

/** ISO has version and flags before the children of `meta`, QuickTime has not. */
async function metaBody(source: ByteSource, meta: Box): Promise<Box> {
  const head = await source.read(meta.body, 8);
  const versioned = head.length >= 4 && head.subarray(0, 4).every((byte) => byte === 0);
  return versioned ? { ...meta, body: meta.body + 4 } : meta;
}

/** The place of the key in the list, from 1. */
async function keyNumber(source: ByteSource, keys: Box): Promise<number | undefined> {
  const view = await readBody(source, keys, 0, METADATA_BYTES);
  const count = view.byteLength < 8 ? 0 : view.getUint32(4);
  let position = 8;
  for (let number = 1; number <= count && position + 8 <= view.byteLength; number += 1) {
    const size = view.getUint32(position);
    if (size < 8 || position + size > view.byteLength) return undefined;
    if (textAt(view, position + 8, size - 8) === CREATION_KEY) return number;
    position += size;
  }
  return undefined;
}

/** An item of `ilst` is a box whose type is the key's number, holding one `data` box. */
async function metadataText(source: ByteSource, values: Box, key: number): Promise<string | undefined> {
  const view = await readBody(source, values, 0, METADATA_BYTES);
  let position = 0;
  while (position + 24 <= view.byteLength) {
    const size = view.getUint32(position);
    if (size < 24 || position + size > view.byteLength) return undefined;
    if (view.getUint32(position + 4) === key) return textAt(view, position + 24, size - 24);
    position += size;
  }
  return undefined;
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}
