import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, MkvOutputFormat, Output } from "mediabunny";
import { describe, expect, it } from "vitest";
import { createMediaProbe } from "#adapters/media-probe.mediabunny.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { MediaProbe, ProbeResult } from "#ports/media-probe.ts";

const pathOf = (name: string) => fileURLToPath(new URL(`../fixtures/footage/${name}`, import.meta.url));
const fixture = (name: string): Buffer => readFileSync(pathOf(name));
const fileOf = (content: Uint8Array) => ({
  bytes: content.length,
  readRange: async (from: number, length: number) => Uint8Array.from(content.subarray(from, from + length)),
});
const probe = createMediaProbe();
const look = (content: Uint8Array): Promise<ProbeResult> => probe(fileOf(content));
const cutTo = (content: Buffer, share: number) => content.subarray(0, Math.floor(content.length * share));

/** The file with one 32-bit number of its index replaced, `offset` bytes after the name of the first such box. */
function withNumber(content: Buffer, box: string, offset: number, value: number): Buffer {
  const changed = Buffer.from(content);
  changed.writeUInt32BE(value, changed.indexOf(box) + offset);
  return changed;
}

/** Matroska with a picture every ten seconds, 1500 of them; each is a byte long. */
async function slideShow(): Promise<Buffer> {
  const output = new Output({ format: new MkvOutputFormat(), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource("vp8");
  output.addVideoTrack(source);
  await output.start();
  const config = { decoderConfig: { codec: "vp8", codedWidth: 64, codedHeight: 36 } };
  for (let picture = 0; picture < 1500; picture += 1) {
    await source.add(new EncodedPacket(Uint8Array.of(1), "key", picture * 10, 1), config);
  }
  await output.finalize();
  return Buffer.from(output.target.buffer ?? new ArrayBuffer());
}

describe("the media probe", () => {
  it.each([
    ["index-first.mp4", "MP4"],
    ["index-last.mp4", "MP4"],
    ["fragmented.mp4", "MP4"],
    ["quicktime.mov", "QuickTime File Format"],
    ["matroska.mkv", "Matroska"],
  ])("finds 20 s of pictures and sound in %s", async (name, container) => {
    expect(await look(fixture(name))).toEqual({
      outcome: "playable",
      media: {
        container,
        playableSeconds: 20,
        gaps: [],
        audio: [{ from: 0, to: 20 }],
        videoCodec: "avc",
        audioCodec: "aac",
        width: 64,
        height: 36,
        truncated: false,
        warnings: [],
      },
    });
  });

  it("finds where pictures are missing", async () => {
    const result = await look(fixture("gap.mp4"));
    expect(result).toMatchObject({ media: { playableSeconds: 20, gaps: [{ from: 10, to: 15 }] } });
  });

  it("finds where sound begins, as in the buffer before the button", async () => {
    const result = await look(fixture("late-sound.mp4"));
    // One packet of 128 ms primes the decoder.
    expect(result).toMatchObject({ media: { playableSeconds: 20, audio: [{ from: 7.872, to: 20 }] } });
  });

  it("finds no sound where there is none", async () => {
    const result = await look(fixture("silent.mp4"));
    expect(result).toMatchObject({ media: { playableSeconds: 20, audio: [] } });
    expect(result).not.toHaveProperty("media.audioCodec");
  });

  it("tells when the file says it was made, and nothing when it does not say", async () => {
    expect(await look(fixture("dated.mp4"))).toMatchObject({
      media: { creationTime: "2026-11-21T21:03:10.000Z", creationOrigin: "mvhd" },
    });
    expect(await look(fixture("index-first.mp4"))).not.toHaveProperty("media.creationTime");
  });

  it("does not believe a creation time before 2001", async () => {
    const file = withNumber(fixture("dated.mp4"), "mvhd", 8, 1_000_000);
    const result = await look(file);
    expect(result).toMatchObject({
      media: { warnings: ["CREATION_TIME_IMPLAUSIBLE (mvhd): It lies outside 2001 to 2100."] },
    });
    expect(result).not.toHaveProperty("media.creationTime");
  });
});

describe("the media probe on a file that was cut off", () => {
  it("counts only the pictures that are there, whatever the index at the front says", async () => {
    const long = readFileSync(new URL("../../infra/local/footage/full-390s.mp4", import.meta.url));
    const result = await look(cutTo(long, 0.8));
    expect(result).toMatchObject({ outcome: "playable", media: { truncated: true } });
    if (result.outcome !== "playable") throw new Error("expected pictures");
    const { playableSeconds, audio } = result.media;
    expect(playableSeconds).toBeGreaterThan(200);
    expect(playableSeconds).toBeLessThan(350);
    expect(audio.at(-1)?.to).toBeLessThanOrEqual(playableSeconds);
  });

  it("counts the whole fragments of a camera that lost power", async () => {
    const result = await look(cutTo(fixture("fragmented.mp4"), 0.6));
    expect(result).toMatchObject({ media: { playableSeconds: 5, truncated: true } });
  });

  it("finds no video in a file that lost its index at the end", async () => {
    expect(await look(cutTo(fixture("index-last.mp4"), 0.6))).toMatchObject({
      outcome: "unusable",
      code: "NO_VIDEO_TRACK",
    });
  });
});

describe("the media probe on what is no video", () => {
  it.each([
    ["sound alone", fixture("sound-only.mp4"), "NO_VIDEO_TRACK"],
    ["text", Buffer.from("This is not a video. ".repeat(500)), "UNSUPPORTED_CONTAINER"],
    ["zeros", Buffer.alloc(10_000), "UNSUPPORTED_CONTAINER"],
    ["one byte", Buffer.from("x"), "UNREADABLE"],
    ["an index without pictures", withNumber(fixture("silent.mp4"), "stts", 8, 0), "NO_PICTURES"],
    ["a corrupt index", withNumber(fixture("silent.mp4"), "stsc", 8, 0xffff_ffff), "UNREADABLE"],
  ])("calls %s unusable and says why", async (_, content, code) => {
    const result = await look(content);
    expect(result).toMatchObject({ outcome: "unusable", code });
    expect(result).toHaveProperty("detail", expect.stringMatching(/^[A-Z].*[.:]/));
  });
});

describe("the media probe's limits", () => {
  it("end a file with pictures missing in more places than a record has room for", async () => {
    expect(await look(await slideShow())).toMatchObject({ outcome: "unusable", code: "TOO_MANY_GAPS" });
  });

  const limits = { milliseconds: 30_000, bytes: 1_000_000, heapMegabytes: 128 };

  it("end a file whose index keeps the reader busy", async () => {
    const spinning = withNumber(fixture("index-first.mp4"), "stsc", 16, 0xffff_ffff);
    const impatient = createMediaProbe({ ...limits, milliseconds: 500 });
    expect(await impatient(fileOf(spinning))).toMatchObject({ outcome: "unusable", code: "BUDGET_EXCEEDED" });
  });

  it("end a file whose index asks for all memory", async () => {
    const huge = withNumber(fixture("index-first.mp4"), "stts", 12, 0xffff_ffff);
    expect(await createMediaProbe(limits)(fileOf(huge))).toMatchObject({ code: "BUDGET_EXCEEDED" });
  });

  it("end a file of which too much has to be read", async () => {
    const sparing = createMediaProbe({ ...limits, bytes: 1000 });
    expect(await sparing(fileOf(fixture("index-first.mp4")))).toMatchObject({ code: "BUDGET_EXCEEDED" });
  });

  it("do not count the time that the store takes", async () => {
    const impatient = createMediaProbe({ ...limits, milliseconds: 1000 });
    const { bytes, readRange } = fileOf(fixture("index-first.mp4"));
    const slow = async (from: number, length: number) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      return readRange(from, length);
    };
    // Five reads take longer than the limit.
    expect(await impatient({ bytes, readRange: slow })).toMatchObject({ outcome: "playable" });
  });

  it("leave the next file alone", async () => {
    const impatient = createMediaProbe({ ...limits, milliseconds: 500 });
    const spinning = withNumber(fixture("index-first.mp4"), "stsc", 16, 0xffff_ffff);
    const results = await Promise.all(
      [spinning, fixture("index-first.mp4")].map((file) => impatient(fileOf(file))),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(["unusable", "playable"]);
  });
});

describe("the media probe and its surroundings", () => {
  it("passes on that the store is unavailable, and never blames the file", async () => {
    const unavailable = async () => {
      throw new DependencyUnavailableError("the store does not answer");
    };
    await expect(probe({ bytes: 1000, readRange: unavailable })).rejects.toThrow(DependencyUnavailableError);
    expect(await look(fixture("index-first.mp4"))).toMatchObject({ outcome: "playable" });
  });

  it("reads many files at once, each for itself", async () => {
    const names = ["index-first.mp4", "gap.mp4", "silent.mp4", "sound-only.mp4", "late-sound.mp4"];
    const together = await Promise.all(names.map((name) => look(fixture(name))));
    for (const [index, name] of names.entries()) expect(together[index]).toEqual(await look(fixture(name)));
  });

  it("runs from a bundle with its worker beside it, as in Lambda", async () => {
    const folder = await mkdtemp(join(tmpdir(), "witnessed-probe-"));
    try {
      const adapters = fileURLToPath(new URL("../../functions/adapters/", import.meta.url));
      await build({
        entryPoints: {
          handler: `${adapters}media-probe.mediabunny.ts`,
          "media-probe-worker": `${adapters}media-probe-worker.ts`,
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
      const bundled: MediaProbe = bundle.createMediaProbe();
      expect(await bundled(fileOf(fixture("index-first.mp4")))).toMatchObject({ outcome: "playable" });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const ffprobe = spawnSync("ffprobe", ["-version"]).status === 0;
if (!ffprobe) {
  process.stdout.write("Media probe: no ffprobe here, so its second opinion is left out.\n");
} else {
  describe("ffprobe, asked for a second opinion", () => {
    const files = [
      "index-first.mp4",
      "index-last.mp4",
      "fragmented.mp4",
      "gap.mp4",
      "silent.mp4",
      "quicktime.mov",
    ];
    it.each(files)("agrees about the pictures of %s", async (name) => {
      const entries = "packet=pts_time,duration_time";
      const options = ["-v", "error", "-select_streams", "v", "-show_entries", entries, "-of", "json"];
      const { packets } = JSON.parse(String(execFileSync("ffprobe", [...options, pathOf(name)])));
      const times: readonly (readonly [number, number])[] = packets
        .map((packet: Record<string, string>) => [
          Number(packet["pts_time"]),
          Number(packet["duration_time"]),
        ])
        .sort((a: number[], b: number[]) => (a[0] ?? 0) - (b[0] ?? 0));
      const [first, last] = [times.at(0), times.at(-1)];
      const seconds = (last?.[0] ?? 0) + (last?.[1] ?? 0) - (first?.[0] ?? 0);
      const result = await look(fixture(name));
      expect(result).toHaveProperty("media.playableSeconds", expect.closeTo(seconds, 3));
    });
  });
}
