import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { READER_VERSION } from "#domain/media/reader-version.ts";
import { aDevice, createApiUnderTest } from "#test/support/api-under-test.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";
import { alter, findIsoBox, join, poke, text } from "#test/support/iso-boxes.ts";
import { examineFootage, withFinding } from "#use-cases/footage/examine-footage.ts";
import { probeFootage } from "#use-cases/footage/probe-footage.ts";

/** Pictures with a hole, and sound. */
const gap = new Uint8Array(readFileSync(new URL("../../fixtures/footage/gap.mp4", import.meta.url)));

test("what was found in a file is told to the device: spans, codecs, size, when it was made, and what is odd where", async () => {
  const dated = alter(gap, (boxes) => poke(findIsoBox(boxes, "moov/mvhd"), 4, 1_795_295_000));
  const file = join([dated, text("a camera's own data behind the last box")]);
  const under = createApiUnderTest();
  const camera = aDevice("X81234567");
  await under.register(camera);
  const sha256 = createHash("sha256").update(file).digest("hex");
  const declaration = aDeclaration({ file: { ...aDeclaration().file, bytes: file.length, sha256 } });
  const { body } = await under.asDevice(camera, "POST", "/v1/footage", declaration);
  const promised = await under.repositories.footage.read(body.footageId);
  if (!promised) throw new Error("not stored");

  const storedAt = "2026-11-22T06:00:00.000Z";
  const stored = { bytes: file.length, versionId: "1", storedAt, sha256, composite: false };
  const finding = await examineFootage(promised.record, stored, {
    evidence: { readRange: async (_key, from, length) => file.slice(from, from + length) },
    probe: (wanted) => probeFootage(wanted, { readMatroska: () => Promise.reject(new Error("none of its")) }),
    readerVersion: READER_VERSION,
  });
  await under.repositories.footage.replace(withFinding(promised.record, finding), promised.revision);

  const answer = await under.asDevice(camera, "GET", `/v1/footage/${body.footageId}`);
  expect(answer.body).toEqual({
    footageId: body.footageId,
    state: "ACCEPTED",
    media: {
      container: "mp4",
      playableSeconds: expect.any(Number),
      gaps: [{ from: expect.any(Number), to: expect.any(Number) }],
      audio: [{ from: expect.any(Number), to: expect.any(Number) }],
      videoCodec: "h264",
      audioCodec: "aac",
      width: 64,
      height: 36,
      creationTime: "2026-11-21T21:03:20.000Z",
      creationOrigin: "mvhd-as-unix",
      truncated: false,
      warnings: [
        expect.stringMatching(/^TRAILING_DATA \(file at \d+\): .+\.$/),
        expect.stringMatching(/^CREATION_TIME_UNIX \(moov\/mvhd at \d+\): .+\.$/),
      ],
    },
  });
});
