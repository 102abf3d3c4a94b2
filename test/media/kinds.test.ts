import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MediaFacts } from "#contracts/footage.ts";
import { cuts, type Kind, kinds } from "#test/fixtures/media/kinds.ts";
import { text, viewOf } from "#test/support/iso-boxes.ts";
import { expectAgreement, expectClose, expectGaps } from "#test/support/media-agreement.ts";
import {
  askFfprobe,
  askMediainfo,
  hasFfmpeg,
  hasMediainfo,
  makeVideo,
  probeFile,
  readVideo,
} from "#test/support/media-files.ts";

/** Each copy is shown to ffprobe, a program that has to start; on a busy machine that takes its time. */
const MANY_PROGRAMS = { timeout: 180_000 };

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
      expectAgreement(result.media, opinion, kind.expected?.soundFrom === undefined);
      expect(result.media.warnings).toEqual([]);
      isAsExpected(result.media, kind);
      if (!hasMediainfo || kind.expected?.mediainfoDiffers) return;
      const third = askMediainfo(path);
      if (third) expectClose(result.media.playableSeconds, third.seconds);
    });

    test.each(cuts)("finds in $name what ffprobe finds", async ({ from, seek, output }) => {
      const kind = kinds.find(({ file }) => file === from);
      if (!kind) throw new Error(`no ${from}`);
      const whole = makeVideo(folder, from, [...kind.input, ...kind.output]);
      const path = makeVideo(folder, `cut-${from}`, [...seek, "-i", whole, "-c", "copy", ...output]);
      const { result } = await probeFile(path);
      const opinion = askFfprobe(path);
      if (result.outcome !== "playable" || !opinion) throw new Error(JSON.stringify(result));
      expectAgreement(result.media, opinion, true);
    });

    test.each([
      "faststart.mp4",
      "reordered.mp4",
      "frag-keyframe.mp4",
      "empty-moov.mp4",
      "mjpeg.mov",
      "hvc1.mp4",
      "late-sound.mp4",
    ])(
      "refuses or marks what ffprobe refuses or cuts short in damaged copies of %s",
      MANY_PROGRAMS,
      async (file) => {
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
          expect({ copy, marked: marked || playableSeconds <= seconds + 0.3 }).toEqual({
            copy,
            marked: true,
          });
        }
      },
    );
  });
} else {
  test("files of every kind are left out here: ffmpeg is not installed", () => {
    expect(hasFfmpeg).toBe(false);
  });
}

if (!hasMediainfo) {
  test("mediainfo's opinion is left out here: it is not installed", () => {
    expect(hasMediainfo).toBe(false);
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

function isAsExpected(media: MediaFacts, { expected }: Kind): void {
  if (expected?.silent) expect(media.audio).toEqual([]);
  if (expected?.soundFrom !== undefined) expectClose(media.audio[0]?.from, expected.soundFrom);
  if (expected?.soundTo !== undefined) expectClose(media.audio.at(-1)?.to, expected.soundTo);
  expectGaps(media.gaps, expected?.gaps ?? []);
}
