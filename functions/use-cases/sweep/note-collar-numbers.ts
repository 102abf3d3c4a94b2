import type { RegisterRecords } from "#records/register-records.ts";
import type { SweepRun } from "./attempts.ts";
import { type InRoundsDeps, inRounds } from "./in-rounds.ts";

const OFFICERS_A_RUN = 200;

export type NoteCollarNumbersDeps = InRoundsDeps & {
  readonly register: Pick<RegisterRecords, "listOfficers" | "noteCollarNumbers">;
};

/**
 * Goes through the register once, a page a run: officers who were registered before their collar number led to them
 * can be searched by it then. Whoever is registered since is noted with the registration.
 */
export async function noteCollarNumbers(run: SweepRun, deps: NoteCollarNumbersDeps): Promise<void> {
  const look = async (cursor: string | undefined) => {
    const page = await deps.register.listOfficers({ limit: OFFICERS_A_RUN, cursor });
    await deps.register.noteCollarNumbers(page.items);
    return page.cursor;
  };
  await run.attempt({ list: "collar-numbers" }, run.now.toISOString(), () =>
    inRounds({ name: "collar-numbers", everyMs: Number.POSITIVE_INFINITY, now: run.now }, look, deps),
  );
}
