import { coverAround } from "./cover-gaps.ts";
import type { FindingRule } from "./rule.ts";

/**
 * LEAD_ONLY · contract §6: none of C is covered, but something of W before it is.
 * Source: a pre-event buffer or an early stop must not be called a recording of the discharge (domain.md, case 4).
 */
export const leadOnly: FindingRule = {
  code: "LEAD_ONLY",
  title: "Only the time before the event is on video",
  clause: "§6",
  source: "Cover of the lead is no recording of the event",
  find: (facts) =>
    coverAround(facts)?.lead
      ? "Video covers some of the time before the event and nothing of the event itself."
      : undefined,
};
