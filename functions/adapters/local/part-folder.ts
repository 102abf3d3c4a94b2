import { createReadStream, mkdirSync, readdirSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeTime, monotonicFactory } from "ulid";
import * as z from "zod";
import type { Clock } from "#ports/clock.ts";
import type { UploadedPart } from "#ports/evidence-store.ts";
import { hasErrorCode, syncFolder, writeNewFile } from "./durable-files.ts";
import type { Draft } from "./object-folder.ts";

/**
 * Multipart uploads that are under way: a folder each, `multipart/<uploadId>/`, with `@upload.json` and a file
 * for each part. A part's name holds its number, when it came and its hash, so that it appears whole by one
 * rename; of several of one number the latest counts, as in S3.
 */
const uploadFacts = z.strictObject({ key: z.string(), contentType: z.string() });
type UploadFacts = z.infer<typeof uploadFacts>;

const PART_NAME = /^(?<number>\d{5})-[0-9A-Z]{26}-(?<sha256>[0-9a-f]{64})$/;
const UPLOAD_ID = /^[0-9A-Z]{26}$/;
/** Orders what this process makes within one millisecond too. */
const nextUlid = monotonicFactory();

/** The parts as they were at one moment, in order of their numbers; `content` gives the bytes of just these. */
type PartList = {
  readonly parts: readonly UploadedPart[];
  /** One part after another, without holding more than a chunk. */
  readonly content: () => AsyncIterable<Uint8Array>;
};

export type PartFolder = {
  readonly begin: (facts: UploadFacts) => Promise<string>;
  /** Undefined when there is no such upload. */
  readonly upload: (uploadId: string) => Promise<UploadFacts | undefined>;
  readonly keep: (uploadId: string, number: number, draft: Draft) => Promise<void>;
  /** Undefined when there is no such upload. */
  readonly list: (uploadId: string) => Promise<PartList | undefined>;
  readonly end: (uploadId: string) => Promise<void>;
};

/** Days after which an upload that nobody completed is given up, as by the lifecycle of a force's bucket. */
const ABANDONED_AFTER_DAYS = 7;

export function openPartFolder(deps: { readonly folder: string; readonly clock: Clock }): PartFolder {
  const root = join(deps.folder, "multipart");
  mkdirSync(root, { recursive: true });
  removeAbandoned(root, deps.clock.now());
  const placeOf = (uploadId: string) => join(root, UPLOAD_ID.test(uploadId) ? uploadId : "unknown");

  async function latestNames(uploadId: string): Promise<readonly string[] | undefined> {
    try {
      const names = (await readdir(placeOf(uploadId))).filter((name) => PART_NAME.test(name)).sort();
      return names.filter((name, index) => names[index + 1]?.slice(0, 5) !== name.slice(0, 5));
    } catch (error) {
      if (hasErrorCode(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  return {
    begin: async (facts) => {
      const uploadId = nextUlid(deps.clock.now().getTime());
      await mkdir(placeOf(uploadId), { recursive: true });
      await writeNewFile(join(placeOf(uploadId), "@upload.json"), JSON.stringify(facts));
      await syncFolder(placeOf(uploadId));
      await syncFolder(root);
      return uploadId;
    },
    upload: async (uploadId) => {
      try {
        return uploadFacts.parse(JSON.parse(await readFile(join(placeOf(uploadId), "@upload.json"), "utf8")));
      } catch (error) {
        if (hasErrorCode(error, "ENOENT")) return undefined;
        throw error;
      }
    },
    keep: async (uploadId, number, draft) => {
      const name = `${String(number).padStart(5, "0")}-${nextUlid(deps.clock.now().getTime())}-${draft.sha256}`;
      await rename(draft.contentPath, join(placeOf(uploadId), name));
      await syncFolder(placeOf(uploadId));
      await draft.discard();
    },
    list: async (uploadId) => {
      const names = await latestNames(uploadId);
      if (!names) return undefined;
      const parts = await Promise.all(names.map((name) => describePart(placeOf(uploadId), name)));
      return { parts, content: () => concatenate(names.map((name) => join(placeOf(uploadId), name))) };
    },
    end: (uploadId) => rm(placeOf(uploadId), { recursive: true, force: true }),
  };
}

function removeAbandoned(root: string, now: Date): void {
  const limit = now.getTime() - ABANDONED_AFTER_DAYS * 86_400_000;
  const abandoned = readdirSync(root).filter((name) => UPLOAD_ID.test(name) && decodeTime(name) < limit);
  for (const name of abandoned) rmSync(join(root, name), { recursive: true, force: true });
}

async function* concatenate(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: 1024 * 1024 });
}

async function describePart(folder: string, name: string): Promise<UploadedPart> {
  const { number = "", sha256 = "" } = PART_NAME.exec(name)?.groups ?? {};
  return { number: Number(number), sha256, bytes: (await stat(join(folder, name))).size };
}
