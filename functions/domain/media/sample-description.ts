import { type Box, findBox, listBoxes, readBody, readBox, whereIs } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { audioCodecOf, isEncrypted, videoCodecOf } from "./codecs.ts";
import { checkConfiguration, type NalUnits } from "./decoder-configuration.ts";
import { objectCodec } from "./object-type.ts";
import { corruptIndex, UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

export type PictureFormat = {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly nalUnits?: NalUnits;
};

/** Fields before the child boxes: ISO 14496-12 §12.1.3 and §12.2.3. */
const VISUAL_FIELDS = 78;
const AUDIO_FIELDS = 28;
const AUDIO_FIELDS_QUICKTIME = [AUDIO_FIELDS, AUDIO_FIELDS + 16, AUDIO_FIELDS + 36] as const;

/**
 * The first sample entry of a picture track.
 *
 * @throws UnusableFile CORRUPT_INDEX without a usable entry, ENCRYPTED, UNSUPPORTED_CODEC
 */
export async function readPictureFormat(
  source: ByteSource,
  stsd: Box,
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
  const width = fields.getUint16(24);
  const height = fields.getUint16(26);
  if (width === 0 || height === 0) {
    warnings.note("NO_PICTURE_SIZE", `stsd/${entry.type}`, entry.start, `pictures of ${width}×${height}`);
  }
  const nalUnits = await checkConfiguration(source, entry, boxes);
  return { codec, width, height, ...(nalUnits && { nalUnits }) };
}

/** The codec of a sound track; undefined when it has no name here or no sample entry. */
export async function readSoundCodec(
  source: ByteSource,
  stsd: Box,
  warnings: Warnings,
): Promise<string | undefined> {
  const entry = await firstEntry(source, stsd, warnings);
  if (!entry) {
    warnings.note("NO_SOUND_FORMAT", "stsd", stsd.start, "the sound has no description");
    return undefined;
  }
  if (isEncrypted(entry.type)) {
    throw new UnusableFile("ENCRYPTED", "The sound is encrypted, and the key is not with the file.");
  }
  if (entry.type !== "mp4a") return audioCodecOf(entry.type);
  const fields = await readBody(source, entry, AUDIO_FIELDS);
  const skip = AUDIO_FIELDS_QUICKTIME[fields.getUint16(8)] ?? AUDIO_FIELDS;
  const boxes = await listBoxes(source, { ...entry, body: entry.body + skip }, warnings);
  const wave = findBox(boxes, "wave");
  return objectCodec(source, wave ? await listBoxes(source, wave, warnings) : boxes, "aac", warnings);
}

async function firstEntry(source: ByteSource, stsd: Box, warnings: Warnings): Promise<Box | undefined> {
  const count = (await readBody(source, stsd, 8)).getUint32(4);
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
