import type { Cycle } from "#domain/log/event-times.ts";
import type { PriorityRule } from "./rule.ts";

const LONG_MS = 5000;
const MANY_CYCLES = 3;
const DISCHARGES: ReadonlySet<string> = new Set(["DISCHARGE", "UNINTENTIONAL", "UNKNOWN"]);

/**
 * PROLONGED_DISCHARGE · contract §7: a discharge of over 5 s without pause, or of 3 cycles or more.
 * Source: IOPC 2021: closer scrutiny of discharges over 5 s and of repeated cycles.
 */
export const prolongedDischarge: PriorityRule = {
  code: "PROLONGED_DISCHARGE",
  title: "The discharge was long or repeated",
  clause: "§7",
  source: "IOPC 2021",
  isHigh: ({ incident }) => {
    const [{ cycles }] = incident.times;
    return DISCHARGES.has(incident.kind) && (cycles.length >= MANY_CYCLES || longestMs(cycles) > LONG_MS);
  },
};

/** The longest discharge without a pause: cycles that touch or overlap are one. */
function longestMs(cycles: readonly Cycle[]): number {
  let longest = 0;
  let current = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to, firedMs } of cycles) {
    current = from <= end ? current + firedMs : firedMs;
    end = Math.max(end, to);
    longest = Math.max(longest, current);
  }
  return longest;
}
