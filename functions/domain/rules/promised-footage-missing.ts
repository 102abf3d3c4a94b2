import { isOwn, namesOf } from "./case-facts.ts";
import type { FindingRule } from "./rule.ts";

/**
 * PROMISED_FOOTAGE_MISSING · contract §5: declared footage of the officer that overlaps W and never came: its promise
 * expired, or the grace ended without it.
 * Source: cameras dock at the end of a shift; absence before the grace limit is not evidence.
 */
export const promisedFootageMissing: FindingRule = {
  code: "PROMISED_FOOTAGE_MISSING",
  title: "The officer's camera declared footage that never came",
  clause: "§5",
  source: "A promise that was broken is a finding",
  find: (facts) => {
    const missing = facts.clips.filter(
      (clip) =>
        clip.nearW &&
        isOwn(clip) &&
        (clip.footage.state === "EXPIRED" ||
          (clip.footage.state === "AWAITING_UPLOAD" && facts.nowMs >= facts.graceEndsMs)),
    );
    return missing.length === 0 ? undefined : `Declared and never received: ${namesOf(missing)}.`;
  },
};
