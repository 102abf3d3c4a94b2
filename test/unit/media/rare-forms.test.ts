import { describe, expect, test } from "vitest";
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
  u64,
  viewOf,
} from "#test/support/iso-boxes.ts";
import { codesOf } from "#test/support/media-agreement.ts";
import { probeBytes } from "#test/support/media-files.ts";
import { playable, readFootage } from "#test/support/sample-footage.ts";

const indexLast = readFootage("index-last");
const fragmented = readFootage("fragmented");
const trak = "moov/trak";
const stbl = `${trak}/mdia/minf/stbl`;
const TICKS = 16_384;

async function codeOf(data: Uint8Array): Promise<string> {
  const { result } = await probeBytes(data);
  return result.outcome === "playable" ? "playable" : result.code;
}

function firstChunkOf(boxes: readonly IsoBox[]): number {
  return viewOf(findIsoBox(boxes, `${stbl}/stco`).data).getUint32(8);
}

function setData(path: string, data: Uint8Array): (boxes: IsoBox[]) => void {
  return (boxes) => {
    findIsoBox(boxes, path).data = data;
  };
}

function rename(path: string, type: string): (boxes: IsoBox[]) => void {
  return (boxes) => {
    findIsoBox(boxes, path).type = type;
  };
}

describe("QuickTime's creation date", () => {
  const dated = (value: string, keys = 1) =>
    alter(indexLast, (boxes) => {
      poke(findIsoBox(boxes, "moov/mvhd"), 4, 2_082_844_800 + 1_795_295_000);
      const key = text("com.apple.quicktime.creationdate");
      const list = join([u32(value.length + 24, 1, value.length + 16), text("data"), u32(1, 0), text(value)]);
      const parts = [
        box("hdlr", new Uint8Array(24)),
        box("keys", full(0, 0, u32(keys, key.length + 8), text("mdta"), key)),
        box("ilst", list),
      ];
      findIsoBox(boxes, "moov").children?.push({ type: "meta", data: join(parts) });
    });

  test.each([
    ["2026-11-21T21:03:20Z", "2026-11-21T21:03:20.000Z"],
    ["2026-11-21T22:03:20+01", "2026-11-21T21:03:20.000Z"],
    ["2026-11-21T22:03:20.5+01:00", "2026-11-21T21:03:20.500Z"],
  ])("is read of %s", async (value, expected) => {
    const media = await playable(dated(value));
    expect(media).toMatchObject({ creationTime: expected, creationOrigin: "quicktime-creationdate" });
  });

  test.each(["yesterday", "2026-13-41T22:03:20Z", "2026-11-21T22:03:20"])(
    "is not guessed from %s",
    async (value) => {
      expect((await playable(dated(value))).creationOrigin).toBe("mvhd");
    },
  );

  test("stands before the movie's own, and says when both are minutes apart", async () => {
    const media = await playable(dated("2026-11-21T21:10:20Z"));
    expect(media.creationTime).toBe("2026-11-21T21:10:20.000Z");
    expect(codesOf(media)).toEqual(["CREATION_TIMES_DIFFER"]);
  });

  test("is not looked for among keys that are not there", async () => {
    expect((await playable(dated("2026-11-21T21:10:20Z", 0))).creationOrigin).toBe("mvhd");
  });
});

describe("key pictures", () => {
  test.each([
    [u32(1, 3), "number 3"],
    [u32(0), "no picture stands for itself"],
  ])("that come late are told", async (list, said) => {
    const media = await playable(alter(indexLast, setData(`${stbl}/stss`, full(0, 0, list))));
    expect(media.playableSeconds).toBe(20);
    expect(media.warnings.join()).toContain(said);
  });
});

describe("offsets of pictures stored out of order", () => {
  const offsets = (entries: number, of: (entry: number) => number) => {
    const data = new Uint8Array(entries * 8);
    for (let entry = 0; entry < entries; entry += 1) {
      viewOf(data).setUint32(entry * 8, 1);
      viewOf(data).setInt32(entry * 8 + 4, of(entry));
    }
    return full(1, 0, u32(entries), data);
  };

  test("of over 30 s are damage, and not followed", async () => {
    const media = await playable(
      alter(
        indexLast,
        setData(
          `${stbl}/ctts`,
          offsets(20, (entry) => (entry > 4 ? 99 * TICKS : 2 * TICKS)),
        ),
      ),
    );
    expect(media.playableSeconds).toBeLessThanOrEqual(20);
    expect(codesOf(media)).toContain("OFFSET_DAMAGED");
  });

  test("in a table without entries are none", async () => {
    const media = await playable(alter(indexLast, setData(`${stbl}/ctts`, full(0, 0, u32(0)))));
    // The edit list still hides the first two seconds, for which the offsets made room.
    expect(media.playableSeconds).toBe(18);
  });

  const long = (seconds: number, pause: boolean) => {
    const count = seconds * 25;
    const step = TICKS / 32;
    return alter(indexLast, (boxes) => {
      findIsoBox(boxes, `${stbl}/stsd`).data.set(text("mp4v"), 12);
      const times = pause ? [count / 2, step, 1, 6 * TICKS, count / 2 - 1, step] : [count, step];
      findIsoBox(boxes, `${stbl}/stts`).data = full(0, 0, u32(times.length / 2, ...times));
      findIsoBox(boxes, `${stbl}/stsz`).data = full(0, 0, u32(1, count));
      findIsoBox(boxes, `${stbl}/stsc`).data = full(0, 0, u32(1, 1, count, 1));
      findIsoBox(boxes, `${stbl}/ctts`).data = offsets(count, () => TICKS);
      findIsoBox(boxes, `${stbl}/stco`).data = full(0, 0, u32(1, firstChunkOf(boxes)));
      findIsoBox(boxes, `${trak}/edts`).type = "free";
      poke(findIsoBox(boxes, `${trak}/mdia/mdhd`), 16, 0);
      findIsoBox(boxes, "mdat").data = new Uint8Array(findIsoBox(boxes, "mdat").data.length + count).fill(1);
    });
  };

  test.each([
    ["no pause", 400, false, []],
    ["a pause, near enough to be read", 400, true, []],
    ["a pause, in a table too long to be read", 6000, true, ["GAP_EDGES_APPROXIMATE"]],
  ] as const)("in a long table with %s", async (_what, seconds, pause, codes) => {
    const media = await playable(long(seconds, pause));
    expect(media.gaps).toHaveLength(pause ? 1 : 0);
    expect(codesOf(media)).toEqual(codes);
  });
});

describe("headers", () => {
  test("of times in an unknown form cost the track", async () => {
    const version2 = (boxes: IsoBox[]) => findIsoBox(boxes, `${trak}/mdia/mdhd`).data.set([2]);
    expect(await codeOf(alter(indexLast, version2))).toBe("CORRUPT_INDEX");
  });

  test.each([
    ["missing", rename(`${trak}/tkhd`, "free")],
    ["cut short", setData(`${trak}/tkhd`, u32(3, 0))],
    ["without its end", setData(`${trak}/tkhd`, full(0, 3, u32(0, 0, 1, 0)))],
  ])("of tracks may be %s", async (_how, change) => {
    expect(await playable(alter(indexLast, change))).toMatchObject({ playableSeconds: 20, warnings: [] });
  });

  test("of tracks in version 1 tell the size too", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        const header = findIsoBox(boxes, `${trak}/tkhd`);
        const wide = full(1, 3, u64(0, 0), u32(1, 0), u64(0));
        header.data = join([wide, header.data.subarray(24, 76), u32(64 << 16, 36 << 16)]);
        const entry = findIsoBox(boxes, `${stbl}/stsd`).data;
        entry.set(text("mp4v"), 12);
        viewOf(entry).setUint32(8 + 8 + 24, 0);
      }),
    );
    expect(media).toMatchObject({ width: 64, height: 36, warnings: [] });
  });

  test("without any size are marked", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        findIsoBox(boxes, `${trak}/tkhd`).type = "free";
        const entry = findIsoBox(boxes, `${stbl}/stsd`).data;
        entry.set(text("mp4v"), 12);
        viewOf(entry).setUint32(8 + 8 + 24, 0);
      }),
    );
    expect(codesOf(media)).toEqual(["NO_PICTURE_SIZE"]);
  });

  test("that point to another file are marked", async () => {
    const outside = box("dref", full(0, 0, u32(1), box("url ", full(0, 0, text("elsewhere.mp4")))));
    const media = await playable(alter(indexLast, setData(`${trak}/mdia/minf/dinf`, outside)));
    expect(codesOf(media)).toEqual(["EXTERNAL_MEDIA"]);
  });

  test("with an edit list of no entries show all", async () => {
    const media = await playable(alter(indexLast, setData(`${trak}/edts/elst`, full(0, 0, u32(0)))));
    expect(media.playableSeconds).toBe(20);
  });
});

describe("descriptions of pictures", () => {
  /** A sample entry of its own, over the same pictures. */
  const described = (type: string, ...children: readonly Uint8Array[]) => {
    const fields = join([new Uint8Array(24), u32((64 << 16) | 36), new Uint8Array(50)]);
    return alter(indexLast, setData(`${stbl}/stsd`, full(0, 0, u32(1), box(type, fields, ...children))));
  };
  const sps = new Uint8Array(
    Buffer.from(
      "42010102200000030090000003000003001ea0122071c44436595952930bc05a020000030002000003003210",
      "hex",
    ),
  );
  const hvcC = (...arrays: readonly Uint8Array[]) =>
    box("hvcC", Uint8Array.of(1), new Uint8Array(20), Uint8Array.of(0xff, arrays.length), ...arrays);
  const array = (type: number, unit: Uint8Array) =>
    join([Uint8Array.of(type), u32((1 << 16) | unit.length), unit]);

  test("of HEVC tell the size by their parameters", async () => {
    const media = await playable(described("hvc1", hvcC(array(32, Uint8Array.of(0x40, 1)), array(33, sps))));
    expect(media).toMatchObject({ videoCodec: "hevc", width: 130, height: 98 });
    expect(codesOf(media)).toEqual(["PICTURE_SIZE_DIFFERS"]);
  });

  test("of HEVC may leave the parameters to the pictures where their name says so", async () => {
    expect(await playable(described("hev1", hvcC()))).toMatchObject({ videoCodec: "hevc", width: 64 });
    expect(await playable(described("dvhe", hvcC()))).toMatchObject({ videoCodec: "hevc", width: 64 });
  });

  test.each([
    ["HEVC without description", "hvc1", [], "CORRUPT_INDEX"],
    ["HEVC without parameters", "hvc1", [hvcC()], "CORRUPT_INDEX"],
    ["HEVC whose description is cut short", "hvc1", [box("hvcC", Uint8Array.of(1))], "CORRUPT_INDEX"],
    [
      "HEVC whose parameters are none",
      "hvc1",
      [hvcC(array(33, Uint8Array.of(0x26, 1, 2, 3, 4)))],
      "CORRUPT_INDEX",
    ],
    ["HEVC described as in a stream", "hvc1", [box("hvcC", u32(1), sps)], "NO_PLAYABLE_PICTURES"],
    ["H.264 without description in the stream's name", "avc3", [], "CORRUPT_INDEX"],
    [
      "H.264 whose description ends in its parameters",
      "avc1",
      [box("avcC", Uint8Array.of(1, 66, 0, 30, 255, 225, 0))],
      "CORRUPT_INDEX",
    ],
    ["AV1 without description", "av01", [], "CORRUPT_INDEX"],
    ["AV1 of another version", "av01", [box("av1C", u32(0))], "CORRUPT_INDEX"],
    ["pictures that are encrypted by a scheme of their own", "avc1", [box("sinf")], "ENCRYPTED"],
  ])("refuse %s", async (_what, type, children, code) => {
    expect(await codeOf(described(type, ...children))).toBe(code);
  });

  test("of H.264 in the stream's name need no parameters", async () => {
    for (const type of ["avc3", "avc4", "dvav"]) {
      const avcC = box("avcC", Uint8Array.of(1, 66, 0, 30, 255, 0xe0, 0));
      expect(await playable(described(type, avcC))).toMatchObject({ videoCodec: "h264", warnings: [] });
    }
  });

  test("of no length at all are none", async () => {
    const nothing = alter(indexLast, setData(`${stbl}/stsd`, full(0, 0, u32(1), u32(0), text("avc1"))));
    expect(await codeOf(nothing)).toBe("CORRUPT_INDEX");
  });
});

describe("large tables", () => {
  /** As many chunks of one byte, one picture each. */
  const chunked = (chunks: number, offsetOf: (chunk: number, first: number) => number, runs?: Uint8Array) =>
    alter(indexLast, (boxes) => {
      findIsoBox(boxes, `${stbl}/stsd`).data.set(text("mp4v"), 12);
      const first = firstChunkOf(boxes);
      const media = findIsoBox(boxes, "mdat");
      media.data = new Uint8Array(media.data.length + chunks).fill(1);
      const table = new Uint8Array(chunks * 4);
      for (let chunk = 0; chunk < chunks; chunk += 1)
        viewOf(table).setUint32(chunk * 4, offsetOf(chunk, first));
      findIsoBox(boxes, `${stbl}/stco`).data = full(0, 0, u32(chunks), table);
      findIsoBox(boxes, `${stbl}/stsc`).data = runs ?? full(0, 0, u32(1, 1, 1, 1));
      findIsoBox(boxes, `${stbl}/stsz`).data = full(0, 0, u32(1, chunks));
      findIsoBox(boxes, `${stbl}/stts`).data = full(0, 0, u32(1, chunks, TICKS / 32));
      rename(`${stbl}/ctts`, "free")(boxes);
      rename(`${stbl}/stss`, "free")(boxes);
      rename(`${trak}/edts`, "free")(boxes);
      poke(findIsoBox(boxes, `${trak}/mdia/mdhd`), 16, 0);
    });
  const chunks = 10_000;
  const seconds = chunks / 32;

  test("of chunks are read at both ends", async () => {
    const media = await playable(chunked(chunks, (chunk, first) => first + chunk));
    expect(media).toMatchObject({ playableSeconds: seconds, truncated: false, warnings: [] });
  });

  test("of chunks whose first lies outside the file are refused", async () => {
    const data = chunked(chunks, (chunk, first) => (chunk === 0 ? 0xffff_fff0 : first + chunk));
    expect(await codeOf(data)).toBe("CORRUPT_INDEX");
  });

  test("of chunks of which the last lie outside the file play to the last that does not", async () => {
    const media = await playable(
      chunked(chunks, (chunk, first) => (chunk < chunks / 2 ? first + chunk : 0xffff_fff0)),
    );
    expect(media.playableSeconds).toBeCloseTo(seconds / 2, 1);
    expect(media.truncated).toBe(true);
  });

  test("of runs of chunks are read when the last is not whole", async () => {
    const runs = new Uint8Array(chunks * 12);
    for (let run = 0; run < chunks; run += 1) runs.set(u32(run + 1, 1, 1), run * 12);
    const list = full(0, 0, u32(chunks), runs);
    const media = await playable(chunked(chunks, (chunk, first) => first + chunk, list));
    expect(media).toMatchObject({ playableSeconds: seconds, warnings: [] });
  });
});

describe("fragments", () => {
  const changed = (change: (boxes: IsoBox[]) => void) => {
    const boxes = takeApart(fragmented);
    change(boxes);
    return putTogether(boxes);
  };
  const parts = (boxes: readonly IsoBox[]) =>
    boxes.filter(({ type }) => type === "moof").flatMap(({ children = [] }) => children);

  test("without their numbers are read all the same", async () => {
    const data = changed((boxes) => {
      for (const part of parts(boxes)) if (part.type === "mfhd") part.type = "free";
    });
    expect(await playable(data)).toMatchObject({ playableSeconds: 20, truncated: false, warnings: [] });
  });

  test("with times of 32 bits are read", async () => {
    const data = changed((boxes) => {
      for (const { children = [] } of parts(boxes)) {
        for (const time of children) {
          if (time.type !== "tfdt") continue;
          time.data = full(0, 0, u32(viewOf(time.data).getUint32(8), 0));
        }
      }
    });
    expect((await playable(data)).playableSeconds).toBe(20);
  });

  test("lose a part without header, and say so", async () => {
    const data = changed((boxes) => {
      const [, first] = parts(boxes);
      const header = first?.children?.find(({ type }) => type === "tfhd");
      if (header) header.type = "free";
    });
    expect(codesOf(await playable(data))).toContain("FRAGMENT_DAMAGED");
  });

  test("are marked when their first picture is damaged", async () => {
    const data = fragmented.slice();
    const at = Buffer.from(data).indexOf("mdat") + 4;
    data.fill(0xff, at, at + 64);
    expect(codesOf(await playable(data))).toContain("PICTURE_DAMAGED");
  });
});

test("what is odd about a file is told up to 32 times", async () => {
  const many = alter(indexLast, (boxes) => {
    const tracks = findIsoBox(boxes, "moov").children ?? [];
    for (let count = 0; count < 40; count += 1) {
      tracks.push({ type: "trak", data: box("mdia", box("hdlr", new Uint8Array(8), text("soun"))) });
    }
  });
  expect((await playable(many)).warnings).toHaveLength(32);
});

test("an index of too many boxes on one level is beyond the budget", async () => {
  const many = alter(indexLast, (boxes) => {
    const children = findIsoBox(boxes, "moov").children ?? [];
    for (let count = 0; count < 4100; count += 1) children.push({ type: "free", data: new Uint8Array() });
  });
  expect(await codeOf(many)).toBe("BUDGET_EXCEEDED");
});
