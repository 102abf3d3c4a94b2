import type { IncidentRecord } from "#contracts/incident.ts";

/**
 * Whether a person may be the officer whose use it is: everybody who may have fired counts, also while it is doubtful
 * who did. They see the questions put to them and no finding, and decide nothing, whatever else they are.
 */
export function isInvolved(
  { officerIds }: Pick<IncidentRecord, "officerIds">,
  { officerId }: { readonly officerId?: string | undefined },
): boolean {
  return officerId !== undefined && officerIds.includes(officerId);
}
