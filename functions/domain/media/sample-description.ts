import { type Box, findBox, listBoxes, readBody, readBox, whereIs } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { isEncrypted, videoCodecOf } from "./codecs.ts";
import { checkConfiguration } from "./decoder-configuration.ts";
import { objectCodec } from "./object-type.ts";
import type { PictureLook } from "./picture-data.ts";
import type { PictureSize } from "./sequence-set.ts";
import { corruptIndex, UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

export type PictureFormat = PictureSize & {
  readonly codec: string;
  readonly look: PictureLook;
};

const uncompressed = new Set(["rawvideo", "v210"]);

/** Fields before the child boxes: ISO 14496-12 §12.1.3. */
const VISUAL_FIELDS = 78;

/**
 * The first sample entry of a picture track.
 *
 * @param shown the size of the track, for entries that leave theirs out
 * @throws UnusableFile CORRUPT_INDEX without a usable entry, ENCRYPTED, UNSUPPORTED_CODEC
 */
export async function readPictureFormat(
  source: ByteSource,
  stsd: Box,
  shown: PictureSize,
  warnings: Warnings,
): Promise<PictureFormat> {
  const entry = await firstEntry(source, stsd, warnings);
  if (!entry) throw corruptIndex(whereIs(stsd), "no picture format is given");
  const fields = await readBody(source, entry, VISUAL_FIELDS);
  const boxes = await listBoxes(source, { ...entry, body: entry.body + VISUAL_FIELDS }, warnings);
  if (isEncrypted(entry.type) || findBox(boxes, "sinf")) {
    throw new UnusableFile("ENCRYPTED", "The pictures are encrypted, and the key is not with the file.");
  }
  const codec =
    entry.type === "mp4v" ? await objectCodec(source, boxes, "mpeg4", warnings) : videoCodecOf(entry.type);
  if (!codec) {
    throw new UnusableFile(
      "UNSUPPORTED_CODEC",
      `The pictures are in a form (${entry.type}) that this reader does not know.`,
    );
  }
  const nalUnits = await checkConfiguration(source, entry, boxes);
  const size = sizeOf(entry, fields, shown, nalUnits?.size, warnings);
  return { codec, ...size, look: { nalUnits, uncompressed: uncompressed.has(codec) } };
}

/** What the pictures themselves say counts before the entry, and that before the track's header. */
function sizeOf(
  entry: Box,
  fields: DataView,
  shown: PictureSize,
  coded: PictureSize | undefined,
  warnings: Warnings,
): PictureSize {
  const width = fields.getUint16(24);
  const height = fields.getUint16(26);
  const where = `stsd/${entry.type}`;
  if (coded && width > 0 && height > 0 && (coded.width !== width || coded.height !== height)) {
    const sizes = `${width}×${height} are described, the pictures have ${coded.width}×${coded.height}`;
    warnings.note("PICTURE_SIZE_DIFFERS", where, entry.start, sizes);
  }
  const size = coded ?? { width: width || shown.width, height: height || shown.height };
  if (size.width === 0 || size.height === 0) {
    warnings.note("NO_PICTURE_SIZE", where, entry.start, `pictures of ${size.width}×${size.height}`);
  }
  return size;
}

/** The first sample entry; undefined when there is none. */
export async function firstEntry(
  source: ByteSource,
  stsd: Box,
  warnings: Warnings,
): Promise<Box | undefined> {
  const head = await readBody(source, stsd, 0, 8);
  const count = head.byteLength < 8 ? 0 : head.getUint32(4);
  if (count === 0) return undefined;
  if (count > 1) {
    warnings.note(
      "FORMAT_CHANGES",
      "stsd",
      stsd.start,
      `${count} sample formats, of which the first was read`,
    );
  }
  const entry = await readEntryBox(source, stsd);
  if (entry?.overruns)
    warnings.note("BOX_OVERRUN", `stsd/${entry.type}`, entry.start, "longer than its table");
  return entry;
}

/** Old sound types hold unprintable characters (`ms` and a number), which no box has elsewhere. */
async function readEntryBox(source: ByteSource, stsd: Box): Promise<Box | undefined> {
  const size = await source.read(stsd.body + 8, 4);
  // Nothing of unknown length stands in a table.
  if (size.every((byte) => byte === 0)) return undefined;
  const printable = await readBox(source, stsd.body + 8, stsd.end);
  if (printable) return printable;
  const data = await source.read(stsd.body + 8, 8);
  const type = String.fromCharCode(...data.subarray(4));
  const start = stsd.body + 8;
  return data.length === 8 && type.startsWith("ms")
    ? { type, start, body: start + 8, end: stsd.end, overruns: false }
    : undefined;
}
