import type { WeaponEvent } from "#contracts/weapon-log.ts";
import { instantOf } from "#domain/time/time.ts";
import type { LinkQuestion } from "./link-question.ts";

/** How far apart a camera's moment and a row of the use may be, besides both uncertainties (contract §5). */
const LINK_MS = 60_000;

/**
 * Whether a moment of the camera (its own time) lies within 60 s plus both uncertainties of a row of the use that
 * `matches`. A clock that cannot be trusted leaves all of the booking that its events may lie in.
 */
export function hasMomentNearUse(
  { recording, event, uncertaintyMs, mayLie }: LinkQuestion,
  at: string,
  matches: (event: WeaponEvent) => boolean,
): boolean {
  const trueMs = instantOf(at) - recording.reading.offsetMs;
  const cameraDoubt = recording.reading.uncertaintyMs;
  const moment = recording.mayLie ?? { from: trueMs - cameraDoubt, to: trueMs + cameraDoubt };
  return event.rows.some(({ placed, at: row }) => {
    const use = mayLie ?? { from: row.from - uncertaintyMs, to: row.from + uncertaintyMs };
    const apartMs = Math.max(use.from - moment.to, moment.from - use.to);
    return apartMs <= LINK_MS && matches(placed.row.event);
  });
}
