import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { ProbeRequest } from "#contracts/sweep.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { type FootageRecords, standingOf } from "#records/footage-records.ts";
import type { ProbeRequestRecords } from "#records/probe-request-records.ts";
import { sameContent, WRITERS_AT_ONCE } from "#records/stored.ts";
import { askForLook } from "#use-cases/keeping/change-keeping.ts";
import { type ExamineFootageDeps, examineFootage, type Finding, withFinding } from "./examine-footage.ts";
import { changeAndTell, type TellChangeDeps } from "./tell-change.ts";

export type ProbeAgainDeps = ExamineFootageDeps &
  TellChangeDeps & {
    readonly footage: Pick<FootageRecords, "read" | "replace">;
    readonly evidence: Pick<EvidenceStore, "stat">;
    readonly probeRequests: Pick<ProbeRequestRecords, "read" | "write">;
    readonly footageCustody: Pick<CustodyRecords, "appendMissing">;
    readonly clock: Clock;
    readonly log: Log;
  };

/**
 * Reads the file of a rejected clip once more: it may be accepted now, or rejected with another code. What was
 * accepted stays so, whatever a later reader thinks of it.
 *
 * The custody log of the file is written before the record, and a request is closed last: after a crash the file is
 * read again, and ends the same.
 */
export async function probeAgain(footageId: string, deps: ProbeAgainDeps): Promise<void> {
  const asked = await deps.probeRequests.read(footageId);
  const clip = (await deps.footage.read(footageId))?.record;
  if (clip && standingOf(clip) === "REJECTED") {
    const stored = await deps.evidence.stat(clip.objectKey);
    if (stored) {
      const finding = await examineFootage(clip, stored, deps);
      await noteReading(footageId, finding, asked?.record, deps);
      await record(footageId, finding, deps);
    } else {
      await askForLook(footageId, deps.clock.now(), deps);
    }
  }
  if (asked === undefined || asked.record.doneAt !== undefined) return;
  await deps.probeRequests.write({ ...asked.record, doneAt: deps.clock.now().toISOString() }, asked.revision);
}

async function noteReading(
  footageId: string,
  { rejection }: Finding,
  asked: ProbeRequest | undefined,
  deps: ProbeAgainDeps,
): Promise<void> {
  const open = asked?.doneAt === undefined ? asked : undefined;
  const how = `with reader ${deps.readerVersion}${open ? `, as asked on ${open.askedAt}` : ""}`;
  const result = rejection ? `rejected as ${rejection.code}` : "accepted";
  const at = deps.clock.now().toISOString();
  const what = `read the file again ${how}: ${result}`;
  await deps.footageCustody.appendMissing(footageId, [{ at, who: "engine", what, why: open?.reason }]);
}

async function record(footageId: string, finding: Finding, deps: ProbeAgainDeps): Promise<void> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.footage.read(footageId);
    if (!stored || standingOf(stored.record) !== "REJECTED") return;
    const next = withFinding(stored.record, finding);
    if (sameContent(next, stored.record)) return;
    if (await write(next, stored.revision, deps)) {
      deps.log.info("footage.read-again", { footageId, state: next.state, code: next.rejection?.code });
      return;
    }
  }
  throw new ConcurrentWriteError(`the record of footage ${footageId} changed all the time`);
}

/** No verdict depends on why a file was rejected. */
async function write(next: FootageRecord, revision: number, deps: ProbeAgainDeps): Promise<boolean> {
  if (next.state === "REJECTED") return deps.footage.replace(next, revision);
  const settled = { ...next, settledAt: deps.clock.now().toISOString() };
  return (await changeAndTell(settled, revision, deps)) !== undefined;
}
