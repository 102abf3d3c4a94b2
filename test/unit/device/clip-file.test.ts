import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkUnchanged, pieceOf, playingTimeOf, readClipFile } from "#infra/device/clip-file.ts";
import { UsageError } from "#infra/device/failures.ts";
import { writeClipOfSize } from "#test/support/clip-of-size.ts";
import { temporaryFolder } from "#test/support/local-process.ts";
import { sha256Of } from "#test/support/sample-bytes.ts";

const MIB = 1024 * 1024;

describe("a clip on a device's disk", () => {
  it("is hashed whole and by parts in one reading", { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "clip.mp4");
    await writeClipOfSize(path, 100 * MIB + 5, 8 * MIB);
    const file = await readClipFile(path, 8 * MIB);
    const bytes = readFileSync(path);
    expect(file).toMatchObject({ bytes: bytes.length, sha256: sha256Of(bytes) });
    expect(file.partHashes).toHaveLength(13);
    for (const [index, hash] of file.partHashes.entries()) {
      const { from, length } = pieceOf(file, index + 1);
      expect(hash).toBe(sha256Of(bytes.subarray(from, from + length)));
    }
  });

  it("has no parts up to 100 MiB", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "clip.mp4");
    writeFileSync(path, "short");
    expect(await readClipFile(path, 8 * MIB)).toMatchObject({
      bytes: 5,
      sha256: sha256Of(Buffer.from("short")),
      partHashes: [],
    });
  });

  it("that changes after it was read is not uploaded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "clip.mp4");
    writeFileSync(path, "short");
    const file = await readClipFile(path, 8 * MIB);
    await expect(checkUnchanged(file)).resolves.toBeUndefined();
    writeFileSync(path, "longer");
    await expect(checkUnchanged(file)).rejects.toThrow(/changed while it was read/);
  });

  it("that is empty or not there is told plainly", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "clip.mp4");
    await expect(readClipFile(path, 8 * MIB)).rejects.toThrow(UsageError);
    writeFileSync(path, "");
    await expect(readClipFile(path, 8 * MIB)).rejects.toThrow(/is empty/);
  });

  it("tells how long it plays, or that it does not", async () => {
    using folder = temporaryFolder();
    expect(await playingTimeOf("infra/local/footage/minute-60s.mp4")).toBe(60_000);
    const path = join(folder.path, "notes.txt");
    writeFileSync(path, "no video");
    await expect(playingTimeOf(path)).rejects.toThrow(/give --end/);
  });
});
