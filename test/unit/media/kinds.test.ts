import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MediaFacts } from "#contracts/footage.ts";
import { cuts, type Kind, kinds } from "#test/fixtures/media/kinds.ts";
import { text, viewOf } from "#test/support/iso-boxes.ts";
import {
  askFfprobe,
  hasFfmpeg,
  makeVideo,
  probeFile,
  readVideo,
  type SecondOpinion,
} from "#test/support/media-files.ts";

/** One picture at the slowest usual rate, or the reordering of a few. */
const CLOSE_SECONDS = 0.16;

if (hasFfmpeg) {
  describe("reading what ffmpeg writes", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "media-kinds-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each(kinds)("finds in $name what ffprobe finds", async (kind) => {
      const path = makeVideo(folder, kind.file, [...kind.input, ...kind.output]);
      const { result, costs } = await probeFile(path);
      expect(costs.requests).toBeLessThanOrEqual(64);
      if (kind.expected?.unusable) {
        expect(result).toMatchObject({ outcome: "unusable", code: kind.expected.unusable });
        return;
      }
      if (result.outcome !== "playable") throw new Error(`${result.code}: ${result.detail}`);
      const opinion = askFfprobe(path);
      if (!opinion) throw new Error("ffprobe refuses the file");
      agrees(result.media, opinion, kind);
      isAsExpected(result.media, kind);
    });

    test.each(cuts)("finds in $name what ffprobe finds", async ({ name, from, seek, output }) => {
      const kind = kinds.find(({ file }) => file === from);
      if (!kind) throw new Error(`no ${from}`);
      const whole = makeVideo(folder, from, [...kind.input, ...kind.output]);
      const path = makeVideo(folder, `cut-${from}`, [...seek, "-i", whole, "-c", "copy", ...output]);
      const { result } = await probeFile(path);
      const opinion = askFfprobe(path);
      if (result.outcome !== "playable" || !opinion) throw new Error(JSON.stringify(result));
      agrees(result.media, opinion, { name, file: from, input: [], output: [] });
    });

    test.each([
      "faststart.mp4",
      "reordered.mp4",
      "frag-keyframe.mp4",
      "empty-moov.mp4",
      "mjpeg.mov",
      "hvc1.mp4",
      "late-sound.mp4",
    ])("refuses or marks what ffprobe refuses or cuts short in damaged copies of %s", async (file) => {
      const kind = kinds.find((candidate) => candidate.file === file);
      if (!kind) throw new Error(`no ${file}`);
      const whole = readVideo(makeVideo(folder, file, [...kind.input, ...kind.output]));
      for (let copy = 0; copy < 15; copy += 1) {
        const path = join(folder, `damaged-${copy}-${file}`);
        const data = damagedCopy(whole, copy);
        writeFileSync(path, data);
        const { result } = await probeFile(path);
        const pictures = askFfprobe(path)?.pictures ?? [];
        if (result.outcome === "unusable") continue;
        const seconds =
          Math.max(0, ...pictures.map(({ to }) => to)) - Math.min(...pictures.map(({ from }) => from), 0);
        const { playableSeconds, truncated, warnings } = result.media;
        const marked = truncated || warnings.length > 0;
        expect({ copy, marked: marked || playableSeconds <= seconds + 0.3 }).toEqual({ copy, marked: true });
      }
    });
  });
} else {
  test("files of every kind are left out here: ffmpeg is not installed", () => {
    expect(hasFfmpeg).toBe(false);
  });
}

/** Every third is cut off; in the others one number of a table is changed, at places spread over the index. */
function damagedCopy(whole: Uint8Array, copy: number): Uint8Array {
  if (copy % 3 === 0) return whole.slice(0, Math.floor((whole.length * (copy + 1)) / 17));
  const data = whole.slice();
  const types = ["stts", "stsz", "stsc", "stco", "mdhd"];
  const type = text(types[copy % types.length] ?? "stsz");
  const at = data.findIndex((_byte, place) => type.every((byte, index) => data[place + index] === byte));
  viewOf(data).setUint32(at + 12 + 4 * (copy % 4), copy % 2 ? 0xffff_ffff : 0x0001_0000 * copy);
  return data;
}

/**
 * ffprobe takes a first sample that only marks a beginning for sound: there our own expectation counts. In
 * fragments it lists pictures that an edit list hides, with times before 0.
 */
function agrees(
  media: MediaFacts,
  { codec, width, height, pictures, sound }: SecondOpinion,
  { expected }: Kind,
): void {
  const from = Math.min(...pictures.filter((packet) => packet.to > 0).map((packet) => packet.from));
  const to = Math.max(...pictures.map((packet) => packet.to));
  expect(media).toMatchObject({ videoCodec: codec, width, height, truncated: false, warnings: [] });
  expect(Math.abs(media.playableSeconds - (to - from))).toBeLessThan(CLOSE_SECONDS);
  expect(media.audio.length > 0).toBe(sound.length > 0);
  const [first] = media.audio;
  if (!first || expected?.soundFrom !== undefined) return;
  const heard = Math.max(0, Math.min(...sound.map((packet) => packet.from)) - from);
  const ends = Math.min(to, Math.max(...sound.map((packet) => packet.to))) - from;
  expect(Math.abs(first.from - heard)).toBeLessThan(CLOSE_SECONDS);
  expect(Math.abs((media.audio.at(-1)?.to ?? 0) - ends)).toBeLessThan(CLOSE_SECONDS);
}

function isAsExpected(media: MediaFacts, { expected }: Kind): void {
  const near = (found: number | undefined, wanted: number) =>
    expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThan(CLOSE_SECONDS);
  if (expected?.silent) expect(media.audio).toEqual([]);
  if (expected?.soundFrom !== undefined) near(media.audio[0]?.from, expected.soundFrom);
  if (expected?.soundTo !== undefined) near(media.audio.at(-1)?.to, expected.soundTo);
  const gaps = expected?.gaps ?? [];
  expect(media.gaps).toHaveLength(gaps.length);
  gaps.forEach(({ from, to }, index) => {
    near(media.gaps[index]?.from, from);
    near(media.gaps[index]?.to, to);
  });
}
