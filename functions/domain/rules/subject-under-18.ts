import type { PriorityRule } from "./rule.ts";

const CHILD_BANDS: ReadonlySet<string> = new Set(["under-11", "11-17"]);

/**
 * SUBJECT_UNDER_18 · contract §7: alerts about a subject under 18 are of high priority.
 * Source: discharges on under-18s with a complaint or conduct matter go to the IOPC (since 1 May 2022).
 */
export const subjectUnder18: PriorityRule = {
  code: "SUBJECT_UNDER_18",
  title: "The subject is under 18",
  clause: "§7",
  source: "IOPC referral request, 1 May 2022",
  isHigh: ({ inputs }) =>
    inputs.reports.some(
      ({ report: { subject } }) => subject.under18 === "yes" || CHILD_BANDS.has(subject.ageBand),
    ),
};
