import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMatroskaReader } from "#adapters/matroska-reader.mediabunny.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { MatroskaReading, MatroskaTimeline } from "#contracts/matroska.ts";
import type { MatroskaReader } from "#ports/matroska-reader.ts";
import { element, slideShow, withElement, withHugeCluster } from "#test/support/matroska-files.ts";

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/footage/${name}`, import.meta.url));
const fileOf = (content: Uint8Array) => ({
  bytes: content.length,
  readRange: async (from: number, length: number) => Uint8Array.from(content.subarray(from, from + length)),
});
const reader = createMatroskaReader();
const look = (content: Uint8Array): Promise<MatroskaReading> => reader(fileOf(content));

async function timelineOf(content: Uint8Array): Promise<MatroskaTimeline> {
  const reading = await look(content);
  if (reading.outcome !== "read") throw new Error(`${reading.code}: ${reading.detail}`);
  return reading.timeline;
}

/** In seconds from the first. */
const startsOf = (track: { readonly starts: Float64Array } | undefined): number[] =>
  [...(track?.starts ?? [])].map((start, _, [first = 0]) => (start - first) / 1_000_000);
const everySecond = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe("the reader of Matroska", () => {
  it.each([
    ["index-first.mkv", "mkv", "V_MPEG4/ISO/AVC", "A_AAC"],
    ["vp8.webm", "webm", "V_VP8", "A_OPUS"],
    ["live.webm", "webm", "V_VP9", "A_OPUS"],
  ])("finds when each picture and the sound of %s start", async (name, container, pictures, sound) => {
    const timeline = await timelineOf(fixture(name));
    expect(timeline).toMatchObject({
      container,
      encrypted: false,
      pictures: { codecId: pictures, width: 64, height: 36 },
      sounds: [{ codecId: sound }],
      brokenOff: false,
    });
    expect(startsOf(timeline.pictures)).toEqual(everySecond(0, 20));
    const sounds = startsOf(timeline.sounds[0]);
    expect(sounds.length).toBeGreaterThan(100);
    expect(sounds.at(-1)).toBeGreaterThan(19.8);
  });

  it("finds where pictures are missing", async () => {
    const { pictures } = await timelineOf(fixture("gap.mkv"));
    expect(startsOf(pictures)).toEqual([...everySecond(0, 10), ...everySecond(15, 20)]);
  });

  it("tells when the file says it was made, and nothing when it does not say", async () => {
    const { date } = await timelineOf(fixture("dated.mkv"));
    expect(date?.unixMs).toBe(Date.parse("2026-11-21T21:03:10Z"));
    expect(await timelineOf(fixture("index-first.mkv"))).not.toHaveProperty("date");
  });

  it("finds no pictures where there is sound alone", async () => {
    const timeline = await timelineOf(fixture("sound-only.mkv"));
    expect(timeline).not.toHaveProperty("pictures");
    expect(timeline.sounds).toHaveLength(1);
  });

  it("tells that a file is encrypted", async () => {
    const encoding = element("6d80", element("6240", element("5035")));
    const encrypted = withElement(fixture("index-first.mkv"), element("1654ae6b", element("ae", encoding)));
    expect((await timelineOf(encrypted)).encrypted).toBe(true);
  });
});

describe("the reader of Matroska on a file that was cut off", () => {
  it("finds its whole clusters and says so", async () => {
    const whole = fixture("vp8.webm");
    const { pictures, brokenOff } = await timelineOf(whole.subarray(0, Math.floor(whole.length * 0.7)));
    expect(brokenOff).toBe(true);
    const starts = startsOf(pictures);
    expect(starts.length).toBeGreaterThan(4);
    expect(starts.length).toBeLessThan(20);
    expect(starts).toEqual(everySecond(0, starts.length));
  });

  it("calls one that ends in its header unusable and says why", async () => {
    const reading = await look(fixture("index-first.mkv").subarray(0, 30));
    expect(reading).toMatchObject({ outcome: "unusable", code: "CORRUPT_INDEX" });
    expect(reading).toHaveProperty("detail", expect.stringMatching(/^The file cannot be read .+\.$/));
  });
});

describe("the limits of the reader of Matroska", () => {
  const limits = { milliseconds: 30_000, bytes: 1_000_000, megabytes: 512 };

  it("end a file that keeps the reader busy", async () => {
    const busy = await slideShow(40_000, 0.1);
    const impatient = createMatroskaReader({ ...limits, milliseconds: 30 });
    expect(await impatient(fileOf(busy))).toMatchObject({ outcome: "unusable", code: "BUDGET_EXCEEDED" });
  });

  it("end a file that needs more memory", async () => {
    const poor = createMatroskaReader({ ...limits, megabytes: 32 });
    const reading = await poor(fileOf(fixture("index-first.mkv")));
    expect(reading).toMatchObject({ outcome: "unusable", code: "BUDGET_EXCEEDED" });
    expect(reading).toHaveProperty("detail", expect.stringContaining("memory"));
  });

  it("end a file with a cluster that asks for all memory, without reading it", async () => {
    const start = withHugeCluster(fixture("index-first.mkv"), 600_000_000);
    const lengths: number[] = [];
    const readRange = async (from: number, length: number) => {
      lengths.push(length);
      const read = new Uint8Array(length);
      read.set(start.subarray(from, from + length));
      return read;
    };
    const reading = await reader({ bytes: start.length + 600_000_000, readRange });
    expect(reading).toMatchObject({ outcome: "unusable", code: "BUDGET_EXCEEDED" });
    expect(Math.max(...lengths)).toBeLessThan(1_000_000);
  });

  it("end a file of which too much has to be read", async () => {
    const sparing = createMatroskaReader({ ...limits, bytes: 1000 });
    expect(await sparing(fileOf(fixture("index-first.mkv")))).toMatchObject({ code: "BUDGET_EXCEEDED" });
  });

  it("do not count the time that the store takes", async () => {
    const impatient = createMatroskaReader({ ...limits, milliseconds: 1000 });
    const { bytes, readRange } = fileOf(fixture("index-first.mkv"));
    const slow = async (from: number, length: number) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return readRange(from, length);
    };
    // Two reads take longer than the limit.
    expect(await impatient({ bytes, readRange: slow })).toMatchObject({ outcome: "read" });
  });

  it("leave the next file alone", async () => {
    const names = ["vp8.webm", "index-first.mkv"];
    const sparing = createMatroskaReader({ ...limits, bytes: 10_000 });
    const readings = await Promise.all(names.map((name) => sparing(fileOf(fixture(name)))));
    expect(readings.map(({ outcome }) => outcome)).toEqual(["unusable", "read"]);
  });
});

describe("the reader of Matroska and its surroundings", () => {
  it("answers whatever is in the file", async () => {
    const names = fc.constantFrom("index-first.mkv", "vp8.webm", "live.webm");
    const change = fc.record({ at: fc.oneof(fc.nat(600), fc.nat(16_000)), byte: fc.nat(255) });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    const answers = fc.asyncProperty(
      names,
      changes,
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      async (name, all, share) => {
        const whole = fixture(name);
        for (const { at, byte } of all) whole[at % whole.length] = byte;
        const { outcome } = await look(whole.subarray(0, Math.floor(whole.length * Math.min(1, share * 2))));
        expect(["read", "unusable"]).toContain(outcome);
      },
    );
    await fc.assert(answers, { numRuns: 60, seed: 1 });
  });

  it("passes on that the store is unavailable, and never blames the file", async () => {
    const unavailable = async () => {
      throw new DependencyUnavailableError("the store does not answer");
    };
    await expect(reader({ bytes: 1000, readRange: unavailable })).rejects.toThrow(DependencyUnavailableError);
    expect(await look(fixture("index-first.mkv"))).toMatchObject({ outcome: "read" });
  });

  it("reads many files at once, each for itself", async () => {
    const names = ["index-first.mkv", "gap.mkv", "sound-only.mkv", "vp8.webm", "late-sound.mkv"];
    const together = await Promise.all(names.map((name) => look(fixture(name))));
    for (const [index, name] of names.entries()) expect(together[index]).toEqual(await look(fixture(name)));
  });

  it("runs from a bundle with its worker beside it, as in Lambda", async () => {
    const folder = await mkdtemp(join(tmpdir(), "witnessed-matroska-"));
    try {
      const adapters = fileURLToPath(new URL("../../functions/adapters/", import.meta.url));
      await build({
        entryPoints: {
          handler: `${adapters}matroska-reader.mediabunny.ts`,
          "matroska-reader-worker": `${adapters}matroska-reader-worker.ts`,
        },
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        minify: true,
        platform: "node",
        format: "esm",
        logLevel: "warning",
      });
      const bundle = await import(pathToFileURL(join(folder, "handler.mjs")).href);
      const bundled: MatroskaReader = bundle.createMatroskaReader();
      expect(await bundled(fileOf(fixture("index-first.mkv")))).toMatchObject({ outcome: "read" });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
