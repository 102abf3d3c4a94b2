import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import * as z from "zod";
import {
  ConflictError,
  CorruptRecordError,
  InvalidInputError,
  RecordNotFoundError,
} from "#contracts/errors.ts";
import { hasErrorCode, replaceFileSync, syncFolder, writeNewFile } from "./durable-files.ts";

/**
 * Objects in a folder, written once.
 *
 * An object is a folder `objects/<key>/` with `@content`, `@facts.json` and `@protection.json`; `@` occurs in
 * no key, so keys may nest. It is made under `incoming/` and renamed into its place, which fails when
 * something is there: it appears whole, once, or not at all, also when the process is killed. What is left
 * under `incoming/` belongs to nobody and is removed at the next start.
 */
const objectFacts = z.strictObject({
  key: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  composite: z.boolean(),
  contentType: z.string(),
  storedAt: z.string(),
  versionId: z.string(),
});
export type ObjectFacts = z.infer<typeof objectFacts>;

const protection = z.strictObject({ retainedUntil: z.string(), held: z.boolean() });
export type Protection = z.infer<typeof protection>;

/** Bytes on the disk that are not an object yet. `discard` after `publish` does nothing. */
export type Draft = {
  readonly bytes: number;
  /** Hex SHA-256 of what was written. */
  readonly sha256: string;
  readonly contentPath: string;
  readonly discard: () => Promise<void>;
};

export type ObjectFolder = {
  /** Streams to the disk, hashing on the way; leaves nothing behind when the stream fails. */
  readonly receive: (body: AsyncIterable<Uint8Array>) => Promise<Draft>;
  /** Makes the draft the object of its key. False, and nothing changed, when there is one. */
  readonly publish: (draft: Draft, facts: ObjectFacts, protection: Protection) => Promise<boolean>;
  readonly facts: (key: string) => Promise<ObjectFacts | undefined>;
  /** Keys of all objects, in their order. */
  readonly keys: () => Promise<readonly string[]>;
  readonly read: (key: string, from: number, length: number) => Promise<Uint8Array>;
  readonly protectionOf: (key: string) => Protection;
  /** Replaces the protection by what `change` makes of it, in one step. */
  readonly protect: (key: string, change: (current: Protection) => Protection) => void;
  /** Takes the object away for good where `may` allows it. False, and nothing changed, where it does not. */
  readonly remove: (key: string, may: (current: Protection) => boolean) => Promise<boolean>;
};

const KEY = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;

/** Throws `InvalidInputError` for a key that could name anything outside of its folder. */
export function checkKey(key: string): string {
  const safe = KEY.test(key) && key.length <= 512 && !key.split("/").some((part) => /^\.+$/.test(part));
  if (!safe) throw new InvalidInputError(`not a key of the evidence store: ${JSON.stringify(key)}`);
  return key;
}

export function openObjectFolder(folder: string): ObjectFolder {
  const incoming = join(folder, "incoming");
  const objects = join(folder, "objects");
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  mkdirSync(objects, { recursive: true });

  const placeOf = (key: string) => join(objects, ...checkKey(key).split("/"));
  const protectionPath = (key: string) => join(placeOf(key), "@protection.json");

  async function receive(body: AsyncIterable<Uint8Array>): Promise<Draft> {
    const draftFolder = join(incoming, randomUUID());
    const contentPath = join(draftFolder, "@content");
    const discard = () => rm(draftFolder, { recursive: true, force: true });
    await mkdir(draftFolder);
    try {
      return { ...(await writeHashed(contentPath, body)), contentPath, discard };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async function publish(draft: Draft, facts: ObjectFacts, initial: Protection): Promise<boolean> {
    const draftFolder = dirname(draft.contentPath);
    const place = placeOf(facts.key);
    await chmod(draft.contentPath, 0o400);
    await writeNewFile(join(draftFolder, "@facts.json"), JSON.stringify(facts));
    await writeNewFile(join(draftFolder, "@protection.json"), JSON.stringify(initial));
    await syncFolder(draftFolder);
    await makeFolders(objects, dirname(place));
    try {
      await rename(draftFolder, place);
    } catch (error) {
      if (hasErrorCode(error, "ENOTEMPTY", "EEXIST", "EPERM")) return false;
      throw error;
    }
    await syncFolder(dirname(place));
    return true;
  }

  return {
    receive,
    publish,
    facts: async (key) => {
      const text = await readIfThere(join(placeOf(key), "@facts.json"));
      return text === undefined ? undefined : parseStored(objectFacts, text, key);
    },
    keys: async () => {
      const names = await readdir(objects, { recursive: true });
      const keys = names.filter((name) => basename(name) === "@facts.json").map((name) => dirname(name));
      return keys.map((key) => key.split(sep).join("/")).sort();
    },
    read: async (key, from, length) => readSpan(join(placeOf(key), "@content"), key, from, length),
    protectionOf: (key) => readProtection(protectionPath(key), key),
    protect: (key, change) => {
      const path = protectionPath(key);
      replaceFileSync(path, JSON.stringify(change(readProtection(path, key))));
    },
    remove: async (key, may) => {
      const place = placeOf(key);
      if (!may(readProtection(protectionPath(key), key))) return false;
      if (readdirSync(place).some((name) => !name.startsWith("@"))) {
        throw new ConflictError(`other objects lie below ${key}`);
      }
      const removed = join(incoming, randomUUID());
      // Gone in one step, right after it was allowed; the bytes follow, at the next start if need be.
      renameSync(place, removed);
      await syncFolder(dirname(place));
      await rm(removed, { recursive: true, force: true });
      return true;
    },
  };
}

async function writeHashed(path: string, body: AsyncIterable<Uint8Array>) {
  const handle = await open(path, "wx", 0o600);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** As `mkdir -p`, with every new name put on the disk. */
async function makeFolders(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let path = folder; path.length >= root.length; path = dirname(path)) await syncFolder(path);
}

async function readSpan(path: string, key: string, from: number, length: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      const span = new Uint8Array(Math.max(0, Math.min(length, size - from)));
      const { bytesRead } = await handle.read(span, 0, span.length, from);
      return span.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) throw new RecordNotFoundError(`nothing is stored under ${key}`);
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasErrorCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

function readProtection(path: string, key: string): Protection {
  try {
    return parseStored(protection, readFileSync(path, "utf8"), key);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) throw new RecordNotFoundError(`nothing is stored under ${key}`);
    throw error;
  }
}

function parseStored<T>(schema: z.ZodType<T>, text: string, key: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new CorruptRecordError(`the stored facts of ${key} cannot be read`, { cause: error });
  }
}
