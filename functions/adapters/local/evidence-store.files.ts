import { mkdirSync } from "node:fs";
import { compositeSha256, hexToBase64, isWhole } from "#adapters/multipart.ts";
import type { Clock } from "#ports/clock.ts";
import type { CompleteUploadResult, EvidenceStore, StoredObject } from "#ports/evidence-store.ts";
import { checkKey, type ObjectFolder, openObjectFolder, type Protection } from "./object-folder.ts";
import { openPartFolder, type PartFolder } from "./part-folder.ts";
import {
  createPublisher,
  createUploadReceiver,
  type PublishObject,
  type ReceiveUpload,
} from "./upload-receiver.ts";
import { UPLOADS_PATH } from "./upload-routes.ts";
import { createUploadSigner, readSigningKey, type UploadGrant } from "./upload-signer.ts";

const PUT_SECONDS = 300;
const PART_SECONDS = 900;
/** S3 gives a silent connection up after about so long. */
const IDLE_MILLISECONDS = 20_000;

export type FilesEvidenceStoreDeps = {
  /** A folder that this process alone writes to; made when absent. */
  readonly folder: string;
  /** Where the upload routes are served, such as `http://127.0.0.1:8787`; asked for each URL. */
  readonly baseUrl: () => string;
  readonly clock: Clock;
  /** Days for which every object is locked from its first byte on. */
  readonly lockDays: number;
  /** Told once of every object that appears, as S3's events tell it; not after a crash in between. */
  readonly onObjectCreated?: (object: { readonly key: string; readonly bytes: number }) => void;
  readonly idleMilliseconds?: number;
};

/** The evidence store on one machine; `receiveUpload` is what `createUploadRoutes` serves. */
export type FilesEvidenceStore = EvidenceStore & { readonly receiveUpload: ReceiveUpload };

export function createFilesEvidenceStore(deps: FilesEvidenceStoreDeps): FilesEvidenceStore {
  mkdirSync(deps.folder, { recursive: true });
  const objects = openObjectFolder(deps.folder);
  const parts = openPartFolder(deps);
  const signer = createUploadSigner({ secret: readSigningKey(deps.folder), clock: deps.clock });
  const publish = createPublisher({
    ...deps,
    objects,
    onObjectCreated: deps.onObjectCreated ?? (() => undefined),
  });
  const receiveUpload = createUploadReceiver({
    signer,
    objects,
    parts,
    publish,
    idleMilliseconds: deps.idleMilliseconds ?? IDLE_MILLISECONDS,
  });

  const presign = (grant: UploadGrant, seconds: number) => {
    const { query, expiresAt } = signer.sign(grant, seconds);
    const url = `${deps.baseUrl()}${UPLOADS_PATH}${checkKey(grant.key)}?${query}`;
    return { url, headers: grant.headers, expiresAt: expiresAt.toISOString() };
  };

  return {
    receiveUpload,
    presignPut: async ({ key, bytes, contentType, sha256 }) =>
      presign(
        {
          key,
          headers: { ...bodyHeaders(bytes, sha256), "content-type": contentType, "if-none-match": "*" },
        },
        PUT_SECONDS,
      ),
    beginMultipart: async ({ key, contentType }) => ({
      uploadId: await parts.begin({ key: checkKey(key), contentType }),
    }),
    presignPart: async ({ key, uploadId, number, bytes, sha256 }) =>
      presign({ key, part: { uploadId, number }, headers: bodyHeaders(bytes, sha256) }, PART_SECONDS),
    listParts: async ({ key, uploadId }) =>
      (await parts.upload(uploadId))?.key === key ? (await parts.list(uploadId))?.parts : undefined,
    completeMultipart: createCompletion({ objects, parts, publish }),
    stat: (key) => stat(objects, key),
    listObjects: async ({ prefix, after = "", limit }) => {
      const keys = (await objects.keys()).filter((key) => key.startsWith(prefix) && key > after);
      const facts = await Promise.all(keys.slice(0, limit).map(objects.facts));
      return facts.flatMap((each) =>
        each ? [{ key: each.key, bytes: each.bytes, storedAt: each.storedAt }] : [],
      );
    },
    readRange: objects.read,
    putDocument: async ({ key, body, contentType }) => {
      if (await objects.facts(key)) return;
      await publish(await objects.receive(once(body)), { key, contentType });
    },
    placeHold: async (key) => objects.protect(key, (current) => ({ ...current, held: true })),
    releaseHold: async (key) => objects.protect(key, (current) => ({ ...current, held: false })),
    extendRetention: async (key, until) => objects.protect(key, (current) => retainedAtLeast(current, until)),
    protectionOf: async (key, versionId) =>
      (await objects.facts(key))?.versionId === versionId ? objects.protectionOf(key) : undefined,
    deleteVersion: async (key, versionId) => {
      if ((await objects.facts(key))?.versionId !== versionId) return "deleted";
      const mayGo = ({ held, retainedUntil }: Protection) =>
        !held && Date.parse(retainedUntil) <= deps.clock.now().getTime();
      return (await objects.remove(key, mayGo)) ? "deleted" : "protected";
    },
  };
}

function bodyHeaders(bytes: number, sha256: string) {
  return { "content-length": String(bytes), "x-amz-checksum-sha256": hexToBase64(sha256) };
}

function retainedAtLeast(current: Protection, until: string): Protection {
  return Date.parse(until) > Date.parse(current.retainedUntil)
    ? { ...current, retainedUntil: until }
    : current;
}

async function stat(objects: ObjectFolder, key: string): Promise<StoredObject | undefined> {
  const facts = await objects.facts(key);
  if (!facts) return undefined;
  const { bytes, versionId, storedAt, sha256, composite } = facts;
  return { bytes, versionId, storedAt, sha256, composite, ...objects.protectionOf(key) };
}

/** Joins parts by streaming them into a new object. Calls for one upload that overlap get one answer. */
function createCompletion(deps: {
  readonly objects: ObjectFolder;
  readonly parts: PartFolder;
  readonly publish: PublishObject;
}): EvidenceStore["completeMultipart"] {
  const running = new Map<string, Promise<CompleteUploadResult>>();

  async function complete(upload: {
    key: string;
    uploadId: string;
    bytes: number;
  }): Promise<CompleteUploadResult> {
    const facts = await deps.parts.upload(upload.uploadId);
    const list = facts?.key === upload.key ? await deps.parts.list(upload.uploadId) : undefined;
    let object = await stat(deps.objects, upload.key);
    if (!object) {
      if (!facts || !list) return { outcome: "unknown-upload" };
      if (!isWhole(list.parts, upload.bytes)) return { outcome: "incomplete", have: list.parts };
      const draft = await deps.objects.receive(list.content());
      const composite = { sha256: compositeSha256(list.parts) };
      await deps.publish(draft, { key: upload.key, contentType: facts.contentType, composite });
      object = await stat(deps.objects, upload.key);
      if (!object) throw new Error(`the object of ${upload.key} is gone after it was stored`);
    }
    if (list) await deps.parts.end(upload.uploadId);
    return { outcome: "completed", object };
  }

  return (upload) => {
    const current =
      running.get(upload.uploadId) ?? complete(upload).finally(() => running.delete(upload.uploadId));
    running.set(upload.uploadId, current);
    return current;
  };
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
