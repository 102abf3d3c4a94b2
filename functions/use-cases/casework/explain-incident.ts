import type * as z from "zod";
import type { IncidentAnswer } from "#contracts/answers.ts";
import { NotAllowedError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { explanationRequest } from "#contracts/people.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import type { Person } from "#ports/identity.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";

type Words = z.infer<typeof explanationRequest>;
type Input = { readonly incidentId: string; readonly by: Person; readonly words: Words };

/** A supervisor asks the officer for an explanation. Asking the same again changes nothing. */
export function requestExplanation(
  { incidentId, by, words }: Input,
  deps: ChangeIncidentDeps,
): Promise<IncidentAnswer> {
  const askedIn = ({ explanationRequests }: IncidentRecord) =>
    explanationRequests.find(
      (one) => one.by === by.subject && one.code === words.code && one.text === words.text,
    );
  return changeIncident(
    {
      incidentId,
      by,
      what: "asked for an explanation",
      why: words.text,
      kind: "explanation-request",
      doneAt: (record) => askedIn(record)?.at,
      change: (record, at) => {
        refuseInvolved(record, by);
        if (askedIn(record)) return record;
        const request = { ...words, by: by.subject, at };
        return { ...record, explanationRequests: [...record.explanationRequests, request] };
      },
    },
    deps,
  );
}

/**
 * What the officer says, or a supervisor for them. It never changes an outcome. A new explanation takes the
 * place of the one before, which stays in the custody log.
 */
export function explainIncident(
  { incidentId, by, words }: Input,
  deps: ChangeIncidentDeps,
): Promise<IncidentAnswer> {
  return changeIncident(
    {
      incidentId,
      by,
      what: `explained (${words.code})`,
      why: words.text,
      kind: "explanation",
      doneAt: ({ explanation }) => explanation?.at,
      change: (record, at) => {
        if (!isInvolved(record, by) && !by.roles.includes("supervisor")) {
          throw new NotAllowedError("Only the officer whose use this is, or a supervisor, can explain it.");
        }
        const { explanation: known } = record;
        const same = known?.by === by.subject && known.code === words.code && known.text === words.text;
        return same ? record : { ...record, explanation: { ...words, by: by.subject, at } };
      },
    },
    deps,
  );
}
