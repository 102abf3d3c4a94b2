import { type Box, findBox, readBody, whereIs } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { type PictureSize, readPictureSize } from "./sequence-set.ts";
import { corruptIndex, type UnusableFile } from "./unusable-file.ts";

/** How pictures of a NAL-unit codec are cut, and whether a decoder can be set up before the first. */
export type NalUnits = {
  readonly codec: "h264" | "hevc";
  /** Each unit is preceded by its length in so many bytes; 0 where units stand behind start codes. */
  readonly lengthBytes: number;
  /** What keeps a decoder from being set up, unless the first picture brings the parameter sets itself. */
  readonly missing?: { readonly where: string; readonly what: string };
  /** The size of the pictures as their parameters say. */
  readonly size?: PictureSize | undefined;
};

/** Parameter sets of real cameras take well under 1 KiB. */
const CONFIGURATION_BYTES = 16 * 1024;
const H264_SEQUENCE_SET = 7;
const HEVC_SEQUENCE_SET = 33;

/** Whether a unit that begins with this byte holds the parameters of a sequence. */
export function isSequenceSet(codec: NalUnits["codec"], header: number): boolean {
  return codec === "h264"
    ? (header & 0x1f) === H264_SEQUENCE_SET
    : ((header >> 1) & 0x3f) === HEVC_SEQUENCE_SET;
}

/**
 * Looks whether a decoder could be set up for the first picture: what decoders refuse without, nothing more.
 *
 * @param boxes the children of the sample entry
 * @throws UnusableFile CORRUPT_INDEX when the configuration makes no sense
 */
export async function checkConfiguration(
  source: ByteSource,
  sampleEntry: Box,
  boxes: readonly Box[],
): Promise<NalUnits | undefined> {
  const find = (type: string) => findConfiguration(source, sampleEntry, boxes, type);
  switch (sampleEntry.type) {
    case "avc1":
    case "avc2":
    case "dva1":
      return checkAvc(await find("avcC"), true);
    case "avc3":
    case "avc4":
    case "dvav":
      return checkAvc(await find("avcC"), false);
    case "hvc1":
    case "hvc2":
    case "dvh1":
      return checkHevc(await find("hvcC"), true);
    case "hev1":
    case "dvhe":
      return checkHevc(await find("hvcC"), false);
    case "av01":
      return checkAv1(await find("av1C"));
    default:
      return undefined;
  }
}

/** `view` is undefined when the box is missing. */
type Configuration = { readonly view: DataView | undefined; readonly where: string; readonly type: string };

async function findConfiguration(
  source: ByteSource,
  sampleEntry: Box,
  boxes: readonly Box[],
  type: string,
): Promise<Configuration> {
  const box = findBox(boxes, type);
  return box
    ? { view: await readBody(source, box, 0, CONFIGURATION_BYTES), where: whereIs(box), type }
    : { view: undefined, where: whereIs(sampleEntry), type };
}

/** How long the start code at a place is: 3 or 4 bytes; 0 when there is none. */
export function startCodeBytes(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) return 0;
  const four = view.getUint32(at);
  if (four === 1) return 4;
  return four >>> 8 === 1 ? 3 : 0;
}

/** Some writers leave it out: then units stand as in a stream, and the parameter sets among them. */
function withoutConfiguration(codec: NalUnits["codec"], { where, type }: Configuration): NalUnits {
  const what = `the description of its pictures (${type}) is missing`;
  return { codec, lengthBytes: 0, missing: { where, what } };
}

/** ISO 14496-15 §5.3.3: version, profile, …, length size, sequence sets, picture sets. */
function checkAvc(configuration: Configuration, setsHere: boolean): NalUnits {
  const { view, where } = configuration;
  if (!view) return withoutConfiguration("h264", configuration);
  if (startCodeBytes(view, 0) > 0) return { codec: "h264", lengthBytes: 0 };
  if (view.byteLength < 7 || view.getUint8(0) !== 1) throw notValid(where);
  const sets = view.getUint8(5) & 0x1f;
  const size = sets > 0 ? readUnit(view, 6, "h264", where) : undefined;
  const units: NalUnits = { codec: "h264", lengthBytes: (view.getUint8(4) & 3) + 1, size };
  return setsHere && sets === 0 ? { ...units, missing: noFormat(where) } : units;
}

/** ISO 14496-15 §8.3.3: 22 bytes, then arrays of parameter sets by type. */
function checkHevc(configuration: Configuration, setsHere: boolean): NalUnits {
  const { view, where } = configuration;
  if (!view) return withoutConfiguration("hevc", configuration);
  if (startCodeBytes(view, 0) > 0) return { codec: "hevc", lengthBytes: 0 };
  if (view.byteLength < 23 || view.getUint8(0) > 1) throw notValid(where);
  let at = 23;
  let found = false;
  let size: PictureSize | undefined;
  for (let arrays = view.getUint8(22); arrays > 0 && at + 3 <= view.byteLength; arrays -= 1) {
    const type = view.getUint8(at) & 0x3f;
    const units = view.getUint16(at + 1);
    at += 3;
    for (let unit = 0; unit < units && at + 2 <= view.byteLength; unit += 1) {
      if (type === HEVC_SEQUENCE_SET) {
        size ??= readUnit(view, at, "hevc", where);
        found = true;
      }
      at += 2 + view.getUint16(at);
    }
  }
  const units: NalUnits = { codec: "hevc", lengthBytes: (view.getUint8(21) & 3) + 1, size };
  return setsHere && !found ? { ...units, missing: noFormat(where) } : units;
}

/** Marker bit and version 1 of the AV1 ISO BMFF binding. */
function checkAv1({ view, where, type }: Configuration): undefined {
  if (!view) throw corruptIndex(where, `the description of its pictures (${type}) is missing`);
  if (view.byteLength < 4 || view.getUint8(0) !== 0x81) throw notValid(where);
}

function notValid(where: string): UnusableFile {
  return corruptIndex(where, "the description of its pictures is not valid");
}

function noFormat(where: string): NonNullable<NalUnits["missing"]> {
  return { where, what: "no picture format is given" };
}

/**
 * A unit with a 16-bit length lies at `at`, inside the box, and holds the parameters of a sequence.
 *
 * @returns the size of the pictures, when it can be made out
 */
function readUnit(
  view: DataView,
  at: number,
  codec: NalUnits["codec"],
  where: string,
): PictureSize | undefined {
  const length = at + 2 <= view.byteLength ? view.getUint16(at) : 0;
  const end = at + 2 + length;
  // Some writers leave the start code before it.
  const header = length >= 4 && end <= view.byteLength ? at + 2 + startCodeBytes(view, at + 2) : end;
  if (header >= end || header >= view.byteLength || !isSequenceSet(codec, view.getUint8(header))) {
    throw corruptIndex(where, "the picture format in it is not valid");
  }
  return readPictureSize(codec, new Uint8Array(view.buffer, view.byteOffset + header, end - header));
}
