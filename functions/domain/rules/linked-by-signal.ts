import { hasMomentNearUse } from "./moments.ts";
import type { CountingRule } from "./rule.ts";

/**
 * LINKED_BY_SIGNAL · contract §5 "Other officer": the camera heard this weapon's signal within 60 s, plus both
 * uncertainties, of a row of the use. Decided at zero shift.
 * Source: Axon Signal starts cameras near an armed weapon.
 */
export const linkedBySignal: CountingRule = {
  code: "LINKED_BY_SIGNAL",
  title: "A colleague's camera counts when it heard the weapon's signal",
  clause: "§5",
  source: "Axon Signal",
  relation: "other-officer",
  applies: (question) =>
    question.recording.kind === "body-worn" &&
    question.recording.clips.some(({ declaration }) =>
      declaration.signals.some(
        (signal) =>
          signal.weaponSerial === question.weaponSerial && hasMomentNearUse(question, signal.at, () => true),
      ),
    ),
};
