import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceFiles } from "#test/fixtures/media/devices.ts";
import { kinds } from "#test/fixtures/media/kinds.ts";
import { codesOf, expectAgreement, expectClose, expectGaps } from "#test/support/media-agreement.ts";
import {
  askFfprobe,
  askMediainfo,
  hasFfmpeg,
  hasMediainfo,
  makeVideo,
  probeFile,
  readVideo,
} from "#test/support/media-files.ts";

if (hasFfmpeg) {
  describe("reading what cameras and phones write", () => {
    let folder: string;
    const made = new Map<string, Uint8Array>();
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "media-devices-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    function baseOf(file: string): Uint8Array {
      const kind = kinds.find((candidate) => candidate.file === file);
      if (!kind) throw new Error(`no ${file}`);
      const data = made.get(file) ?? readVideo(makeVideo(folder, file, [...kind.input, ...kind.output]));
      made.set(file, data);
      return data;
    }

    test.each(deviceFiles)("finds all of $name", async ({ from, change, expected = {} }) => {
      const path = join(folder, `changed-${from}`);
      writeFileSync(path, change(baseOf(from)));
      const { result, costs } = await probeFile(path);
      expect(costs.requests).toBeLessThanOrEqual(20);
      if (result.outcome !== "playable") throw new Error(`${result.code}: ${result.detail}`);
      const { media } = result;
      if (expected.seconds === undefined) {
        const opinion = askFfprobe(path);
        if (!opinion) throw new Error("ffprobe refuses the file");
        expectAgreement(media, opinion, true);
      } else {
        expectClose(media.playableSeconds, expected.seconds);
      }
      expect(codesOf(media)).toEqual([...(expected.warnings ?? [])].sort());
      expectGaps(media.gaps, expected.gaps ?? []);
      if (expected.created) expect(media.creationTime).toBe(expected.created);
      if (expected.size) expect([media.width, media.height]).toEqual(expected.size);
      if (!hasMediainfo || expected.mediainfoDiffers) return;
      const third = askMediainfo(path);
      if (third) expectClose(media.playableSeconds, third.seconds);
    });
  });
} else {
  test("files of cameras and phones are left out here: ffmpeg is not installed", () => {
    expect(hasFfmpeg).toBe(false);
  });
}
