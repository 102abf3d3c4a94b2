import type { FindingRule } from "./rule.ts";

/**
 * LOCAL_TIME_AMBIGUOUS · contract §2: a local time that autumn repeats is kept as two candidates, each is tried.
 * Source: the end of British Summer Time.
 */
export const localTimeAmbiguous: FindingRule = {
  code: "LOCAL_TIME_AMBIGUOUS",
  title: "The local time of the event exists twice",
  clause: "§2",
  source: "The end of British Summer Time",
  find: ({ incident }) =>
    incident.times.length > 1
      ? "The event's local time exists twice on the night that the clocks go back; both were tried."
      : undefined,
};
