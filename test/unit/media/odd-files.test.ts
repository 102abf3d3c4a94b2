import { describe, expect, test } from "vitest";
import { createByteSource } from "#domain/media/byte-source.ts";
import { videoCodecOf } from "#domain/media/codecs.ts";
import { openSampleSizes } from "#domain/media/sample-sizes.ts";
import { readSoundFormat } from "#domain/media/sound-description.ts";
import { createWarnings } from "#domain/media/warnings.ts";
import {
  alter,
  box,
  findIsoBox,
  full,
  type IsoBox,
  join,
  poke,
  putTogether,
  takeApart,
  text,
  u32,
  viewOf,
} from "#test/support/iso-boxes.ts";
import { codesOf } from "#test/support/media-agreement.ts";
import { probeBytes } from "#test/support/media-files.ts";
import { playable, readFootage } from "#test/support/sample-footage.ts";

const indexLast = readFootage("index-last");
const indexFirst = readFootage("index-first");
const fragmented = readFootage("fragmented");
const stbl = "moov/trak/mdia/minf/stbl";
const soundStbl = "moov/trak:1/mdia/minf/stbl";

async function codeOf(data: Uint8Array): Promise<string> {
  const { result } = await probeBytes(data);
  return result.outcome === "playable" ? "playable" : result.code;
}

function sourceOf(data: Uint8Array) {
  return createByteSource(data.length, async (from, length) => data.slice(from, from + length));
}

/** A box as a reader finds it, at the start of a file of its own. */
function boxAt0(type: string, data: Uint8Array) {
  return { type, start: 0, body: 8, end: data.length, overruns: false };
}

/** Where each sample of the pictures lies, in the order of the tables. */
function placesOf(boxes: readonly IsoBox[]): { at: number; size: number }[] {
  const words = (path: string, from: number) => {
    const { data } = findIsoBox(boxes, path);
    return Array.from({ length: Math.floor((data.length - from) / 4) }, (_, index) =>
      viewOf(data).getUint32(from + index * 4),
    );
  };
  const runs = words(`${stbl}/stsc`, 8);
  const sizes = words(`${stbl}/stsz`, 12);
  const places: { at: number; size: number }[] = [];
  for (const [chunk, offset] of words(`${stbl}/stco`, 8).entries()) {
    let perChunk = 0;
    for (let run = 0; run < runs.length; run += 3) {
      if ((runs[run] ?? 0) <= chunk + 1) perChunk = runs[run + 1] ?? 0;
    }
    let at = offset;
    for (const size of sizes.slice(places.length, places.length + perChunk)) {
      places.push({ at, size });
      at += size;
    }
  }
  return places;
}

describe("what was written when the power failed", () => {
  test.each([
    ["no box but the first", (file: Uint8Array) => file.slice(0, 40)],
    ["media data without a size", (file: Uint8Array) => pokeMedia(file, 0)],
    ["media data of the size of its header", (file: Uint8Array) => pokeMedia(file, 8)],
    ["zeros where the index should be", (file: Uint8Array) => withoutIndex(file, 0)],
    ["old data where the index should be", (file: Uint8Array) => withoutIndex(file, 0x5a)],
  ])("is without its index: %s", async (_what, change) => {
    expect(await codeOf(change(indexLast))).toBe("INDEX_MISSING");
  });

  const pokeMedia = (file: Uint8Array, size: number) => {
    const data = withoutIndex(file, 0);
    viewOf(data).setUint32(Buffer.from(data).indexOf("mdat") - 4, size);
    return data;
  };
  const withoutIndex = (file: Uint8Array, fill: number) => {
    const data = join([file, new Uint8Array(9000)]);
    return data.fill(fill, Buffer.from(data).indexOf("moov") - 4);
  };
});

describe("pictures that are partly damaged", () => {
  const spoiled = (spoil: (place: number, of: number) => boolean, fill = 0xff) => {
    const boxes = takeApart(indexFirst);
    const places = placesOf(boxes);
    const data = indexFirst.slice();
    for (const [index, { at, size }] of places.entries()) {
      if (spoil(index, places.length)) data.fill(fill, at, at + size);
    }
    return data;
  };

  test("play when only the first and the last cannot be shown", async () => {
    const media = await playable(spoiled((index, of) => index === 0 || index === of - 1));
    expect(media.playableSeconds).toBe(20);
    expect(codesOf(media)).toEqual(["PICTURE_DAMAGED", "PICTURE_DAMAGED"]);
  });

  test("do not play when none can be shown", async () => {
    expect(await codeOf(spoiled(() => true))).toBe("NO_PLAYABLE_PICTURES");
  });

  test("play as far as they were written when the last chunks are zeros", async () => {
    const media = await playable(spoiled((index, of) => index > of / 2, 0));
    expect(media.truncated).toBe(true);
    expect(media.playableSeconds).toBeLessThan(20);
    expect(codesOf(media)).toEqual(["PICTURES_EMPTY"]);
  });
});

describe("tables", () => {
  test("may hold chunks without samples, which are passed over", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        const list = findIsoBox(boxes, `${stbl}/stsc`);
        const places = placesOf(boxes);
        const [first] = places;
        list.data = full(0, 0, u32(3, 1, 1, 1, 2, 0, 1, 3, 1, 1));
        const offsets = [first?.at ?? 0, first?.at ?? 0, ...places.slice(1).map(({ at }) => at)];
        findIsoBox(boxes, `${stbl}/stco`).data = full(0, 0, u32(offsets.length, ...offsets));
      }),
    );
    expect(media).toMatchObject({ playableSeconds: 20, gaps: [], truncated: false });
  });

  test("with samples that reach into the next chunk are marked, and play", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        const sizes = findIsoBox(boxes, `${stbl}/stsz`);
        poke(sizes, 12, viewOf(sizes.data).getUint32(12) + 1000);
      }),
    );
    expect(media).toMatchObject({ playableSeconds: 20, truncated: false });
    expect(codesOf(media)).toContain("CHUNKS_OVERLAP");
  });

  test("that lead out of the media data are marked", async () => {
    const renamed = takeApart(indexFirst);
    findIsoBox(renamed, "mdat").type = "free";
    const media = await playable(putTogether(renamed));
    expect(media).toMatchObject({ playableSeconds: 20, truncated: false });
    expect(codesOf(media)).toContain("OUTSIDE_MEDIA_DATA");
  });

  test("of times that never hold still for hours leave the declared duration, and say so", async () => {
    const entries = 500_000;
    const times = new Uint8Array(entries * 8);
    for (let entry = 0; entry < entries; entry += 1) {
      viewOf(times).setUint32(entry * 8, 1);
      viewOf(times).setUint32(entry * 8 + 4, 600 + (entry % 7));
    }
    const seconds = 4 * 3600;
    const data = alter(indexLast, (boxes) => {
      findIsoBox(boxes, `${stbl}/stsd`).data.set(text("mp4v"), 12);
      findIsoBox(boxes, `${stbl}/stts`).data = full(0, 0, u32(entries), times);
      findIsoBox(boxes, `${stbl}/stsz`).data = full(0, 0, u32(1, entries));
      findIsoBox(boxes, `${stbl}/stsc`).data = full(0, 0, u32(1, 1, entries, 1));
      findIsoBox(boxes, "moov/trak/edts").type = "free";
      const header = findIsoBox(boxes, "moov/trak/mdia/mdhd");
      poke(header, 16, seconds * viewOf(header.data).getUint32(12));
    });
    const media = await playable(data);
    expect(media.playableSeconds).toBeCloseTo(seconds, 0);
    expect(codesOf(media)).toContain("TIMES_NOT_READ");
  });

  test.each([4, 8, 16])("of compact sizes (%i bits) are read from any place", async (bits) => {
    const sizes = [1, 15, 7, 8, 3];
    const bytes = {
      4: [0x1f, 0x78, 0x30],
      8: sizes,
      16: sizes.flatMap((size) => [0, size]),
    }[bits as 4 | 8 | 16];
    const data = box("stz2", full(0, 0, u32(bits, sizes.length), Uint8Array.from(bytes)));
    const found = await openSampleSizes(sourceOf(data), [boxAt0("stz2", data)], undefined, createWarnings());
    expect(found.count).toBe(5);
    for (let from = 0; from < 5; from += 1) {
      for (let count = 1; count < 7; count += 1) {
        expect(await found.read(from, count)).toEqual(sizes.slice(from, from + count));
      }
    }
  });

  test("of compact sizes in other steps are refused", async () => {
    const data = box("stz2", full(0, 0, u32(5, 1), Uint8Array.of(1)));
    const opened = openSampleSizes(sourceOf(data), [boxAt0("stz2", data)], undefined, createWarnings());
    await expect(opened).rejects.toThrow("cannot be read");
  });

  test("of sound in QuickTime count samples, of which several make a packet", async () => {
    const counted = (size: number) =>
      alter(indexLast, (boxes) => {
        const { data } = findIsoBox(boxes, `${soundStbl}/stsz`);
        const samples = viewOf(data).getUint32(8) * 1024;
        findIsoBox(boxes, `${soundStbl}/stsz`).data = full(0, 0, u32(size, samples));
        const chunks = findIsoBox(boxes, `${soundStbl}/stsc`).data;
        for (let at = 12; at < chunks.length; at += 12)
          viewOf(chunks).setUint32(at, viewOf(chunks).getUint32(at) * 1024);
        const times = findIsoBox(boxes, `${soundStbl}/stts`).data;
        times.set(u32(1, samples, 1), 4);
      });
    expect(await playable(counted(1))).toMatchObject({ audio: [{ from: 0, to: 20 }], truncated: false });
    // Nothing of the kind holds for other sizes: these samples would take more than the file has.
    expect((await playable(counted(2))).truncated).toBe(true);
  });
});

describe("the form of sound", () => {
  type Sound = {
    readonly type: string;
    readonly version?: number;
    readonly bits?: number;
    readonly more?: Uint8Array;
    readonly table?: number;
  };
  async function formOf({ type, version = 0, bits = 16, more = new Uint8Array(), table = 0 }: Sound) {
    const fields = join([
      new Uint8Array(6),
      u32((1 << 16) | version),
      new Uint8Array(6),
      u32((2 << 16) | bits, 0, 48_000 << 16),
    ]);
    const data = box("stsd", full(table, 0, u32(1), box(type, fields, more)));
    return readSoundFormat(sourceOf(data), boxAt0("stsd", data), createWarnings());
  }
  const version1 = (samplesPerPacket: number, bytesPerFrame: number) =>
    u32(samplesPerPacket, bytesPerFrame / 2, bytesPerFrame, 2);
  const version2 = (bits: number, flags: number) =>
    join([u32(72), new Uint8Array(8), u32(2, 0x7f00_0000, bits, flags, (bits / 8) * 2, 1)]);

  test.each<[Sound, string | undefined, number | undefined]>([
    [{ type: "sowt" }, "pcm_s16le", 4],
    [{ type: "sowt", bits: 8 }, "pcm_s8", 2],
    [{ type: "twos", bits: 24 }, "pcm_s24be", 6],
    [{ type: "twos", bits: 0 }, "pcm_s16be", 4],
    [{ type: "raw ", bits: 8 }, "pcm_u8", 2],
    [{ type: "NONE", bits: 16 }, "pcm_s16be", 4],
    [{ type: "ulaw" }, "pcm_mulaw", 2],
    [{ type: "in24", version: 1, more: version1(1, 6) }, "pcm_s24be", 6],
    [
      {
        type: "in24",
        version: 1,
        more: join([version1(1, 6), box("wave", box("enda", Uint8Array.of(0, 1)))]),
      },
      "pcm_s24le",
      6,
    ],
    [
      { type: "fl32", version: 1, more: join([version1(1, 8), box("wave", box("enda", Uint8Array.of(0)))]) },
      "pcm_f32be",
      8,
    ],
    [{ type: "lpcm" }, "pcm_s16le", 4],
    [{ type: "lpcm", version: 2, more: version2(24, 4) }, "pcm_s24le", 6],
    [{ type: "lpcm", version: 2, more: version2(32, 3) }, "pcm_f32be", 8],
    [{ type: "ipcm", more: box("pcmC", full(0, 0, Uint8Array.of(1, 24))) }, "pcm_s24le", 6],
    [{ type: "fpcm", more: box("pcmC", full(0, 0, Uint8Array.of(0, 32))) }, "pcm_f32be", 8],
    [{ type: "ipcm", more: box("pcmC", u32(0)), bits: 0 }, "pcm_s16be", 4],
    [{ type: "ima4", version: 1, more: version1(64, 68) }, "adpcm_ima_qt", 68 / 64],
    [{ type: "ima4", version: 1, more: version1(0, 68) }, "adpcm_ima_qt", undefined],
    [{ type: "ima4", version: 1, more: u32(64) }, "adpcm_ima_qt", undefined],
    // In an ISO file version 1 has no more fields.
    [{ type: "samr", version: 1, table: 1, more: version1(64, 68) }, "amr_nb", undefined],
    [{ type: "apac" }, undefined, undefined],
  ])("is read of %j", async (sound, codec, sampleBytes) => {
    expect(await formOf(sound)).toEqual({ codec, sampleBytes });
  });

  test("is left open when its description is cut short or missing", async () => {
    for (const content of [full(0, 0, u32(1), box("sowt", u32(0))), full(0, 0, u32(0)), u32(0)]) {
      const data = box("stsd", content);
      const warnings = createWarnings();
      expect(await readSoundFormat(sourceOf(data), boxAt0("stsd", data), warnings)).toEqual({
        codec: undefined,
        sampleBytes: undefined,
      });
      expect(warnings.list().join()).toContain("NO_SOUND_FORMAT");
    }
  });

  test("costs the sound when it is encrypted, and not the pictures", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => findIsoBox(boxes, `${soundStbl}/stsd`).data.set(text("enca"), 12)),
    );
    expect(media).toMatchObject({ playableSeconds: 20, audio: [] });
    expect(codesOf(media)).toEqual(["TRACK_LEFT_OUT"]);
  });
});

describe("the form of pictures", () => {
  test("has a name whatever the capitals, and by family", () => {
    expect(["avc1", "xvid", "Mjpg", "h264", "hev1"].map(videoCodecOf)).toEqual([
      "h264",
      "mpeg4",
      "mjpeg",
      "h264",
      "hevc",
    ]);
    expect(["xd5b", "xdv3", "hdv2", "mx5p"].map(videoCodecOf)).toEqual(Array(4).fill("mpeg2video"));
    expect(["zzzz", "toString", "constructor"].map(videoCodecOf)).toEqual([undefined, undefined, undefined]);
  });

  const description = (change: (data: Uint8Array, at: number) => void) =>
    alter(indexLast, (boxes) => {
      const { data } = findIsoBox(boxes, `${stbl}/stsd`);
      change(data, Buffer.from(data).indexOf("avcC") + 4);
    });

  test("is refused when no parameters are anywhere", async () => {
    expect(await codeOf(description((data, at) => data.set([0xe0], at + 5)))).toBe("CORRUPT_INDEX");
  });

  test("is read with start codes that a writer left in it", async () => {
    const media = await playable(
      description((data, at) => {
        const length = viewOf(data).getUint16(at + 6);
        const sets = data.slice(at + 8, at + 8 + length);
        data.set(join([u32(1), sets.subarray(0, length - 4)]), at + 8);
      }),
    );
    expect(media).toMatchObject({ playableSeconds: 20, warnings: [] });
  });

  test("as in a stream needs pictures as in a stream", async () => {
    const change = (data: Uint8Array, at: number) => data.set(join([u32(1), Uint8Array.of(0x67)]), at);
    expect(await codeOf(description(change))).toBe("NO_PLAYABLE_PICTURES");
  });
});

describe("fragments", () => {
  test("are cut off where damage lies between them", async () => {
    const boxes = takeApart(fragmented);
    const second = boxes.map(({ type }) => type).lastIndexOf("moof");
    boxes.splice(second, 0, { type: "\u0001\u0002\u0003\u0004", data: new Uint8Array(50) });
    const data = putTogether(boxes);
    const at = putTogether(boxes.slice(0, second)).length;
    viewOf(data).setUint32(at, 0x7fff_ffff);
    const media = await playable(data);
    expect(media.truncated).toBe(true);
    expect(codesOf(media)).toEqual(["BOX_DAMAGED"]);
  });
});
