import { coverIsTold, secondsOf } from "./cover-gaps.ts";
import type { FindingRule } from "./rule.ts";

/**
 * EARLY_STOP · contract §6: an uncovered piece of W touches its end.
 * Source: record uninterrupted until no longer proportionate (Dorset policy).
 */
export const earlyStop: FindingRule = {
  code: "EARLY_STOP",
  title: "Video ends before the required tail",
  clause: "§6",
  source: "Dorset policy: record uninterrupted",
  find: (facts) => {
    const piece = coverIsTold(facts)?.find(({ to }) => to === facts.required.w.to);
    return piece && `The last ${secondsOf([piece])} s of the required time are not on video.`;
  },
};
