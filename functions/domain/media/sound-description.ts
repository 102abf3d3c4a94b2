import { type Box, findBox, listBoxes, readBody } from "./boxes.ts";
import type { ByteSource } from "./byte-source.ts";
import { audioCodecOf, isEncrypted } from "./codecs.ts";
import { objectCodec } from "./object-type.ts";
import { firstEntry } from "./sample-description.ts";
import { UnusableFile } from "./unusable-file.ts";
import type { Warnings } from "./warnings.ts";

export type SoundFormat = {
  /** Undefined when it has no name here: sound in an unknown form is still sound. */
  readonly codec: string | undefined;
  /**
   * Bytes of one sample of all channels, where the size table may count samples and not packets, as QuickTime
   * does; a fraction when they are compressed.
   */
  readonly sampleBytes: number | undefined;
};

const UNKNOWN: SoundFormat = { codec: undefined, sampleBytes: undefined };

/** Fields before the child boxes: ISO 14496-12 §12.2.3; QuickTime's versions 1 and 2 have more. */
const FIELDS = 28;
const FIELDS_QUICKTIME = [FIELDS, FIELDS + 16, FIELDS + 36] as const;

/**
 * The form of a sound track. What cannot be read of it is left open: that there is sound is known without.
 *
 * @throws UnusableFile ENCRYPTED
 */
export async function readSoundFormat(
  source: ByteSource,
  stsd: Box,
  warnings: Warnings,
): Promise<SoundFormat> {
  const entry = await firstEntry(source, stsd, warnings);
  const view = entry && (await readBody(source, entry, 0, FIELDS_QUICKTIME[2]));
  if (!entry || !view || view.byteLength < FIELDS) {
    warnings.note("NO_SOUND_FORMAT", "stsd", stsd.start, "the sound has no description");
    return UNKNOWN;
  }
  // In ISO files a version of 1 stands in the table too, and means something else.
  const inTable = (await readBody(source, stsd, 1)).getUint8(0);
  const version = inTable === 0 ? view.getUint16(8) : 0;
  const skip = FIELDS_QUICKTIME[version] ?? FIELDS;
  const boxes = await listBoxes(source, { ...entry, body: entry.body + skip }, warnings);
  if (isEncrypted(entry.type) || findBox(boxes, "sinf")) {
    throw new UnusableFile("ENCRYPTED", "The sound is encrypted, and the key is not with the file.");
  }
  const wave = findBox(boxes, "wave");
  const inner = wave ? await listBoxes(source, wave, warnings) : boxes;
  const codec =
    entry.type === "mp4a"
      ? await objectCodec(source, inner, "aac", warnings)
      : await pcmName(source, { type: entry.type, view, version, boxes: inner });
  return { codec, sampleBytes: sampleBytesOf(codec, view, version) };
}

type Description = {
  readonly type: string;
  readonly view: DataView;
  readonly version: number;
  readonly boxes: readonly Box[];
};

/** What version 2 and `pcmC` say of samples that are not compressed. */
type PcmForm = { readonly float: boolean; readonly little: boolean; readonly bits: number };

/** The codec's name, which for plain samples tells their form; others are called as their type is. */
async function pcmName(source: ByteSource, description: Description): Promise<string | undefined> {
  const { type, view } = description;
  const named = audioCodecOf(type);
  const bits = view.getUint16(18);
  switch (type) {
    case "sowt":
    case "twos":
      return bits === 8 ? "pcm_s8" : pcm({ float: false, little: type === "sowt", bits: bits || 16 });
    case "raw ":
    case "NONE":
      return bits === 16 ? "pcm_s16be" : named;
    case "in24":
    case "in32":
    case "fl32":
    case "fl64": {
      const form = { float: type.startsWith("fl"), bits: Number(type.slice(2)) };
      return pcm({ ...form, little: await isLittleEndian(source, description.boxes) });
    }
    case "lpcm":
    case "ipcm":
    case "fpcm":
      return pcm(await declaredForm(source, description));
    default:
      return named;
  }
}

function pcm({ float, little, bits }: PcmForm): string {
  return `pcm_${float ? "f" : "s"}${bits}${little ? "le" : "be"}`;
}

async function isLittleEndian(source: ByteSource, boxes: readonly Box[]): Promise<boolean> {
  const enda = findBox(boxes, "enda");
  const view = enda && (await readBody(source, enda, 0, 2));
  return view?.byteLength === 2 && view.getUint16(0) === 1;
}

const IS_FLOAT = 1;
const IS_BIG_ENDIAN = 2;

async function declaredForm(
  source: ByteSource,
  { type, view, version, boxes }: Description,
): Promise<PcmForm> {
  const pcmC = findBox(boxes, "pcmC");
  const config = pcmC && (await readBody(source, pcmC, 0, 6));
  if (config?.byteLength === 6) {
    return { float: type === "fpcm", little: (config.getUint8(4) & 1) !== 0, bits: config.getUint8(5) };
  }
  if (version === 2 && view.byteLength >= 56) {
    const flags = view.getUint32(52);
    const bits = view.getUint32(48);
    return { float: (flags & IS_FLOAT) !== 0, little: (flags & IS_BIG_ENDIAN) === 0, bits };
  }
  return { float: type === "fpcm", little: type === "lpcm", bits: view.getUint16(18) || 16 };
}

/** QuickTime counts samples even of compressed sound (version 1); it says how many make a packet of how many bytes. */
function sampleBytesOf(codec: string | undefined, view: DataView, version: number): number | undefined {
  const wide = version === 2 && view.byteLength >= 52;
  const channels = (wide ? view.getUint32(40) : view.getUint16(16)) || 1;
  const plain = /^pcm_[a-z]+(\d*)/.exec(codec ?? "");
  if (plain) return (Number(plain[1] || 8) / 8) * channels;
  if (version !== 1 || view.byteLength < 44) return undefined;
  const samplesPerPacket = view.getUint32(28);
  const bytesPerFrame = view.getUint32(36);
  return samplesPerPacket > 0 && bytesPerFrame > 0 ? bytesPerFrame / samplesPerPacket : undefined;
}
