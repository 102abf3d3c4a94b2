import { DependencyUnavailableError } from "#contracts/errors.ts";
import { errorFields, type Log } from "#ports/log.ts";
import { onEach } from "#records/stored.ts";

/** How many clips came to each end. */
export type Round<End extends string> = Readonly<Partial<Record<End, number>>>;

/**
 * Does the work for each clip. One that fails stops none of the others; afterwards the round as a whole fails with
 * `DependencyUnavailableError`, so that somebody hears of it, and the next round meets the clip again.
 */
export async function takeRound<End extends string>(
  footageIds: readonly string[],
  work: (footageId: string) => Promise<End>,
  log: Log,
): Promise<Round<End>> {
  const failed: string[] = [];
  const ends = await onEach(footageIds, async (footageId) => {
    try {
      return await work(footageId);
    } catch (error) {
      log.error("footage.not-looked-after", { footageId, ...errorFields(error) });
      failed.push(footageId);
      return undefined;
    }
  });
  if (failed.length > 0) {
    throw new DependencyUnavailableError(
      `${failed.length} of ${footageIds.length} clips could not be looked after: ${failed[0]}`,
    );
  }
  const round: Partial<Record<End, number>> = {};
  for (const end of ends) if (end !== undefined) round[end] = (round[end] ?? 0) + 1;
  return round;
}
