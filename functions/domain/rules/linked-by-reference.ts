import type { CountingRule } from "./rule.ts";

/**
 * LINKED_BY_REFERENCE · contract §5 "Other officer": the recording carries the incident reference of the log or of a
 * joined report.
 * Source: IOPC, Merseyside 2021: all officers at the scene record.
 */
export const linkedByReference: CountingRule = {
  code: "LINKED_BY_REFERENCE",
  title: "A colleague's camera counts by the same incident reference",
  clause: "§5",
  source: "IOPC, Merseyside 2021",
  relation: "other-officer",
  applies: ({ recording, incidentRefs }) =>
    recording.kind === "body-worn" &&
    recording.clips.some(
      ({ declaration }) =>
        declaration.incidentRef !== undefined && incidentRefs.includes(declaration.incidentRef),
    ),
};
