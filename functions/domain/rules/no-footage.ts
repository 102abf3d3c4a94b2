import { coverAround } from "./cover-gaps.ts";
import type { FindingRule } from "./rule.ts";

/**
 * NO_FOOTAGE · contract §6: nothing of W is covered.
 * Source: London Assembly, 21 Dec 2017: never used in an unwitnessed and unaccountable way.
 */
export const noFootage: FindingRule = {
  code: "NO_FOOTAGE",
  title: "Nothing of the required time is on video",
  clause: "§6",
  source: "London Assembly, 21 December 2017",
  find: (facts) => {
    const around = coverAround(facts);
    return around !== undefined && !around.lead && !around.aftermath
      ? "No footage that counts covers any of the required time."
      : undefined;
  },
};
