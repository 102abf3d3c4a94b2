import type { SweepRecords } from "#records/sweep-records.ts";

export type InRoundsDeps = { readonly sweeps: Pick<SweepRecords, "readRound" | "writeRound"> };

/**
 * Goes through a long list a page at a time, from one run to the next, and begins again at its end; a new round begins
 * `everyMs` after the one before began at the earliest.
 *
 * `look` takes the page after the given place and tells where it ended; undefined at the end of the list. The place
 * is noted after the look, so that a page is looked at twice rather than never.
 */
export async function inRounds(
  round: { readonly name: string; readonly everyMs: number; readonly now: Date },
  look: (after: string | undefined) => Promise<string | undefined>,
  { sweeps }: InRoundsDeps,
): Promise<void> {
  const { name, everyMs, now } = round;
  const known = await sweeps.readRound(name);
  const isUnderWay = known?.after !== undefined;
  if (known && !isUnderWay && now.getTime() - Date.parse(known.began) < everyMs) return;
  const after = await look(known?.after);
  await sweeps.writeRound(name, {
    began: isUnderWay ? known.began : now.toISOString(),
    ...(after === undefined ? {} : { after }),
  });
}
