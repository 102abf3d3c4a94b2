import { describe, expect, test } from "vitest";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { MediaFacts } from "#contracts/footage.ts";
import { looksLikeIsoBmff, probeIsoBmff } from "#domain/media/probe-iso-bmff.ts";
import {
  alter,
  box,
  findIsoBox,
  full,
  type IsoBox,
  join,
  largeBox,
  poke,
  putTogether,
  takeApart,
  text,
  u32,
  u64,
  viewOf,
} from "#test/support/iso-boxes.ts";
import { probeBytes } from "#test/support/media-files.ts";
import { playable, readFootage } from "#test/support/sample-footage.ts";

const indexLast = readFootage("index-last");
const indexFirst = readFootage("index-first");
const fragmented = readFootage("fragmented");
const stbl = "moov/trak/mdia/minf/stbl";
const soundStbl = "moov/trak:1/mdia/minf/stbl";

async function codeOf(data: Uint8Array): Promise<string> {
  const { result } = await probeBytes(data);
  if (result.outcome === "playable") return `playable ${result.media.warnings}`;
  expect(result.detail).toMatch(/^[A-Z].*\.$/);
  return result.code;
}

function pokeIn(path: string, at: number, value: number): (boxes: IsoBox[]) => void {
  return (boxes) => poke(findIsoBox(boxes, path), at, value);
}

/** A box that is no longer known by its name is a box that is missing. */
function without(path: string): (boxes: IsoBox[]) => void {
  return (boxes) => {
    findIsoBox(boxes, path).type = "free";
  };
}

function codesOf(media: MediaFacts): string[] {
  return media.warnings.map((warning) => warning.split(" ")[0] ?? "");
}

describe("files that are unusual and whole", () => {
  test("are read without ftyp, as old cameras write them", async () => {
    const media = await playable(alter(indexLast, (boxes) => boxes.splice(0, 1)));
    expect(media).toMatchObject({ container: "mov", playableSeconds: 20, warnings: [] });
  });

  test("are read with a 64-bit size of the media data", async () => {
    // The longer header takes the place of the empty free box before it.
    const boxes = takeApart(indexLast).filter(({ type }) => type !== "free");
    const large = join(
      boxes.map((part) => (part.type === "mdat" ? largeBox("mdat", part.data) : putTogether([part]))),
    );
    expect(await playable(large)).toMatchObject({ playableSeconds: 20, truncated: false, warnings: [] });
  });

  test("are read with 64-bit chunk offsets", async () => {
    const wide = alter(indexLast, (boxes) => {
      for (const path of [stbl, soundStbl]) {
        const table = findIsoBox(boxes, `${path}/stco`);
        const offsets = Array.from({ length: table.data.length / 4 - 2 }, (_, index) =>
          viewOf(table.data).getUint32(8 + index * 4),
        );
        table.type = "co64";
        table.data = join([table.data.subarray(0, 8), u64(...offsets)]);
      }
    });
    expect(await playable(wide)).toMatchObject({ playableSeconds: 20, truncated: false, warnings: [] });
  });

  test("are read when the media data reaches to the end by a size of 0", async () => {
    const data = indexFirst.slice();
    const at = putTogether(takeApart(data).slice(0, -1)).length;
    expect(String.fromCharCode(...data.subarray(at + 4, at + 8))).toBe("mdat");
    viewOf(data).setUint32(at, 0);
    expect(await playable(data)).toMatchObject({ playableSeconds: 20, truncated: false, warnings: [] });
  });

  test("are read with boxes after the media data and unknown ones before the index", async () => {
    const more = alter(indexFirst, (boxes) => {
      boxes.splice(
        1,
        0,
        { type: "uuid", data: new Uint8Array(300) },
        { type: "GPS ", data: new Uint8Array(40) },
      );
      boxes.push({ type: "free", data: new Uint8Array(20_000) }, { type: "skip", data: new Uint8Array(5) });
    });
    expect(await playable(more)).toMatchObject({ playableSeconds: 20, warnings: [] });
  });

  test("are read when their last box is followed by zeros", async () => {
    expect(await playable(join([indexFirst, new Uint8Array(5000)]))).toMatchObject({ warnings: [] });
  });

  test("are read by their first index when there are two", async () => {
    const twice = alter(indexLast, (boxes) => boxes.push(structuredClone(findIsoBox(boxes, "moov"))));
    const media = await playable(twice);
    expect(media.playableSeconds).toBe(20);
    expect(codesOf(media)).toEqual(["INDEX_TWICE"]);
  });

  test("are known by their first box", () => {
    expect(looksLikeIsoBmff(indexFirst.subarray(0, 12))).toBe(true);
    expect(looksLikeIsoBmff(text("RIFF....AVI "))).toBe(false);
    expect(looksLikeIsoBmff(new Uint8Array(4))).toBe(false);
  });
});

describe("boxes with wrong sizes", () => {
  test.each([
    ["longer than the file", 0x7000_0000],
    ["too short", 9],
    ["smaller than a header", 4],
  ])("do not hide the index when a free box is %s", async (_how, size) => {
    const data = alter(indexLast, (boxes) =>
      boxes.splice(1, 0, { type: "free", data: new Uint8Array(64).fill(7) }),
    );
    const at = takeApart(data)[0]?.data.length ?? 0;
    viewOf(data).setUint32(at + 8, size);
    const media = await playable(data);
    expect(media).toMatchObject({ playableSeconds: 20, truncated: false });
    expect(codesOf(media)).toContain("INDEX_FOUND_BY_SEARCH");
  });

  test("do not hide the index when the media data claims to be longer than the file", async () => {
    const data = indexLast.slice();
    const at = indexOf(data, "mdat");
    viewOf(data).setUint32(at - 4, 0x4000_0000);
    const media = await playable(data);
    expect(media).toMatchObject({ playableSeconds: 20, truncated: false });
    expect(codesOf(media)).toEqual(["BOX_OVERRUN", "INDEX_FOUND_BY_SEARCH"]);
  });

  test("are clamped to what holds them", async () => {
    const data = indexLast.slice();
    viewOf(data).setUint32(indexOf(data, "udta") - 4, 0x00ff_ffff);
    const media = await playable(data);
    expect(media.playableSeconds).toBe(20);
    expect(codesOf(media)).toEqual(["BOX_OVERRUN"]);
  });

  test("end the reading of a level after 4,096 boxes", async () => {
    const many = join([indexFirst, ...Array.from({ length: 4100 }, () => box("free"))]);
    expect(await codeOf(many)).toBe("BUDGET_EXCEEDED");
  });

  test("do not lead into the depth of nested indexes", async () => {
    let nested = box("moov");
    for (let depth = 0; depth < 5000; depth += 1) nested = box("moov", nested);
    expect(await codeOf(nested)).toBe("NO_VIDEO_TRACK");
  });
});

function indexOf(data: Uint8Array, type: string): number {
  const wanted = text(type);
  return data.findIndex((_byte, at) => wanted.every((byte, index) => data[at + index] === byte));
}

describe("truncated files", () => {
  test("play as long as their pictures are there, and no longer at any cut", async () => {
    const whole = (await playable(indexFirst)).playableSeconds;
    const mediaAt = putTogether(takeApart(indexFirst).slice(0, -1)).length;
    let least = 0;
    for (let bytes = mediaAt + 8; bytes < indexFirst.length; bytes += 7) {
      const { result } = await probeBytes(indexFirst.slice(0, bytes));
      if (result.outcome === "unusable") {
        expect(result.code).toBe("NO_PLAYABLE_PICTURES");
        expect(least).toBe(0);
        continue;
      }
      expect(result.media.truncated).toBe(true);
      expect(result.media.playableSeconds).toBeGreaterThanOrEqual(least);
      expect(result.media.playableSeconds).toBeLessThanOrEqual(whole);
      least = result.media.playableSeconds;
    }
    expect(least).toBeGreaterThan(15);
  });

  test("without their index are unusable", async () => {
    const mediaEnd = indexOf(indexLast, "moov") - 4;
    for (let bytes = 40; bytes <= mediaEnd; bytes += 97) {
      expect(await codeOf(indexLast.slice(0, bytes))).toBe("INDEX_MISSING");
    }
  });

  test("whose index is cut answer at every cut, and say so", async () => {
    for (let bytes = indexOf(indexLast, "moov") + 12; bytes < indexLast.length; bytes += 11) {
      const { result } = await probeBytes(indexLast.slice(0, bytes));
      if (result.outcome === "playable") expect(result.media.truncated).toBe(true);
    }
  });

  test("in fragments play to the last whole picture", async () => {
    let least = 0;
    for (let bytes = 1400; bytes < fragmented.length; bytes += 13) {
      const { result } = await probeBytes(fragmented.slice(0, bytes));
      if (result.outcome === "unusable") {
        expect(least).toBe(0);
        continue;
      }
      expect(result.media.playableSeconds).toBeGreaterThanOrEqual(least);
      expect(result.media.playableSeconds).toBeLessThanOrEqual(20);
      least = result.media.playableSeconds;
    }
    expect(least).toBe(20);
  });

  test("that were reserved and never filled play as far as they were written", async () => {
    const mediaAt = putTogether(takeApart(indexFirst).slice(0, -1)).length + 8;
    const half = Math.floor((mediaAt + indexFirst.length) / 2);
    const media = await playable(indexFirst.slice().fill(0, half));
    expect(media.truncated).toBe(true);
    expect(media.playableSeconds).toBeLessThan(20);
    expect(codesOf(media)).toContain("PICTURES_EMPTY");
    expect(await codeOf(indexFirst.slice().fill(0, mediaAt))).toBe("NO_PLAYABLE_PICTURES");
  });
});

describe("an index that contradicts itself", () => {
  test.each([
    "mdia/mdhd",
    "mdia/minf/stbl/stsd",
    "mdia/minf/stbl/stts",
    "mdia/minf/stbl/stsz",
    "mdia/minf/stbl/stsc",
    "mdia/minf/stbl/stco",
  ])("is refused when %s of the pictures is missing", async (path) => {
    expect(await codeOf(alter(indexLast, without(`moov/trak/${path}`)))).toBe("CORRUPT_INDEX");
  });

  test.each(["mdhd", "minf/stbl/stts", "minf/stbl/stsz", "minf/stbl/stsc", "minf/stbl/stco"])(
    "loses its sound when %s of the sound is missing",
    async (path) => {
      const media = await playable(alter(indexLast, without(`moov/trak:1/mdia/${path}`)));
      expect(media).toMatchObject({ playableSeconds: 20, audio: [] });
      expect(codesOf(media)).toContain("TRACK_LEFT_OUT");
    },
  );

  test("keeps sound that has no description", async () => {
    const media = await playable(alter(indexLast, without(`${soundStbl}/stsd`)));
    expect(media.audio).toEqual([{ from: 0, to: 20 }]);
    expect(codesOf(media)).toEqual(["NO_SOUND_FORMAT"]);
  });

  test.each(["stsd", "stts", "stsc", "stco", "ctts", "stss"])(
    "does not get far with a count of 4,294,967,295 in %s",
    async (type) => {
      for (const path of [stbl, soundStbl]) {
        if (path === soundStbl && (type === "ctts" || type === "stss")) continue;
        const { result, costs } = await probeBytes(
          alter(indexLast, pokeIn(`${path}/${type}`, 4, 0xffff_ffff)),
        );
        expect(costs.requests).toBeLessThanOrEqual(64);
        if (result.outcome === "playable") expect(result.media.playableSeconds).toBeLessThanOrEqual(20);
      }
    },
  );

  test("is believed only as far as its tables agree", async () => {
    const fewer = await playable(alter(indexLast, pokeIn(`${stbl}/stsz`, 8, 12)));
    const missing = fewer.gaps.reduce((sum, { from, to }) => sum + to - from, 0);
    // Twelve pictures, and the short pauses between them that are no gaps.
    expect(fewer.playableSeconds - missing).toBeLessThanOrEqual(16);
    expect(codesOf(fewer)).toContain("TABLES_DISAGREE");
    const sized = await playable(alter(indexLast, pokeIn(`${stbl}/stsz`, 8, 0xffff_ffff)));
    expect(sized.playableSeconds).toBe(20);
    expect(codesOf(sized)).toContain("COUNT_CLAMPED");
  });

  test("is refused when its list of chunks runs backwards, which makes other readers spin", async () => {
    const table = (boxes: IsoBox[]) => {
      findIsoBox(boxes, `${stbl}/stsc`).data = full(0, 0, u32(2, 1, 1, 1, 0, 1, 1));
    };
    expect(await codeOf(alter(indexLast, table))).toBe("CORRUPT_INDEX");
    expect(await codeOf(alter(indexLast, pokeIn(`${stbl}/stsc`, 8, 0)))).toBe("CORRUPT_INDEX");
    expect(await codeOf(alter(indexLast, pokeIn(`${stbl}/stsc`, 12, 0)))).toBe("CORRUPT_INDEX");
  });

  test("is refused when its times have no unit, and only loses sound whose times have none", async () => {
    expect(await codeOf(alter(indexLast, pokeIn("moov/trak/mdia/mdhd", 12, 0)))).toBe("CORRUPT_INDEX");
    expect(await playable(alter(indexLast, pokeIn("moov/trak:1/mdia/mdhd", 12, 0)))).toMatchObject({
      audio: [],
    });
    const media = await playable(alter(indexLast, pokeIn("moov/mvhd", 12, 0)));
    expect(codesOf(media)).toContain("EDITS_IGNORED");
  });

  test("has no pictures when all chunks lie outside the file or in the index", async () => {
    const all = (value: number) => (boxes: IsoBox[]) => {
      const table = findIsoBox(boxes, `${stbl}/stco`);
      for (let at = 8; at < table.data.length; at += 4) poke(table, at, value);
    };
    expect(await codeOf(alter(indexLast, all(0xffff_fff0)))).toBe("NO_PLAYABLE_PICTURES");
    expect(await codeOf(alter(indexLast, all(0)))).toBe("NO_PLAYABLE_PICTURES");
  });

  test("has a gap where chunks lie outside the file", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        const first = viewOf(findIsoBox(boxes, `${stbl}/stco`).data).getUint32(8);
        const offsets = Array.from({ length: 20 }, (_, chunk) =>
          chunk > 8 && chunk < 15 ? 0xffff_fff0 : first,
        );
        findIsoBox(boxes, `${stbl}/stco`).data = full(0, 0, u32(20, ...offsets));
        findIsoBox(boxes, `${stbl}/stsc`).data = full(0, 0, u32(1, 1, 1, 1));
      }),
    );
    expect(media.gaps.length).toBeGreaterThan(0);
    expect(media.truncated).toBe(true);
    expect(codesOf(media)).toContain("SAMPLES_MISSING");
  });

  test("does not stretch the recording by one picture that claims to last for days", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        const table = findIsoBox(boxes, `${stbl}/stts`);
        table.data = full(0, 0, u32(2, 19, viewOf(table.data).getUint32(12), 1, 0x7fff_ffff));
      }),
    );
    expect(media.playableSeconds).toBeLessThanOrEqual(20);
    expect(codesOf(media)).toContain("DURATION_MISMATCH");
  });

  test("lists no more gaps than are worth it", async () => {
    const media = await playable(
      alter(indexLast, (boxes) => {
        findIsoBox(boxes, `${stbl}/stts`).data = full(0, 0, u32(1, 0x7fff_ffff, 0x10_0000));
      }),
    );
    expect(media.gaps.length).toBeLessThanOrEqual(256);
  });
});

test("tables that fill the whole budget are answered at once", async () => {
  const entries = 400_000;
  const table = (second: (entry: number) => number) => {
    const data = new Uint8Array(entries * 8);
    for (let entry = 0; entry < entries; entry += 1) {
      viewOf(data).setUint32(entry * 8, 1);
      viewOf(data).setUint32(entry * 8 + 4, second(entry));
    }
    return full(0, 0, u32(entries), data);
  };
  const holes = (entry: number) => 16_384 * (entry % 2 ? 5 : 0.1);
  for (const second of [holes, (entry: number) => entry + 1]) {
    const data = alter(indexLast, (boxes) => {
      renameFormat("mp4v")(boxes);
      findIsoBox(boxes, `${stbl}/stts`).data = table(second);
      findIsoBox(boxes, `${stbl}/stsz`).data = full(0, 0, u32(1, entries));
      findIsoBox(boxes, `${stbl}/stsc`).data = full(0, 0, u32(1, 1, entries, 1));
      without("moov/trak/edts")(boxes);
    });
    // The processor's time: a busy machine is not the reader's fault.
    const started = process.cpuUsage();
    const { result } = await probeBytes(data);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
    expect(result.outcome).toBe("playable");
  }
});

describe("pictures that cannot be shown", () => {
  test("are refused when they are encrypted", async () => {
    expect(await codeOf(alter(indexLast, renameFormat("encv")))).toBe("ENCRYPTED");
  });

  test("are refused in a form that nobody knows", async () => {
    expect(await codeOf(alter(indexLast, renameFormat("zzzz")))).toBe("UNSUPPORTED_CODEC");
  });

  test("are refused when their description is missing or damaged", async () => {
    const at = (boxes: IsoBox[]) => {
      const { data } = findIsoBox(boxes, `${stbl}/stsd`);
      return { data, at: indexOf(data, "avcC") };
    };
    const cases: ((data: Uint8Array, at: number) => void)[] = [
      (data, position) => data.set(text("free"), position),
      (data, position) => data.fill(9, position + 4, position + 5),
      (data, position) => data.fill(0, position + 9, position + 10),
      (data, position) => data.fill(0xff, position + 10, position + 12),
      (data, position) => data.fill(0x61, position + 12, position + 13),
    ];
    for (const damage of cases) {
      const damaged = alter(indexLast, (boxes) => {
        const found = at(boxes);
        damage(found.data, found.at);
      });
      expect(await codeOf(damaged)).toBe("CORRUPT_INDEX");
    }
  });

  test("are looked for in vain in other files", async () => {
    expect(await codeOf(new Uint8Array())).toBe("NOT_A_VIDEO");
    expect(await codeOf(text("A text of some length that is no video at all."))).toBe("NOT_A_VIDEO");
    expect(await codeOf(box("ftyp", text("heic"), u32(0)))).toBe("NOT_A_VIDEO");
    expect(await codeOf(box("ftyp", text("isom"), u32(0)))).toBe("INDEX_MISSING");
    expect(await codeOf(join([box("ftyp", text("isom")), box("moov")]))).toBe("NO_VIDEO_TRACK");
    expect(await codeOf(join([box("ftyp", text("qt  ")), box("moov", box("cmov"))]))).toBe(
      "UNSUPPORTED_CONTAINER",
    );
    expect(await codeOf(readFootage("sound-only"))).toBe("NO_VIDEO_TRACK");
  });
});

function renameFormat(type: string): (boxes: IsoBox[]) => void {
  return (boxes) => findIsoBox(boxes, `${stbl}/stsd`).data.set(text(type), 12);
}

describe("when the recording was made", () => {
  const created = (value: number) => alter(indexLast, pokeIn("moov/mvhd", 4, value));

  test("is counted from 1904", async () => {
    expect(await playable(created(2_082_844_800 + 1_795_295_000))).toMatchObject({
      creationTime: "2026-11-21T21:03:20.000Z",
      creationOrigin: "mvhd",
    });
  });

  test("is taken as Unix time only where nothing else makes sense, and says so", async () => {
    const media = await playable(created(1_795_295_000));
    expect(media).toMatchObject({ creationTime: "2026-11-21T21:03:20.000Z", creationOrigin: "mvhd-as-unix" });
    expect(codesOf(media)).toEqual(["CREATION_TIME_UNIX"]);
  });

  test("is not known from 0, nor from what makes no sense", async () => {
    expect(await playable(created(0))).not.toHaveProperty("creationTime");
    const media = await playable(created(12_345));
    expect(media).not.toHaveProperty("creationTime");
    expect(codesOf(media)).toEqual(["CREATION_TIME_UNUSABLE"]);
  });

  test("is what the camera's own clock said, where QuickTime has it", async () => {
    const media = await playable(
      alter(created(2_082_844_800 + 1_795_295_000), (boxes) => {
        const key = text("com.apple.quicktime.creationdate");
        const value = text("2026-11-21T22:00:00+0100");
        const keys = box("keys", full(0, 0, u32(1, key.length + 8), text("mdta"), key));
        const list = box("ilst", u32(value.length + 24), u32(1), box("data", u32(1, 0), value));
        const children = findIsoBox(boxes, "moov").children ?? [];
        children.push({ type: "meta", data: join([box("hdlr", new Uint8Array(24)), keys, list]) });
      }),
    );
    expect(media).toMatchObject({
      creationTime: "2026-11-21T21:00:00.000Z",
      creationOrigin: "quicktime-creationdate",
    });
    expect(media.warnings).toEqual([]);
  });
});

describe("edit lists", () => {
  const edits = (path: string, ...entries: readonly (readonly [seconds: number, mediaTicks: number])[]) =>
    alter(indexLast, (boxes) => {
      const list = entries.flatMap(([seconds, media]) => [seconds * 1000, media, 0x1_0000]);
      findIsoBox(boxes, `${path}/edts/elst`).data = full(0, 0, u32(entries.length, ...list));
    });
  const tick = 16_384;
  const nothing = 0xffff_ffff;

  test("with a pause between two pieces leave a gap", async () => {
    const media = await playable(edits("moov/trak", [8, 2 * tick], [5, nothing], [12, 10 * tick]));
    expect(media.gaps).toEqual([{ from: 8, to: 13 }]);
    expect(media.playableSeconds).toBe(25);
    expect(codesOf(media)).toEqual(["EDITED"]);
  });

  test("that show the last half only make the recording half as long", async () => {
    expect(await playable(edits("moov/trak", [10, 12 * tick]))).toMatchObject({
      playableSeconds: 10,
      gaps: [],
    });
  });

  test("that delay the pictures shift the sound", async () => {
    const media = await playable(edits("moov/trak", [4, nothing], [20, 2 * tick]));
    expect(media).toMatchObject({ playableSeconds: 20, audio: [{ from: 0, to: 16 }] });
  });

  test("that show nothing leave no pictures", async () => {
    expect(await codeOf(edits("moov/trak", [10, 500 * tick]))).toBe("NO_PLAYABLE_PICTURES");
    expect(await codeOf(edits("moov/trak", [10, nothing]))).toBe("NO_PLAYABLE_PICTURES");
  });

  test("of more than 256 pieces are not followed", async () => {
    const many = Array.from({ length: 257 }, () => [1, 0] as const);
    expect(await codeOf(edits("moov/trak", ...many))).toBe("BUDGET_EXCEEDED");
  });
});

test("sound begins after a first sample that only waits for it", async () => {
  const media = await playable(
    alter(indexLast, (boxes) => {
      const table = findIsoBox(boxes, `${soundStbl}/stts`);
      const samples = viewOf(findIsoBox(boxes, `${soundStbl}/stsz`).data).getUint32(8);
      table.data = full(0, 0, u32(2, 1, 8 * 8000, samples - 1, 1024));
    }),
  );
  expect(media.audio[0]?.from).toBeCloseTo(8, 0);
});

test("what the store cannot give now is not the file's fault", async () => {
  const readRange = () => Promise.reject(new DependencyUnavailableError("the store does not answer"));
  await expect(probeIsoBmff({ bytes: 1000, readRange })).rejects.toThrow(DependencyUnavailableError);
});

test("a store that gives less than it promised is read as far as it goes", async () => {
  const readRange = async (from: number, length: number) =>
    indexFirst.slice(from, Math.min(from + length, 3000));
  const result = await probeIsoBmff({ bytes: 5_000_000, readRange });
  expect(["playable", "unusable"]).toContain(result.outcome);
});
