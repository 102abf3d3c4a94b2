import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { sampleClip } from "#infra/local/footage/catalogue.ts";

/**
 * Writes a playable clip of any size below 4 GiB: a `free` box behind the movie, sparse but for a mark at each
 * `markEvery` bytes, so that no two parts are alike.
 */
export async function writeClipOfSize(path: string, bytes: number, markEvery: number): Promise<void> {
  const clip = await sampleClip("brief-20s").read();
  const freeBox = Buffer.alloc(8);
  freeBox.writeUInt32BE(bytes - clip.length);
  freeBox.write("free", 4, "latin1");
  const file = await open(path, "w");
  try {
    await file.write(clip, 0, clip.length, 0);
    await file.write(freeBox, 0, freeBox.length, clip.length);
    for (let at = markEvery; at + 16 <= bytes; at += markEvery) {
      await file.write(Buffer.from(`mark ${at}`.padEnd(16)), 0, 16, at);
    }
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

/** The SHA-256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
