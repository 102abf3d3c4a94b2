import type * as z from "zod";
import type { IncidentAnswer } from "#contracts/answers.ts";
import type { holdRequest } from "#contracts/people.ts";
import type { Person } from "#ports/identity.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";

/**
 * A supervisor wants the incident's footage held, or no longer. The hold is a fact of the incident: it counts
 * for clips that arrive later as well, and whatever deletes footage goes by it. The store's own locks are for
 * other roles than the one that hands out upload URLs.
 */
export function holdFootage(
  input: { readonly incidentId: string; readonly by: Person; readonly request: z.infer<typeof holdRequest> },
  deps: ChangeIncidentDeps,
): Promise<IncidentAnswer> {
  const { incidentId, by, request } = input;
  return changeIncident(
    {
      incidentId,
      by,
      what: request.action === "place" ? "placed a hold" : "released the hold",
      why: request.reason,
      kind: "hold",
      doneAt: ({ holds }) => holds.at(-1)?.at,
      change: (record, at) => {
        refuseInvolved(record, by);
        const latest = record.holds.at(-1);
        const same =
          latest?.by === by.subject && latest.action === request.action && latest.reason === request.reason;
        return same ? record : { ...record, holds: [...record.holds, { ...request, by: by.subject, at }] };
      },
    },
    deps,
  );
}
