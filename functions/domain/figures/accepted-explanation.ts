import type { AcceptedCode, IncidentRecord } from "#contracts/incident.ts";

type Decision = Pick<NonNullable<IncidentRecord["decision"]>, "accept"> & {
  readonly approval?: { readonly approve: boolean; readonly at: string } | undefined;
};
type Explanation = Pick<NonNullable<IncidentRecord["explanation"]>, "code" | "at">;

/** The code of the explanation that was accepted by an approved decision; it stands beside the outcome. */
export function acceptedExplanation({
  decision,
  explanation,
}: {
  readonly decision?: Decision | undefined;
  readonly explanation?: Explanation | undefined;
}): AcceptedCode | undefined {
  const approval = decision?.approval;
  if (!decision?.accept || approval?.approve !== true || explanation === undefined) return undefined;
  return explanation.at > approval.at ? "REPLACED" : explanation.code;
}
