import { coverAround } from "./cover-gaps.ts";
import type { FindingRule } from "./rule.ts";

/**
 * AFTERMATH_ONLY · contract §6: none of C is covered, but something of W after it is.
 * Source: domain.md, case 4: pressed 75 s after with a 60 s buffer, aftermath held.
 */
export const aftermathOnly: FindingRule = {
  code: "AFTERMATH_ONLY",
  title: "Only the time after the event is on video",
  clause: "§6",
  source: "Cover of the aftermath is no recording of the event",
  find: (facts) =>
    coverAround(facts)?.aftermath
      ? "Video covers some of the time after the event and nothing of the event itself."
      : undefined,
};
