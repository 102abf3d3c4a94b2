import type * as z from "zod";
import type { IncidentAnswer } from "#contracts/answers.ts";
import { ConflictError, NotAllowedError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { decisionRequest } from "#contracts/people.ts";
import type { Person } from "#ports/identity.ts";
import { type ChangeIncidentDeps, changeIncident, refuseInvolved } from "./change-incident.ts";

type DecisionRequest = z.infer<typeof decisionRequest>;
type Proposal = Extract<DecisionRequest, { accept: boolean }>;
type Approval = Extract<DecisionRequest, { approve: boolean }>;

/**
 * One supervisor proposes, another approves or refuses; neither may be the officer whose use it is. A refused
 * proposal makes room for a new one. An approved decision stands; it may change the kind, never the outcome.
 *
 * Throws `NotAllowedError` for the wrong person and `ConflictError` for the wrong moment.
 */
export function decideCase(
  { incidentId, by, request }: { incidentId: string; by: Person; request: DecisionRequest },
  deps: ChangeIncidentDeps,
): Promise<IncidentAnswer> {
  return changeIncident(
    {
      incidentId,
      by,
      what: whatOf(request),
      why: request.reason,
      kind: "decision",
      doneAt: ({ decision }) => ("accept" in request ? decision?.proposedAt : decision?.approval?.at),
      change: (record, at) => {
        refuseInvolved(record, by);
        return "accept" in request ? propose(record, request, by, at) : approve(record, request, by, at);
      },
    },
    deps,
  );
}

function whatOf(request: DecisionRequest): string {
  if ("approve" in request) return request.approve ? "approved the decision" : "refused the decision";
  return request.accept ? "proposed to accept the explanation" : "proposed not to accept the explanation";
}

function propose(record: IncidentRecord, request: Proposal, by: Person, at: string): IncidentRecord {
  const { decision } = record;
  const { accept, reason, kind } = request;
  const same =
    decision?.proposedBy === by.subject &&
    decision.accept === accept &&
    decision.reason === reason &&
    decision.kind === kind;
  if (same && decision.approval?.approve !== false) return record;
  if (decision?.approval?.approve === true) {
    throw new ConflictError("This case is decided and approved; that decision stands.");
  }
  if (decision && !decision.approval) {
    throw new ConflictError(
      "A decision is proposed already: another supervisor than its author approves or refuses it first.",
    );
  }
  return {
    ...record,
    decision: { accept, reason, ...(kind ? { kind } : {}), proposedBy: by.subject, proposedAt: at },
  };
}

function approve(record: IncidentRecord, request: Approval, by: Person, at: string): IncidentRecord {
  const { decision } = record;
  if (!decision) throw new ConflictError("Nothing is proposed: propose {accept, reason, kind?} first.");
  const { approve: approved, reason } = request;
  const known = decision.approval;
  if (known) {
    const same = known.by === by.subject && known.approve === approved && known.reason === reason;
    if (same) return record;
    throw new ConflictError("This proposal was approved or refused already.");
  }
  if (decision.proposedBy === by.subject) {
    throw new NotAllowedError("You proposed this decision: another supervisor has to approve or refuse it.");
  }
  return {
    ...record,
    decision: { ...decision, approval: { approve: approved, reason, by: by.subject, at } },
  };
}
