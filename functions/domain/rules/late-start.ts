import { coverIsTold, secondsOf } from "./cover-gaps.ts";
import type { FindingRule } from "./rule.ts";

/**
 * LATE_START · contract §6: an uncovered piece of W touches its start.
 * Source: start at the beginning of the encounter (Dorset policy).
 */
export const lateStart: FindingRule = {
  code: "LATE_START",
  title: "Video begins after the required lead",
  clause: "§6",
  source: "Dorset policy: start at the beginning of the encounter",
  find: (facts) => {
    const piece = coverIsTold(facts)?.find(({ from }) => from === facts.required.w.from);
    return piece && `The first ${secondsOf([piece])} s of the required time are not on video.`;
  },
};
