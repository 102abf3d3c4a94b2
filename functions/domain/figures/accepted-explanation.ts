import type { IncidentRecord } from "#contracts/incident.ts";
import { explanationCode } from "#contracts/report.ts";

/**
 * What the accepted explanation was about. `REPLACED`: the explanation that two supervisors accepted has given way to
 * another since, so that nobody can change what was accepted by explaining anew.
 */
export type AcceptedCode = (typeof acceptedCodes)[number];
/** In the order in which they are told: immediate danger first, as the contract names them. */
export const acceptedCodes = [...explanationCode.options, "REPLACED"] as const;

/** The code of the explanation that was accepted by an approved decision; it stands beside the outcome. */
export function acceptedExplanation({
  decision,
  explanation,
}: Pick<IncidentRecord, "decision" | "explanation">): AcceptedCode | undefined {
  const approval = decision?.approval;
  if (!decision?.accept || approval?.approve !== true || explanation === undefined) return undefined;
  return explanation.at > approval.at ? "REPLACED" : explanation.code;
}
