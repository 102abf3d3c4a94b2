import { FOOTAGE_PREFIX } from "#contracts/evidence-keys.ts";
import type { UndeclaredObject } from "#contracts/sweep.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { onEach } from "#records/stored.ts";
import type { UndeclaredRecords } from "#records/undeclared-records.ts";
import type { SweepRun } from "./attempts.ts";
import { type InRoundsDeps, inRounds } from "./in-rounds.ts";

const DAY = 24 * 3_600_000;
/** A page for each run: at four runs an hour, 19,000 files a day for the price of as many small reads. */
const OBJECTS_A_RUN = 200;
const MOST_KNOWN = 100;

export type FindUndeclaredDeps = InRoundsDeps & {
  readonly evidence: Pick<EvidenceStore, "listObjects" | "stat">;
  readonly footage: Pick<FootageRecords, "byObjectKey">;
  readonly undeclared: UndeclaredRecords;
};

/**
 * Files that no clip was declared for, the oldest first: at most a hundred of those that are still there. Looks at
 * the next page of the store on the way; a clip is recorded before any URL of it is handed out, so a file without
 * one will not get one.
 */
export async function findUndeclared(
  run: SweepRun,
  deps: FindUndeclaredDeps,
): Promise<readonly UndeclaredObject[]> {
  const at = run.now.toISOString();
  await run.attempt({ list: "objects" }, at, () =>
    inRounds({ name: "objects", everyMs: DAY, now: run.now }, (after) => lookAtPage(after, run, deps), deps),
  );
  const known = (await run.attempt({ list: "undeclared" }, at, () => deps.undeclared.list(MOST_KNOWN))) ?? [];
  const there = await onEach(known, (object) =>
    run.attempt({ objectKey: object.objectKey }, object.storedAt, () => isStillThere(object, at, deps)),
  );
  return known.filter((_, index) => there[index] !== false);
}

async function lookAtPage(after: string | undefined, run: SweepRun, deps: FindUndeclaredDeps) {
  const page = await deps.evidence.listObjects({ prefix: FOOTAGE_PREFIX, after, limit: OBJECTS_A_RUN });
  await onEach(page, ({ key: objectKey, bytes, storedAt }) =>
    run.attempt({ objectKey }, storedAt, async () => {
      if (await deps.footage.byObjectKey(objectKey)) return;
      await deps.undeclared.note({ objectKey, bytes, storedAt, foundAt: run.now.toISOString() });
    }),
  );
  return page.length === OBJECTS_A_RUN ? page.at(-1)?.key : undefined;
}

async function isStillThere(object: UndeclaredObject, at: string, deps: FindUndeclaredDeps) {
  if (await deps.evidence.stat(object.objectKey)) return true;
  await deps.undeclared.update({ ...object, goneAt: at });
  return false;
}
