import type { IncidentAnswer } from "#contracts/answers.ts";
import type { Person } from "#ports/identity.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";

/**
 * A supervisor has taken notice: the alerts sent before now stop escalating, a later one asks again. Repeated
 * while nothing new was sent, it changes nothing.
 */
export async function acknowledgeIncident(
  { incidentId, by }: { readonly incidentId: string; readonly by: Person },
  deps: ChangeIncidentDeps,
): Promise<IncidentAnswer> {
  const lastSent =
    (await deps.alerts.all(incidentId))
      .map(({ sentAt }) => sentAt ?? "")
      .sort()
      .at(-1) ?? "";
  return changeIncident(
    {
      incidentId,
      by,
      what: "acknowledged",
      kind: "acknowledgement",
      doneAt: ({ acknowledgements }) => acknowledgements.findLast((one) => one.by === by.subject)?.at,
      change: (record, at) => {
        refuseInvolved(record, by);
        const done = record.acknowledgements.some((one) => one.by === by.subject && one.at >= lastSent);
        if (done) return record;
        return { ...record, acknowledgements: [...record.acknowledgements, { by: by.subject, at }] };
      },
    },
    deps,
  );
}
