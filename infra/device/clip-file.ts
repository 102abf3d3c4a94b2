import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { SINGLE_PUT_LIMIT } from "#contracts/footage.ts";
import { UsageError } from "./failures.ts";
import { reasonOf } from "./reason-of.ts";

/** A clip on this machine's disk as it was when it was hashed. Hashes are lower-case hex SHA-256. */
export type ClipFile = {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
  readonly partBytes: number;
  /** The hash of each part, in order; empty when the file goes in one piece. */
  readonly partHashes: readonly string[];
};

/** One piece of a file: bytes [from, from + length). */
export type Piece = { readonly path: string; readonly from: number; readonly length: number };

const READ_AT_ONCE = 1024 * 1024;

/** Reads the file once and hashes it, whole and by parts. Throws `UsageError` when it cannot be read. */
export async function readClipFile(
  path: string,
  partBytes: number,
  onRead: (bytes: number) => void = () => undefined,
): Promise<ClipFile> {
  const { size: bytes, mtimeMs: modifiedMs } = await statOf(path);
  if (bytes === 0) throw new UsageError(`${path} is empty: there is nothing to upload.`);
  const inParts = bytes > SINGLE_PUT_LIMIT;
  const whole = createHash("sha256");
  const partHashes: string[] = [];
  for (let from = 0; from < bytes; from += partBytes) {
    const part = createHash("sha256");
    const last = Math.min(from + partBytes, bytes) - 1;
    for await (const chunk of createReadStream(path, {
      start: from,
      end: last,
      highWaterMark: READ_AT_ONCE,
    })) {
      whole.update(chunk as Buffer);
      if (inParts) part.update(chunk as Buffer);
    }
    if (inParts) partHashes.push(part.digest("hex"));
    onRead(last + 1);
  }
  const file = { path, bytes, modifiedMs, sha256: whole.digest("hex"), partBytes, partHashes };
  await checkUnchanged(file);
  return file;
}

/** Evidence that somebody still writes to is not whole yet. Throws `UsageError`. */
export async function checkUnchanged({ path, bytes, modifiedMs }: ClipFile): Promise<void> {
  const now = await statOf(path);
  if (now.size === bytes && now.mtimeMs === modifiedMs) return;
  throw new UsageError(`${path} changed while it was read: upload it once its recording has ended.`);
}

/** The piece that part `number` is, counted from 1. */
export function pieceOf({ path, bytes, partBytes }: ClipFile, number: number): Piece {
  const from = (number - 1) * partBytes;
  return { path, from, length: Math.min(partBytes, bytes - from) };
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reasonOf(error)}).`);
  }
}

/** How long the file plays, in milliseconds, rounded up. Throws `UsageError` when it cannot be told. */
export async function playingTimeOf(path: string): Promise<number> {
  // Heavy, and most devices know their times: loaded only when it is needed.
  const { ALL_FORMATS, FilePathSource, Input } = await import("mediabunny");
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  try {
    return Math.ceil((await input.computeDuration()) * 1000);
  } catch (error) {
    throw new UsageError(`${path} does not tell how long it plays (${reasonOf(error)}): give --end.`);
  } finally {
    input.dispose();
  }
}
