import { type FootageRecords, standingOf } from "#records/footage-records.ts";
import type { ProbeRequestRecords } from "#records/probe-request-records.ts";
import type { SweepRun } from "./attempts.ts";
import { type InRoundsDeps, inRounds } from "./in-rounds.ts";

/** Of each kind in one run: a file may take half a minute, and the sweep has other things to do. */
const MOST_PROBES = 20;

export type ProbeRejectedDeps = InRoundsDeps & {
  readonly footage: Pick<FootageRecords, "read" | "listByStanding">;
  readonly probeRequests: Pick<ProbeRequestRecords, "listOpen">;
  readonly readerVersion: number;
  /** `probeAgain`. */
  readonly probeAgain: (footageId: string) => Promise<void>;
};

/**
 * Reads rejected files again, one after another: those that somebody asked for, then, page by page, those that an
 * older reader refused. Says how many; the turn of the others comes in the next runs. One that cannot be read now is
 * passed over until its page comes again.
 */
export async function probeRejected(run: SweepRun, deps: ProbeRejectedDeps): Promise<number> {
  const at = run.now.toISOString();
  let probed = 0;
  const readEach = async (ids: readonly string[]) => {
    for (const footageId of ids) {
      if (run.isLate()) return;
      await run.attempt({ footageId }, at, () => deps.probeAgain(footageId));
      probed += 1;
    }
  };
  const look = async (cursor: string | undefined) => {
    if (run.isLate()) return cursor;
    const page = await deps.footage.listByStanding("REJECTED", { limit: MOST_PROBES, cursor });
    await readEach(await staleOf(page.items, run, deps));
    return page.cursor;
  };
  const asked = await run.attempt({ list: "probes" }, at, () => deps.probeRequests.listOpen(MOST_PROBES));
  await readEach(asked ?? []);
  await run.attempt({ list: "rejected" }, at, () =>
    inRounds({ name: "rejected", everyMs: 0, now: run.now }, look, deps),
  );
  return probed;
}

/** Of a file that was rejected unread (its size or hash is wrong) no reader thinks otherwise. */
async function staleOf(ids: readonly string[], run: SweepRun, deps: ProbeRejectedDeps): Promise<string[]> {
  const stale: string[] = [];
  for (const footageId of ids) {
    const at = run.now.toISOString();
    const clip = (await run.attempt({ footageId }, at, () => deps.footage.read(footageId)))?.record;
    if (clip === undefined || standingOf(clip) !== "REJECTED") continue;
    if (clip.readerVersion !== undefined && clip.readerVersion < deps.readerVersion) stale.push(footageId);
  }
  return stale;
}
