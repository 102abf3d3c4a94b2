import type { FindingRule } from "./rule.ts";

/**
 * LOG_GAP · contract §4: a number is missing inside or directly beside the incident's rows.
 * Source: the weapon's memory rolls over, so a missing log never means "no use".
 */
export const logGap: FindingRule = {
  code: "LOG_GAP",
  title: "The weapon's log has a gap at the event",
  clause: "§4",
  source: "X2 and X26P memory",
  find: ({ inputs: { incident } }) => {
    const seqs = incident.rows.map(({ event }) => event.seq);
    const beside = incident.missingSeqs.filter(
      (seq) => seq >= Math.min(...seqs) - 1 && seq <= Math.max(...seqs) + 1,
    );
    return beside.length === 0
      ? undefined
      : `Missing from the log: ${beside.length === 1 ? "1 row, number" : `${beside.length} rows, the first number`} ${Math.min(...beside)}.`;
  },
};
