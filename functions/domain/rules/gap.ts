import { coverIsTold, secondsOf } from "./cover-gaps.ts";
import type { FindingRule } from "./rule.ts";

/**
 * GAP · contract §6: an uncovered piece of W touches neither of its ends.
 * Source: record uninterrupted until no longer proportionate (Dorset policy).
 */
export const gap: FindingRule = {
  code: "GAP",
  title: "Video is interrupted inside the required time",
  clause: "§6",
  source: "Dorset policy: record uninterrupted",
  find: (facts) => {
    const { w } = facts.required;
    const pieces = coverIsTold(facts)?.filter(({ from, to }) => from !== w.from && to !== w.to) ?? [];
    return pieces.length === 0
      ? undefined
      : `Inside the required time ${secondsOf(pieces)} s are not on video, in ${pieces.length} ${pieces.length === 1 ? "gap" : "gaps"}.`;
  },
};
