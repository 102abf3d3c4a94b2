import type { FootageRecord } from "#contracts/footage.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import { type FootageRecords, standingOf } from "#records/footage-records.ts";
import { onEach } from "#records/stored.ts";
import { askForLook, type ChangeKeepingDeps } from "#use-cases/keeping/change-keeping.ts";
import type { SweepRun } from "./attempts.ts";
import { type InRoundsDeps, inRounds } from "./in-rounds.ts";

const DAY = 24 * 3_600_000;
const CLIPS_A_RUN = 200;

export type FindGoneDeps = InRoundsDeps &
  ChangeKeepingDeps & {
    readonly footage: Pick<FootageRecords, "listByStanding">;
    readonly evidence: Pick<EvidenceStore, "stat">;
    readonly log: Log;
  };

/**
 * Accepted clips whose file is not there, of the next page of those that are accepted. Whoever looks after files
 * notes it, judges again what it mattered to and tells operations.
 */
export async function findGone(run: SweepRun, deps: FindGoneDeps): Promise<readonly FootageRecord[]> {
  const gone: FootageRecord[] = [];
  const look = async (cursor: string | undefined) => {
    const page = await deps.footage.listByStanding("ACCEPTED", { limit: CLIPS_A_RUN, cursor });
    const found = await onEach(page.items, (footageId) =>
      run.attempt({ footageId }, run.now.toISOString(), () => ifGone(footageId, run, deps)),
    );
    gone.push(...found.filter((clip) => clip !== undefined));
    return page.cursor;
  };
  await run.attempt({ list: "accepted" }, run.now.toISOString(), () =>
    inRounds({ name: "accepted", everyMs: DAY, now: run.now }, look, deps),
  );
  return gone;
}

async function ifGone(footageId: string, { now }: SweepRun, deps: FindGoneDeps) {
  const clip = (await deps.footage.read(footageId))?.record;
  if (clip === undefined || standingOf(clip) !== "ACCEPTED") return undefined;
  // Being deleted by us, which is noted in its own time.
  if (clip.keeping?.deleting !== undefined || (await deps.evidence.stat(clip.objectKey))) return undefined;
  await askForLook(footageId, now, deps);
  deps.log.error("footage.not-found", { footageId, objectKey: clip.objectKey });
  return clip;
}
