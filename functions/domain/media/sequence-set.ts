import type { NalUnits } from "./decoder-configuration.ts";

export type PictureSize = { readonly width: number; readonly height: number };

/** No camera takes larger pictures; what says so is damaged. */
const LARGEST_SIDE = 16_384;

/**
 * The size of the pictures as a decoder shows them: what the parameters of a sequence say, without the margins
 * that they cut off. Undefined when they make no sense.
 *
 * @param unit a sequence parameter set with its header: ISO 14496-10 §7.3.2.1, ISO 23008-2 §7.3.2.2
 */
export function readPictureSize(codec: NalUnits["codec"], unit: Uint8Array): PictureSize | undefined {
  const bits = createBits(withoutEmulation(unit));
  const size = codec === "h264" ? readH264Size(bits) : readHevcSize(bits);
  const isSide = (side: number) => side > 0 && side <= LARGEST_SIDE;
  return !bits.exhausted() && isSide(size.width) && isSide(size.height) ? size : undefined;
}

type Bits = {
  /** The next bits as a number, at most 32; 0 behind the end. */
  take(count: number): number;
  skip(count: number): void;
  /** An unsigned Exp-Golomb number; signed ones take as many bits. */
  golomb(): number;
  exhausted(): boolean;
};

function createBits(data: Uint8Array): Bits {
  let position = 0;
  const take = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, position += 1) {
      value = value * 2 + (((data[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
    }
    return value;
  };
  return {
    take,
    skip(count) {
      position += count;
    },
    golomb() {
      let zeros = 0;
      while (zeros < 32 && take(1) === 0) zeros += 1;
      return 2 ** zeros - 1 + take(zeros);
    },
    exhausted: () => position > data.length * 8,
  };
}

/** A 3 after two zeros keeps a unit from looking like a start code; it is no part of what was written. */
function withoutEmulation(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, at) => byte !== 3 || at < 2 || unit[at - 1] !== 0 || unit[at - 2] !== 0);
}

/** Profiles whose parameters tell how colours are stored. */
const colourProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

function readH264Size(bits: Bits): PictureSize {
  bits.skip(8);
  const profile = bits.take(8);
  bits.skip(16);
  bits.golomb();
  const colour = colourProfiles.has(profile) ? readH264Colour(bits) : 1;
  bits.golomb();
  skipPictureOrder(bits);
  bits.golomb();
  bits.skip(1);
  const columns = bits.golomb() + 1;
  const rows = bits.golomb() + 1;
  const fields = 2 - bits.take(1);
  bits.skip(fields === 2 ? 2 : 1);
  const units = { x: colour === 1 || colour === 2 ? 2 : 1, y: (colour === 1 ? 2 : 1) * fields };
  return cropped(bits, { width: columns * 16, height: rows * 16 * fields }, units);
}

function readH264Colour(bits: Bits): number {
  const colour = bits.golomb();
  if (colour === 3) bits.skip(1);
  bits.golomb();
  bits.golomb();
  bits.skip(1);
  const lists = bits.take(1) === 1 ? (colour === 3 ? 12 : 8) : 0;
  for (let list = 0; list < lists; list += 1) {
    if (bits.take(1) === 1) skipScalingList(bits, list < 6 ? 16 : 64);
  }
  return colour;
}

/** Each number is the difference to the one before; one that leads to 0 ends the list. */
function skipScalingList(bits: Bits, count: number): void {
  let last = 8;
  for (let entry = 0; entry < count && last !== 0; entry += 1) {
    const code = bits.golomb();
    const difference = code % 2 === 1 ? (code + 1) / 2 : -code / 2;
    last = (((last + difference) % 256) + 256) % 256;
  }
}

function skipPictureOrder(bits: Bits): void {
  const type = bits.golomb();
  if (type === 0) bits.golomb();
  if (type !== 1) return;
  bits.skip(1);
  bits.golomb();
  bits.golomb();
  for (let left = Math.min(255, bits.golomb()); left > 0; left -= 1) bits.golomb();
}

function readHevcSize(bits: Bits): PictureSize {
  bits.skip(16 + 4);
  const layers = bits.take(3);
  bits.skip(1 + PROFILE_BITS + LEVEL_BITS);
  skipLayers(bits, layers);
  bits.golomb();
  const colour = bits.golomb();
  if (colour === 3) bits.skip(1);
  const width = bits.golomb();
  const height = bits.golomb();
  const units = { x: colour === 1 || colour === 2 ? 2 : 1, y: colour === 1 ? 2 : 1 };
  return cropped(bits, { width, height }, units);
}

const PROFILE_BITS = 88;
const LEVEL_BITS = 8;

/** What is told of lower layers: two flags for each of up to eight, then what they announce. */
function skipLayers(bits: Bits, layers: number): void {
  let announced = 0;
  for (let layer = 0; layer < layers; layer += 1) {
    announced += bits.take(1) * PROFILE_BITS + bits.take(1) * LEVEL_BITS;
  }
  if (layers > 0) bits.skip((8 - layers) * 2);
  bits.skip(announced);
}

function cropped(
  bits: Bits,
  { width, height }: PictureSize,
  units: { readonly x: number; readonly y: number },
): PictureSize {
  if (bits.take(1) === 0) return { width, height };
  const [left, right, top, bottom] = [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()];
  return { width: width - (left + right) * units.x, height: height - (top + bottom) * units.y };
}
