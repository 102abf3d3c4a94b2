import type { CustodyNote } from "#contracts/custody-chain.ts";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore, StoredObject } from "#ports/evidence-store.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";
import type { UndeclaredRecords } from "#records/undeclared-records.ts";
import { type ExamineFootageDeps, examineFootage, type Finding, withFinding } from "./examine-footage.ts";
import { changeAndTell, type TellChangeDeps, tellChange } from "./tell-change.ts";

export type SettleFootageDeps = ExamineFootageDeps &
  TellChangeDeps & {
    readonly footage: Pick<FootageRecords, "byObjectKey">;
    readonly undeclared: Pick<UndeclaredRecords, "note">;
    readonly footageCustody: Pick<CustodyRecords, "appendMissing">;
    readonly evidence: Pick<EvidenceStore, "stat">;
    readonly clock: Clock;
  };

export type SettleFootageOutcome =
  | { readonly outcome: "settled"; readonly footage: FootageRecord }
  /** Somebody settled it before; what follows was started if that had not been done. */
  | { readonly outcome: "already-settled"; readonly footage: FootageRecord }
  /** Nothing lies under the key (yet). */
  | { readonly outcome: "not-stored" }
  /** No clip was declared for the key. */
  | { readonly outcome: "undeclared" };

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
  if (!known) return noteUndeclared(objectKey, deps);
  if (isSettled(known.record)) return alreadySettled(known.record, deps);

  const stored = await deps.evidence.stat(objectKey);
  if (!stored) return { outcome: "not-stored" };
  const finding = await examineFootage(known.record, stored, deps);
  // Before the record: a crash in between is repeated, and then it is there.
  await deps.footageCustody.appendMissing(known.record.footageId, [receiptOf(known.record, stored)]);
  return record(objectKey, stored, finding, deps);
}

/** What came, beside what the device said would come: the file's custody log begins with it. */
function receiptOf({ declaration, declaredBy }: FootageRecord, stored: StoredObject): CustodyNote {
  const { bytes, sha256 } = declaration.file;
  const of = stored.composite ? " of its parts' hashes" : "";
  const came = `version ${stored.versionId}, ${stored.bytes} bytes, SHA-256${of} ${stored.sha256}`;
  return {
    at: stored.storedAt,
    who: "engine",
    what: `received ${came}; ${declaredBy} declared ${bytes} bytes, SHA-256 ${sha256}`,
  };
}

/** Somebody wrote past the API. The file is locked and stays; a person has to find out whose it is. */
async function noteUndeclared(objectKey: string, deps: SettleFootageDeps): Promise<SettleFootageOutcome> {
  const stored = await deps.evidence.stat(objectKey);
  if (!stored) return { outcome: "not-stored" };
  const { bytes, storedAt } = stored;
  await deps.undeclared.note({ objectKey, bytes, storedAt, foundAt: deps.clock.now().toISOString() });
  return { outcome: "undeclared" };
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
      ...withFinding(current.record, finding),
      stored: { bytes, versionId, storedAt, sha256, composite },
      settledAt: deps.clock.now().toISOString(),
    };
    const told = await changeAndTell(settled, current.revision, deps);
    if (told) return { outcome: "settled", footage: told };
  }
  throw new ConcurrentWriteError("the record of a clip kept changing while it was settled");
}

/** A crash between the write and what follows it is healed by the next call. */
async function alreadySettled(
  footage: FootageRecord,
  deps: SettleFootageDeps,
): Promise<SettleFootageOutcome> {
  const told = await tellChange(footage.footageId, deps);
  return { outcome: "already-settled", footage: told ?? footage };
}

function isSettled({ state }: FootageRecord): boolean {
  return state === "ACCEPTED" || state === "REJECTED";
}
