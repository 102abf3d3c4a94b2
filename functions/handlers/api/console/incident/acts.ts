import * as z from "zod";
import { reasonText } from "#contracts/identifiers.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import {
  confirmationRequest,
  decidedKind,
  explanationRequest,
  explanationRequestRequest,
  holdRequest,
  type Role,
} from "#contracts/people.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import type { Person } from "#ports/identity.ts";
import { acknowledgeIncident } from "#use-cases/casework/acknowledge-incident.ts";
import { type ConfirmFootageDeps, confirmFootage } from "#use-cases/casework/confirm-footage.ts";
import { decideCase } from "#use-cases/casework/decide-case.ts";
import { explainIncident, requestExplanation } from "#use-cases/casework/explain-incident.ts";
import { holdFootage } from "#use-cases/casework/hold-footage.ts";

/** What people do on an incident's page; each is the last part of the address that its form is sent to. */
export const actNames = ["acknowledge", "ask", "explain", "propose", "approve", "confirm", "hold"] as const;
export type ActName = (typeof actNames)[number];

/** A field of a form that must be changed, and how. */
export type FieldProblem = { readonly field: string; readonly detail: string };

const yesOrNo = z.enum(["yes", "no"]).transform((answer) => answer === "yes");
const chosen = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

type Act<Request> = {
  readonly request: z.ZodType<Request>;
  readonly run: (
    input: { readonly incidentId: string; readonly by: Person; readonly request: Request },
    deps: ConfirmFootageDeps,
  ) => Promise<unknown>;
};

const act = <Request>(definition: Act<Request>): Act<unknown> => definition as Act<unknown>;

const acts: Readonly<Record<ActName, Act<unknown>>> = {
  acknowledge: act({ request: z.object({}), run: acknowledgeIncident }),
  ask: act({
    request: explanationRequestRequest.strip(),
    run: ({ request, ...input }, deps) => requestExplanation({ ...input, words: request }, deps),
  }),
  explain: act({
    request: explanationRequest.strip(),
    run: ({ request, ...input }, deps) => explainIncident({ ...input, words: request }, deps),
  }),
  propose: act({
    request: z.object({ accept: yesOrNo, reason: reasonText, kind: chosen(decidedKind) }),
    run: ({ request: { kind, ...proposal }, ...input }, deps) =>
      decideCase({ ...input, request: { ...proposal, ...(kind ? { kind } : {}) } }, deps),
  }),
  approve: act({ request: z.object({ approve: yesOrNo, reason: reasonText }), run: decideCase }),
  confirm: act({ request: confirmationRequest.extend({ shows: yesOrNo }).strip(), run: confirmFootage }),
  hold: act({ request: holdRequest.strip(), run: holdFootage }),
};

export type ReadAct =
  | { readonly problems: readonly FieldProblem[] }
  | { readonly run: (incidentId: string, by: Person, deps: ConfirmFootageDeps) => Promise<unknown> };

/** The act that a form asks for, or what must be changed in it. */
export function readAct(name: ActName, fields: Fields): ReadAct {
  const { request, run } = acts[name];
  const parsed = request.safeParse(fields);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => problemOf(String(issue.path[0] ?? ""), fields)) };
  }
  return { run: (incidentId, by, deps) => run({ incidentId, by, request: parsed.data }, deps) };
}

const MOST_CHARACTERS = 2000;

/** What to do about each field that was left open or cannot be taken. */
const remedies: Readonly<Record<string, string>> = {
  code: "Choose what it is about",
  text: "Write it in a sentence or two",
  reason: "Write why in a sentence or two",
  accept: "Choose whether you accept the explanation",
  approve: "Choose whether you approve it",
  footageId: "Choose a clip",
  shows: "Choose whether it shows the event",
};

function problemOf(field: string, fields: Fields): FieldProblem {
  const length = fields[field]?.length ?? 0;
  const over = `It may have ${MOST_CHARACTERS} characters; these are ${length}`;
  return { field, detail: length > MOST_CHARACTERS ? over : (remedies[field] ?? "Choose one of the list") };
}

/** Who may do it at all, as at the API. Whose use it is, and who did what before, is for the use cases. */
export function rolesFor(act: ActName): readonly Role[] {
  return act === "explain" ? ["officer", "supervisor"] : ["supervisor"];
}

/** What this person may do to the incident now. The use cases decide again; this is what the page offers. */
export function actsFor(record: IncidentRecord, person: Person): readonly ActName[] {
  if (record.state === "MERGED") return [];
  const mayAtAll = actNames.filter((act) => rolesFor(act).some((role) => person.roles.includes(role)));
  if (isInvolved(record, person)) return mayAtAll.filter((act) => act === "explain");
  const { decision, state } = record;
  const isDecided = decision?.approval?.approve === true;
  const isProposed = decision !== undefined && decision.approval === undefined;
  const mayApprove = isProposed && decision.proposedBy !== person.subject;
  const offered: Readonly<Record<ActName, boolean>> = {
    acknowledge: state === "OPEN" || record.acknowledgements.length === 0,
    approve: mayApprove,
    ask: !isDecided,
    explain: !isDecided,
    propose: !isDecided && !isProposed,
    confirm: true,
    hold: true,
  };
  return mayAtAll.filter((act) => offered[act]);
}
