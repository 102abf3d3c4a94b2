import type * as z from "zod";
import type { IncidentAnswer } from "#contracts/answers.ts";
import type { holdRequest } from "#contracts/people.ts";
import { holdActOf } from "#domain/lifecycle/legal-hold.ts";
import { instantOf, toUtc } from "#domain/time/time.ts";
import type { Person } from "#ports/identity.ts";
import { touched } from "#use-cases/incidents/start-marked.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";

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
      what: holdActOf(request.action),
      why: request.reason,
      kind: "hold",
      doneAt: ({ holds }) => holds.at(-1)?.at,
      change: (record, at) => {
        refuseInvolved(record, by);
        const latest = record.holds.at(-1);
        const same =
          latest?.by === by.subject && latest.action === request.action && latest.reason === request.reason;
        if (same) return record;
        const act = { ...request, by: by.subject, at: after(latest?.at, at) };
        return touched({ ...record, holds: [...record.holds, act] }, new Date(at));
      },
    },
    deps,
  );
}

/** Holds are told apart by their times, so no two acts have the same. */
function after(latest: string | undefined, at: string): string {
  return latest === undefined || latest < at ? at : toUtc(instantOf(latest) + 1);
}
