import { type Box, findBox, readBody, whereIs } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { corruptIndex } from "./unusable-file.ts";

/** How pictures of a NAL-unit codec are cut: each unit is preceded by its length in so many bytes. */
export type NalUnits = { readonly codec: "h264" | "hevc"; readonly lengthBytes: number };

/** Parameter sets of real cameras take well under 1 KiB. */
const CONFIGURATION_BYTES = 4096;
const H264_SEQUENCE_SET = 7;
const HEVC_SEQUENCE_SET = 33;

/**
 * Looks whether a decoder could be set up for the first picture: what decoders refuse without, nothing more.
 *
 * @param boxes the children of the sample entry
 * @throws UnusableFile CORRUPT_INDEX when the configuration is missing or makes no sense
 */
export async function checkConfiguration(
  source: ByteSource,
  sampleEntry: Box,
  boxes: readonly Box[],
): Promise<NalUnits | undefined> {
  switch (sampleEntry.type) {
    case "avc1":
    case "avc2":
      return checkAvc(await configuration(source, sampleEntry, boxes, "avcC", 7), true);
    case "avc3":
    case "avc4":
      return checkAvc(await configuration(source, sampleEntry, boxes, "avcC", 7), false);
    case "hvc1":
    case "hvc2":
      return checkHevc(await configuration(source, sampleEntry, boxes, "hvcC", 23), true);
    case "hev1":
      return checkHevc(await configuration(source, sampleEntry, boxes, "hvcC", 23), false);
    case "av01": {
      const { view, where } = await configuration(source, sampleEntry, boxes, "av1C", 4);
      // Marker bit and version 1 of the AV1 ISO BMFF binding.
      if (view.getUint8(0) !== 0x81)
        throw corruptIndex(where, "the description of its pictures is not valid");
      return undefined;
    }
    default:
      return undefined;
  }
}

type Configuration = { readonly view: DataView; readonly where: string };

async function configuration(
  source: ByteSource,
  sampleEntry: Box,
  boxes: readonly Box[],
  type: string,
  atLeast: number,
): Promise<Configuration> {
  const box = findBox(boxes, type);
  if (!box) throw corruptIndex(whereIs(sampleEntry), `the description of its pictures (${type}) is missing`);
  return { view: await readBody(source, box, atLeast, CONFIGURATION_BYTES), where: whereIs(box) };
}

/** ISO 14496-15 §5.3.3: version, profile, …, length size, sequence sets, picture sets. */
function checkAvc({ view, where }: Configuration, setsHere: boolean): NalUnits {
  if (view.getUint8(0) !== 1) throw corruptIndex(where, "the description of its pictures is not valid");
  const sets = view.getUint8(5) & 0x1f;
  if (setsHere && sets === 0) throw corruptIndex(where, "no picture format is given");
  if (sets > 0) expectUnit(view, 6, (header) => (header & 0x1f) === H264_SEQUENCE_SET, where);
  return { codec: "h264", lengthBytes: (view.getUint8(4) & 3) + 1 };
}

/** ISO 14496-15 §8.3.3: 22 bytes, then arrays of parameter sets by type. */
function checkHevc({ view, where }: Configuration, setsHere: boolean): NalUnits {
  if (view.getUint8(0) > 1) throw corruptIndex(where, "the description of its pictures is not valid");
  let at = 23;
  let found = false;
  for (let arrays = view.getUint8(22); arrays > 0 && at + 3 <= view.byteLength; arrays -= 1) {
    const type = view.getUint8(at) & 0x3f;
    const units = view.getUint16(at + 1);
    at += 3;
    for (let unit = 0; unit < units && at + 2 <= view.byteLength; unit += 1) {
      if (type === HEVC_SEQUENCE_SET) {
        expectUnit(view, at, (header) => ((header >> 1) & 0x3f) === HEVC_SEQUENCE_SET, where);
        found = true;
      }
      at += 2 + view.getUint16(at);
    }
  }
  if (setsHere && !found) throw corruptIndex(where, "no picture format is given");
  return { codec: "hevc", lengthBytes: (view.getUint8(21) & 3) + 1 };
}

/** A unit with a 16-bit length lies at `at`, inside the box, and is of the right kind. */
function expectUnit(view: DataView, at: number, isRight: (header: number) => boolean, where: string): void {
  const length = at + 2 <= view.byteLength ? view.getUint16(at) : 0;
  if (length < 4 || at + 2 + length > view.byteLength || !isRight(view.getUint8(at + 2))) {
    throw corruptIndex(where, "the picture format in it is not valid");
  }
}
