import type { FindingRule } from "./rule.ts";

/**
 * LOG_CONFLICT · contract §3: a number of the log came again with other content; the first stands.
 * Source: evidence is never refused for a conflict.
 */
export const logConflict: FindingRule = {
  code: "LOG_CONFLICT",
  title: "Two downloads disagree about a row",
  clause: "§3",
  source: "Evidence is never refused for a conflict",
  find: ({ inputs: { incident } }) => {
    const seqs = incident.rows.filter(({ conflicts }) => conflicts.length > 0).map(({ event }) => event.seq);
    return seqs.length === 0
      ? undefined
      : `Downloads disagree about the rows ${seqs.join(", ")}; the first to arrive stands.`;
  },
};
