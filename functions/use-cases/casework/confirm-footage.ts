import type * as z from "zod";
import type { IncidentAnswer } from "#contracts/answers.ts";
import { InvalidInputError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { confirmationRequest } from "#contracts/people.ts";
import type { Person } from "#ports/identity.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";

export type ConfirmFootageDeps = ChangeIncidentDeps & { readonly footage: Pick<FootageRecords, "read"> };

/**
 * A person looked at a vehicle's or a fixed camera's clip: it shows the event, or it does not. The latest word
 * per clip counts. Throws `InvalidInputError` for footage that counts, or not, without anybody's word.
 */
export async function confirmFootage(
  input: {
    readonly incidentId: string;
    readonly by: Person;
    readonly request: z.infer<typeof confirmationRequest>;
  },
  deps: ConfirmFootageDeps,
): Promise<IncidentAnswer> {
  const { incidentId, by, request } = input;
  const kind = (await deps.footage.read(request.footageId))?.record.declaration.camera.kind;
  if (kind !== "vehicle" && kind !== "fixed") {
    const detail = kind
      ? `this is a ${kind} camera, which needs no confirmation`
      : "there is no such footage";
    throw new InvalidInputError("Nothing was confirmed: name a clip of a vehicle or fixed camera.", [
      { pointer: "/footageId", detail },
    ]);
  }
  const latestOf = ({ confirmations }: IncidentRecord) =>
    confirmations.findLast((one) => one.footageId === request.footageId);
  return changeIncident(
    {
      incidentId,
      by,
      what: `${request.shows ? "confirmed" : "denied"} that footage ${request.footageId} shows the event`,
      why: request.reason,
      kind: "confirmation",
      doneAt: (record) => latestOf(record)?.at,
      change: (record, at) => {
        refuseInvolved(record, by);
        const latest = latestOf(record);
        const same =
          latest?.by === by.subject && latest.shows === request.shows && latest.reason === request.reason;
        if (same) return record;
        return { ...record, confirmations: [...record.confirmations, { ...request, by: by.subject, at }] };
      },
    },
    deps,
  );
}
