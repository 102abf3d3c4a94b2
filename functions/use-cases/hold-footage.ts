import type * as z from "zod";
import type { IncidentAnswer } from "#contracts/answers.ts";
import type { holdRequest } from "#contracts/people.ts";
import type { Person } from "#ports/identity.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";
import { touched } from "./start-marked.ts";

/**
 * A supervisor wants the incident's footage held, or no longer. The hold is a fact of the incident: it counts for
 * clips that arrive later as well. It is marked in the same write, so that a run follows whatever happens next; that
 * run places the holds in the store, or notes on each clip that its hold is to be lifted.
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
        if (same) return record;
        const holds = [...record.holds, { ...request, by: by.subject, at }];
        return touched({ ...record, holds }, new Date(at));
      },
    },
    deps,
  );
}
