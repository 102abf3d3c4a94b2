import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createMatroskaReader } from "#adapters/matroska-reader.mediabunny.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { MediaFacts, ProbeResult } from "#contracts/footage.ts";
import type { MatroskaTimeline, MatroskaTrack } from "#contracts/matroska.ts";
import { askFfprobe, hasFfmpeg } from "#test/support/media-files.ts";
import { probeFootage } from "#use-cases/footage/probe-footage.ts";

const folders = ["../../fixtures/footage/", "../../../infra/local/footage/"].map(
  (folder) => new URL(folder, import.meta.url),
);
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(mp4|mov|mkv|webm)$/.test(name))
    .map((name) => ({ name, path: fileURLToPath(new URL(name, folder)) })),
);
const fixture = (name: string): Uint8Array => {
  const file = files.find((candidate) => candidate.name === name);
  if (!file) throw new Error(`no ${name}`);
  return new Uint8Array(readFileSync(file.path));
};
const fileOf = (content: Uint8Array) => ({
  bytes: content.length,
  readRange: async (from: number, length: number) => content.slice(from, from + length),
});

const readMatroska = createMatroskaReader();
const probe = (content: Uint8Array): Promise<ProbeResult> => probeFootage(fileOf(content), { readMatroska });

async function playable(content: Uint8Array): Promise<MediaFacts> {
  const result = await probe(content);
  if (result.outcome !== "playable") throw new Error(`${result.code}: ${result.detail}`);
  return result.media;
}

const noMatroska = async () => {
  throw new Error("this file is none for the reader of Matroska");
};

describe("probing footage", () => {
  it("reads MP4 and MOV without the reader of Matroska", async () => {
    for (const { name, path } of files.filter((file) => /\.(mp4|mov)$/.test(file.name))) {
      const result = await probeFootage(fileOf(new Uint8Array(readFileSync(path))), {
        readMatroska: noMatroska,
      });
      expect([name, result.outcome]).toEqual([name, name === "sound-only.mp4" ? "unusable" : "playable"]);
    }
  });

  it.each([
    ["AVI", new TextEncoder().encode("RIFF\u0000\u0001\u0000\u0000AVI LIST hdrl avih")],
    ["text", new TextEncoder().encode("This is not a video. ".repeat(500))],
    ["zeros", new Uint8Array(10_000)],
    ["one byte", new TextEncoder().encode("x")],
  ])("shows %s to no reader", async (_, content) => {
    const result = await probeFootage(fileOf(content), { readMatroska: noMatroska });
    expect(result).toMatchObject({ outcome: "unusable", code: "UNSUPPORTED_CONTAINER" });
  });

  it.each(["index-first", "gap", "late-sound", "dated", "sound-only"])(
    "says the same of the packets of %s in MP4 and in Matroska",
    async (name) => {
      const [inMp4, inMatroska] = [await probe(fixture(`${name}.mp4`)), await probe(fixture(`${name}.mkv`))];
      const told = JSON.stringify(inMp4).replace('"mp4"', '"mkv"').replace('"mvhd"', '"matroska-dateutc"');
      expect(inMatroska).toEqual(JSON.parse(told));
    },
  );

  it.each([
    ["vp8.webm", "vp8"],
    ["live.webm", "vp9"],
  ])("finds 20 s of pictures and sound in %s", async (name, videoCodec) => {
    expect(await playable(fixture(name))).toEqual({
      container: "webm",
      playableSeconds: 20,
      gaps: [],
      audio: [{ from: 0, to: 20 }],
      videoCodec,
      audioCodec: "opus",
      width: 64,
      height: 36,
      truncated: false,
      warnings: [],
    });
  });

  it("counts only what is there of a file that was cut off, in either form", async () => {
    for (const name of ["full-390s.mp4", "vp8.webm"]) {
      const whole = fixture(name);
      const { playableSeconds } = await playable(whole);
      const cut = await playable(whole.subarray(0, Math.floor(whole.length * 0.7)));
      expect(cut.truncated).toBe(true);
      expect(cut.playableSeconds).toBeGreaterThan(playableSeconds * 0.4);
      expect(cut.playableSeconds).toBeLessThan(playableSeconds);
      expect(cut.audio.at(-1)?.to).toBeLessThanOrEqual(cut.playableSeconds);
    }
  });

  it("passes on that the store is unavailable, and never blames the file", async () => {
    const readRange = async () => {
      throw new DependencyUnavailableError("the store does not answer");
    };
    await expect(probeFootage({ bytes: 1000, readRange }, { readMatroska })).rejects.toThrow(
      DependencyUnavailableError,
    );
  });
});

const ebml = Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, ...new Array(12).fill(0));
const seconds = (...starts: number[]): Float64Array => Float64Array.from(starts, (start) => start * 1e6);
const steady = (count: number, step: number): Float64Array =>
  seconds(...Array.from({ length: count }, (_, index) => index * step));
const pictures = { codecId: "V_VP9", starts: steady(250, 0.04), width: 64, height: 36 };
const sound = (starts: Float64Array, codecId = "A_OPUS"): MatroskaTrack => ({ codecId, starts });

/** What is concluded from a file that the reader of Matroska read like that. */
function conclude(changes: Partial<MatroskaTimeline>): Promise<ProbeResult> {
  const timeline = { container: "mkv", encrypted: false, pictures, sounds: [], brokenOff: false } as const;
  const read = async () => ({ outcome: "read", timeline: { ...timeline, ...changes } }) as const;
  return probeFootage(fileOf(ebml), { readMatroska: read });
}

describe("what is concluded from Matroska", () => {
  it("passes on why the reader gave up", async () => {
    const gaveUp = { outcome: "unusable", code: "BUDGET_EXCEEDED", detail: "It is too large." } as const;
    expect(await probeFootage(fileOf(ebml), { readMatroska: async () => gaveUp })).toEqual(gaveUp);
  });

  it("is that a picture stands for the usual duration, and what is missing for over a second is a gap", async () => {
    const jump = seconds(...steady(250, 0.04).map((start) => start / 1e6), 11.5);
    expect(await conclude({ pictures: { ...pictures, starts: jump } })).toMatchObject({
      media: { playableSeconds: 11.54, gaps: [{ from: 10, to: 11.5 }] },
    });
    expect(await conclude({ pictures: { ...pictures, starts: steady(5, 2) } })).toMatchObject({
      media: { playableSeconds: 9, gaps: [] },
    });
  });

  it("is that a picture every ten seconds shows one second of each, of which a record keeps 256", async () => {
    expect(await conclude({ pictures: { ...pictures, starts: steady(1500, 10) } })).toMatchObject({
      media: {
        playableSeconds: 2551,
        warnings: ["TOO_MANY_GAPS (Segment at 0): what lies behind the first 256 was left out."],
      },
    });
  });

  it("is that sound of any track counts, inside the pictures", async () => {
    const sounds = [sound(steady(100, 0.02)), sound(seconds(6, 6.02, 6.04, 12), "A_UNKNOWN")];
    expect(await conclude({ sounds })).toMatchObject({
      media: {
        audioCodec: "opus",
        audio: [
          { from: 0, to: 2 },
          { from: 6, to: 6.06 },
        ],
      },
    });
  });

  it("is that a file is cut off which broke off or is shorter than it says", async () => {
    expect(await conclude({ brokenOff: true })).toMatchObject({ media: { truncated: true } });
    expect(await conclude({ declaredSeconds: 12 })).toMatchObject({ media: { truncated: true } });
    const sounds = [sound(steady(600, 0.02))];
    expect(await conclude({ declaredSeconds: 12, sounds })).toMatchObject({ media: { truncated: false } });
  });

  it("is that a date before 2001 is none, and 2001 itself one that was never set", async () => {
    const [before, unset] = [
      { unixMs: Date.UTC(1999, 0, 1), at: 77 },
      { unixMs: Date.UTC(2001, 0, 1), at: 77 },
    ];
    const result = await conclude({ date: before });
    expect(result).toHaveProperty("media.warnings", [
      "CREATION_TIME_UNUSABLE (Info/DateUTC at 77): it lies before 2001.",
    ]);
    expect(result).not.toHaveProperty("media.creationTime");
    expect(await conclude({ date: unset })).toEqual(await conclude({}));
  });

  it.each<[string, Partial<MatroskaTimeline>]>([
    ["NO_PLAYABLE_PICTURES", { pictures: { ...pictures, starts: seconds() } }],
    ["UNSUPPORTED_CODEC", { pictures: { ...pictures, codecId: "V_UNCOMPRESSED" } }],
    ["ENCRYPTED", { encrypted: true }],
  ])("is %s where there is nothing to play", async (code, changes) => {
    const result = await conclude(changes);
    expect(result).toMatchObject({ outcome: "unusable", code });
    expect(result).toHaveProperty("detail", expect.stringMatching(/^[A-Z].*\.$/));
  });
});

if (hasFfmpeg) {
  describe("ffprobe, asked for a second opinion", () => {
    it.each(files)("agrees about $name", async ({ name, path }) => {
      const opinion = askFfprobe(path);
      const result = await probe(fixture(name));
      if (result.outcome === "unusable") {
        expect(opinion?.pictures).toEqual([]);
        return;
      }
      const shown = (opinion?.pictures ?? []).toSorted((one, other) => one.from - other.from);
      const [first, last] = [shown.at(0), shown.at(-1)];
      if (!first || !last) throw new Error("ffprobe finds no pictures");
      // No picture counts for more than a second, whatever it says.
      const length = Math.min(last.to, last.from + 1) - first.from;
      expect(result.media).toMatchObject({ videoCodec: opinion?.codec, width: 64, height: 36 });
      expect(result.media.playableSeconds).toBeCloseTo(length, 2);
    });
  });
} else {
  it("leaves out ffprobe's second opinion here: it is not installed", () => {
    expect(hasFfmpeg).toBe(false);
  });
}
