import { createHash, randomUUID } from "node:crypto";
import { RecordNotFoundError } from "#contracts/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore, StoredObject, UploadedPart } from "#ports/evidence-store.ts";

type Protection = { readonly retainedUntil: string; readonly held: boolean };

export type MemoryEvidence = EvidenceStore & {
  /** What a device's upload would leave behind. */
  readonly store: (key: string, body: Uint8Array) => void;
  readonly storePart: (uploadId: string, part: UploadedPart) => void;
  /** Forgets the upload, as the store's lifecycle does after days. */
  readonly abort: (uploadId: string) => void;
  /** Tells the time by this clock from now on. */
  readonly follow: (clock: Clock) => void;
  /** Takes the object away, lock or not, as somebody could who may go past locks. */
  readonly lose: (key: string) => void;
};

const STORED_AT = "2026-11-21T22:00:00.000Z";
const DAY = 24 * 3_600_000;

/** An evidence store for tests of what stands before it: it keeps bytes and gives out URLs that lead nowhere. */
export function createMemoryEvidence(options: { readonly lockDays?: number } = {}): MemoryEvidence {
  const { lockDays = 31 } = options;
  let clock: Clock = { now: () => new Date(STORED_AT) };
  const objects = new Map<string, { body: Uint8Array; facts: StoredObject }>();
  const protections = new Map<string, Protection>();
  const protect = (key: string, change: (current: Protection) => Protection) => {
    found(key);
    const locked = new Date(clock.now().getTime() + lockDays * DAY).toISOString();
    protections.set(key, change(protections.get(key) ?? { retainedUntil: locked, held: false }));
  };
  const protectionOf = (key: string) => ({ held: false, ...protections.get(key) });
  const uploads = new Map<string, { key: string; parts: Map<number, UploadedPart> }>();
  const urlOf = (key: string, headers: Record<string, string>, seconds: number) => ({
    url: `https://evidence.invalid/${key}?signature=${randomUUID()}`,
    headers,
    expiresAt: new Date(Date.parse(STORED_AT) + seconds * 1000).toISOString(),
  });
  const store = (key: string, body: Uint8Array, composite = false, bytes = body.length): StoredObject => {
    const sha256 = createHash("sha256").update(body).digest("hex");
    const facts = { bytes, versionId: "1", storedAt: clock.now().toISOString(), sha256, composite };
    if (!objects.has(key)) {
      objects.set(key, { body, facts });
      protect(key, (current) => current);
    }
    return objects.get(key)?.facts ?? facts;
  };
  const found = (key: string) => {
    const object = objects.get(key);
    if (!object) throw new RecordNotFoundError(`nothing lies under ${key}`);
    return object;
  };
  const partsOf = (uploadId: string) => [...(uploads.get(uploadId)?.parts.values() ?? [])];
  return {
    store,
    storePart: (uploadId, part) => uploads.get(uploadId)?.parts.set(part.number, part),
    abort: (uploadId) => uploads.delete(uploadId),
    presignPut: async ({ key, bytes }) => urlOf(key, { "content-length": String(bytes) }, 300),
    beginMultipart: async ({ key }) => {
      const uploadId = randomUUID();
      uploads.set(uploadId, { key, parts: new Map() });
      return { uploadId };
    },
    presignPart: async ({ key, number, bytes }) =>
      urlOf(`${key}/${number}`, { "content-length": String(bytes) }, 900),
    listParts: async ({ uploadId }) => (uploads.has(uploadId) ? partsOf(uploadId) : undefined),
    completeMultipart: async ({ key, uploadId, bytes }) => {
      const known = objects.get(key);
      if (known) return { outcome: "completed", object: known.facts };
      if (!uploads.has(uploadId)) return { outcome: "unknown-upload" };
      const have = partsOf(uploadId);
      if (have.reduce((sum, part) => sum + part.bytes, 0) !== bytes) return { outcome: "incomplete", have };
      uploads.delete(uploadId);
      return { outcome: "completed", object: store(key, new Uint8Array(), true, bytes) };
    },
    follow: (other) => {
      clock = other;
    },
    lose: (key) => objects.delete(key),
    stat: async (key) => {
      const facts = objects.get(key)?.facts;
      return facts && { ...facts, ...protectionOf(key) };
    },
    listObjects: async ({ prefix, after = "", limit }) =>
      [...objects]
        .map(([key, { facts }]) => ({ key, bytes: facts.bytes, storedAt: facts.storedAt }))
        .filter(({ key }) => key.startsWith(prefix) && key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    readRange: async (key, from, length) => found(key).body.slice(from, from + length),
    putDocument: async ({ key, body }) => {
      store(key, body);
    },
    placeHold: async (key) => protect(key, (current) => ({ ...current, held: true })),
    releaseHold: async (key) => protect(key, (current) => ({ ...current, held: false })),
    extendRetention: async (key, until) =>
      protect(key, (current) => ({
        ...current,
        retainedUntil: [until, current.retainedUntil].toSorted()[1] ?? until,
      })),
    protectionOf: async (key, versionId) =>
      objects.get(key)?.facts.versionId === versionId ? protectionOf(key) : undefined,
    deleteVersion: async (key, versionId) => {
      if (objects.get(key)?.facts.versionId !== versionId) return "deleted";
      const { held, retainedUntil = "" } = protections.get(key) ?? {};
      if (held === true || retainedUntil > clock.now().toISOString()) return "protected";
      objects.delete(key);
      return "deleted";
    },
  };
}
