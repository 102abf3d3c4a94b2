import type { FindingRule } from "./rule.ts";

/**
 * LOCAL_TIME_AMBIGUOUS · contract §2: a local time that autumn repeats is kept as two candidates, each is tried.
 * Source: the end of British Summer Time.
 */
export const localTimeAmbiguous: FindingRule = {
  code: "LOCAL_TIME_AMBIGUOUS",
  title: "The local time of the event, or of a booking, exists twice",
  clause: "§2",
  source: "The end of British Summer Time",
  find: ({ incident, inputs }) => {
    const isTwofold = inputs.bookings.some(
      ({ fromAlso, toAlso }) => fromAlso !== undefined || toAlso !== undefined,
    );
    const twice = "exists twice on the night that the clocks go back; both were tried.";
    if (incident.times.length > 1) return `The event's local time ${twice}`;
    return isTwofold ? `The local time of a booking ${twice}` : undefined;
  },
};
