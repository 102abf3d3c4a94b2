import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore, StoredObject } from "#ports/evidence-store.ts";
import type { MediaProbe } from "#ports/media-probe.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";

export type SettleFootageDeps = {
  readonly footage: Pick<FootageRecords, "byObjectKey" | "replace">;
  readonly evidence: Pick<EvidenceStore, "stat" | "readRange">;
  readonly probe: MediaProbe;
  readonly clock: Clock;
  /** Starts what the clip may change. Called again for a clip that is settled already, so it must bear repeats. */
  readonly onSettled: (footage: FootageRecord) => Promise<void>;
};

export type SettleFootageOutcome =
  | { readonly outcome: "settled"; readonly footage: FootageRecord }
  /** Somebody settled it before; what follows was started again all the same. */
  | { readonly outcome: "already-settled"; readonly footage: FootageRecord }
  /** Nothing lies under the key (yet). */
  | { readonly outcome: "not-stored" }
  /** No clip was declared for the key. */
  | { readonly outcome: "undeclared" };

type Finding = Pick<FootageRecord, "state" | "media" | "rejection">;

/**
 * Decides whether the file under a key counts: it is what was declared, and a reader finds pictures in it.
 *
 * Safe to run at any time, any number of times and at once with itself: by an event of the store, by the
 * sweep, by a completed upload. The first finding stands. Throws transient errors, after which the same
 * call goes on where this one ended.
 */
export async function settleFootage(
  { objectKey }: { readonly objectKey: string },
  deps: SettleFootageDeps,
): Promise<SettleFootageOutcome> {
  const known = await deps.footage.byObjectKey(objectKey);
  if (!known) return { outcome: "undeclared" };
  if (isSettled(known.record)) return alreadySettled(known.record, deps);

  const stored = await deps.evidence.stat(objectKey);
  if (!stored) return { outcome: "not-stored" };
  const finding = await examine(known.record, stored, deps);
  return record(objectKey, stored, finding, deps);
}

async function record(
  objectKey: string,
  { bytes, versionId, storedAt, sha256, composite }: StoredObject,
  finding: Finding,
  deps: SettleFootageDeps,
): Promise<SettleFootageOutcome> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const current = await deps.footage.byObjectKey(objectKey);
    if (!current) return { outcome: "undeclared" };
    if (isSettled(current.record)) return alreadySettled(current.record, deps);
    const settled: FootageRecord = {
      ...current.record,
      ...finding,
      stored: { bytes, versionId, storedAt, sha256, composite },
      settledAt: deps.clock.now().toISOString(),
    };
    if (await deps.footage.replace(settled, current.revision)) {
      await deps.onSettled(settled);
      return { outcome: "settled", footage: settled };
    }
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while it was settled");
}

/** A crash between the write and what follows it is healed by the next call, so what follows is repeated. */
async function alreadySettled(
  footage: FootageRecord,
  deps: SettleFootageDeps,
): Promise<SettleFootageOutcome> {
  await deps.onSettled(footage);
  return { outcome: "already-settled", footage };
}

function isSettled({ state }: FootageRecord): boolean {
  return state === "ACCEPTED" || state === "REJECTED";
}

async function examine(
  { declaration, objectKey }: FootageRecord,
  stored: StoredObject,
  deps: SettleFootageDeps,
): Promise<Finding> {
  const { bytes, sha256 } = declaration.file;
  if (stored.bytes !== bytes) {
    return reject("SIZE_MISMATCH", `${bytes} bytes were declared and ${stored.bytes} were stored.`);
  }
  // The hash of a multipart object is made of its parts' hashes, each of which the store checked.
  if (!stored.composite && stored.sha256 !== sha256) {
    return reject("CHECKSUM_MISMATCH", "The SHA-256 of the stored file is not the declared one.");
  }
  const readRange = (from: number, length: number) => deps.evidence.readRange(objectKey, from, length);
  const result = await deps.probe({ bytes: stored.bytes, readRange });
  return result.outcome === "playable"
    ? { state: "ACCEPTED", media: result.media }
    : reject(result.code, result.detail);
}

function reject(code: string, detail: string): Finding {
  return { state: "REJECTED", rejection: { code, detail } };
}
