import { describe, expect, test } from "vitest";
import { readPictureSize } from "#domain/media/sequence-set.ts";

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

describe("parameters that encoders wrote", () => {
  test.each([
    [
      "h264",
      "1920×1080, of which blocks take 1088",
      "6742c028da01e0089f97011000000300100000030320f1832a",
      1920,
      1080,
    ],
    ["h264", "odd sides", "6742c00bda093f8888c044000003000400000300c83c50aa80", 130, 98],
    ["h264", "4:2:2", "677a000bbcb4127f111f80880000030008000003019078a155", 130, 98],
    ["h264", "4:4:4", "67f4000b9196824fe3a3b011000003000100000300320f142aa0", 131, 99],
    ["h264", "in fields", "674d4015f412479e23011000000300100000030321f142aa", 132, 100],
    ["h264", "10 bits", "676e000ba6cd9424fe2223011000000300100000030320f1429960", 130, 98],
    ["h264", "out of order", "6764000bacd9424fe2223011000003000100000300320f142996", 130, 98],
    ["h264", "grey", "6764000af2d084d80b64000003000400000300c83c489a80", 64, 64],
    ["h264", "fields of whole blocks", "674d401ef405a126c044000003000400000300c87c50aa80", 720, 576],
    [
      "hevc",
      "1920×1080",
      "420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84",
      1920,
      1080,
    ],
    [
      "hevc",
      "10 bits",
      "42010102200000030090000003000003001ea0122071c44436595952930bc05a020000030002000003003210",
      130,
      98,
    ],
    [
      "hevc",
      "4:2:2",
      "4201010408000003009d0800000300001eb0122071c447e595952930bc05a02000000300200000030321",
      130,
      98,
    ],
    [
      "hevc",
      "4:4:4",
      "4201010408000003009e0800000300001e9002440e38e8ecb2b2a5261780b4040000030004000003006420",
      131,
      99,
    ],
    [
      "hevc",
      "two layers",
      "4201020408000003009e0800000300001e00009002240d39e7cb2b3159a4932bc05b810100020000030002000003003210",
      130,
      98,
    ],
  ] as const)("of %s tell the size: %s", (codec, _what, hex, width, height) => {
    expect(readPictureSize(codec, bytesOf(hex))).toEqual({ width, height });
  });
});

/** What no encoder at hand writes: bits as text, Exp-Golomb numbers by `golomb`. */
function unitOf(...parts: readonly string[]): Uint8Array {
  const bits = `${parts.join("")}1`;
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
const fixed = (value: number, count: number) => value.toString(2).padStart(count, "0");
const golomb = (value: number) => {
  const bits = (value + 1).toString(2);
  return "0".repeat(bits.length - 1) + bits;
};
const signed = (value: number) => golomb(value > 0 ? value * 2 - 1 : -value * 2);

describe("parameters that are seldom written", () => {
  const begin = (profile: number) =>
    fixed(0x67, 8) + fixed(profile, 8) + fixed(0, 8) + fixed(30, 8) + golomb(0);
  const size = (columns: number, rows: number) => `${golomb(columns - 1) + golomb(rows - 1)}100`;
  const simpleOrder = golomb(0) + golomb(2);

  test("tell the size behind scaling lists, also those that end early", () => {
    // Four of eight lists: a full one of 16, one that ends at once, and of 64 the same two.
    const full = (count: number) => signed(1).repeat(count);
    const ended = signed(-8);
    const lists = `1${full(16)}1${ended}0000` + `1${full(64)}1${ended}`;
    const colour = `${golomb(1) + golomb(0) + golomb(0)}01${lists}`;
    const unit = unitOf(begin(100), colour, simpleOrder, golomb(1), "0", size(120, 68));
    expect(readPictureSize("h264", unit)).toEqual({ width: 1920, height: 1088 });
  });

  test("tell the size behind twelve lists of colours stored apart", () => {
    const colour = `${golomb(3)}1${golomb(0)}${golomb(0)}01${"0".repeat(12)}`;
    const unit = unitOf(begin(244), colour, simpleOrder, golomb(1), "0", size(8, 6));
    expect(readPictureSize("h264", unit)).toEqual({ width: 128, height: 96 });
  });

  test("tell the size behind an order that is counted in cycles", () => {
    const order = `${golomb(0) + golomb(1)}0${signed(-2)}${signed(3)}${golomb(2)}${signed(1)}${signed(-1)}`;
    const unit = unitOf(begin(66), order, golomb(1), "0", size(8, 6));
    expect(readPictureSize("h264", unit)).toEqual({ width: 128, height: 96 });
  });

  test.each([
    ["nothing", unitOf()],
    ["zeros", new Uint8Array(40)],
    ["pictures of 4 million pixels a side", unitOf(begin(66), simpleOrder, golomb(1), "0", size(262_144, 2))],
    [
      "margins wider than the picture",
      unitOf(begin(66), simpleOrder, golomb(1), "0", golomb(7), golomb(5), "101", golomb(500), "111"),
    ],
    ["an end before the size", unitOf(begin(66), simpleOrder).subarray(0, 5)],
  ])("tell no size of %s", (_what, unit) => {
    expect(readPictureSize("h264", unit)).toBeUndefined();
    expect(readPictureSize("hevc", unit)).toBeUndefined();
  });
});
