import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MediaFacts } from "#contracts/footage.ts";
import { type Kind, kinds } from "#test/fixtures/media/kinds.ts";
import {
  askFfprobe,
  hasFfmpeg,
  makeVideo,
  probeFile,
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
  });
} else {
  test("files of every kind are left out here: ffmpeg is not installed", () => {
    expect(hasFfmpeg).toBe(false);
  });
}

/** ffprobe takes a first sample that only marks a beginning for sound: there our own expectation counts. */
function agrees(
  media: MediaFacts,
  { codec, width, height, pictures, sound }: SecondOpinion,
  { expected }: Kind,
): void {
  const from = Math.min(...pictures.map((packet) => packet.from));
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
