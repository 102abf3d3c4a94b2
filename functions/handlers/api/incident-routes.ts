import * as z from "zod";
import { priority } from "#contracts/alert.ts";
import {
  custodyAnswer,
  type IncidentAnswer,
  incidentAnswer,
  incidentListAnswer,
  ownExplanationAnswer,
} from "#contracts/answers.ts";
import { InvalidInputError } from "#contracts/errors.ts";
import { identifier } from "#contracts/identifiers.ts";
import { incidentState } from "#contracts/incident.ts";
import {
  acknowledgementRequest,
  confirmationRequest,
  decisionRequest,
  explanationRequest,
  explanationRequestRequest,
  holdRequest,
} from "#contracts/people.ts";
import { timestampOrLocal } from "#contracts/time.ts";
import { incidentKind, outcome } from "#contracts/verdict.ts";
import { resolveInstants, toUtc } from "#domain/time/time.ts";
import type { Person } from "#ports/identity.ts";
import { acknowledgeIncident } from "#use-cases/casework/acknowledge-incident.ts";
import { type ConfirmFootageDeps, confirmFootage } from "#use-cases/casework/confirm-footage.ts";
import { decideCase } from "#use-cases/casework/decide-case.ts";
import { explainIncident, requestExplanation } from "#use-cases/casework/explain-incident.ts";
import { holdFootage } from "#use-cases/casework/hold-footage.ts";
import { type ListIncidentsDeps, listIncidents } from "#use-cases/casework/list-incidents.ts";
import { type ReadCustodyDeps, readCustody } from "#use-cases/casework/read-custody.ts";
import { readIncident } from "#use-cases/casework/read-incident.ts";
import { type ReadVerdictInputsDeps, readVerdictInputs } from "#use-cases/casework/read-verdict-inputs.ts";
import { pageQuery } from "./lines.ts";
import { isOversightOnly, oversightView } from "./oversight-view.ts";
import { personOf } from "./person-of.ts";
import { type Answer, defineRoute, type Route } from "./route.ts";

export type IncidentRoutesDeps = ConfirmFootageDeps &
  ListIncidentsDeps &
  ReadCustodyDeps &
  ReadVerdictInputsDeps;

const readers = { roles: ["supervisor", "admin", "oversight"] } as const;
const supervisors = { roles: ["supervisor"] } as const;
const params = z.strictObject({ incidentId: identifier });

/** Incidents, and what people do to them. */
export function incidentRoutes(deps: IncidentRoutesDeps): Route[] {
  return [...readingRoutes(deps), ...actingRoutes(deps)];
}

/** What the person may see of it. */
function shown(body: object, person: Person): Answer {
  return { status: 200, body: isOversightOnly(person) ? (oversightView(body) as object) : body };
}

const listQuery = pageQuery.extend({
  state: incidentState.optional(),
  kind: incidentKind.optional(),
  outcome: outcome.optional(),
  priority: priority.optional(),
  from: timestampOrLocal.optional(),
  to: timestampOrLocal.optional(),
  borough: z.string().min(1).max(100).optional(),
});

function readingRoutes(deps: IncidentRoutesDeps): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/incidents",
      summary: "Incidents, newest first; a page with a cursor may come short",
      access: readers,
      query: listQuery,
      answers: { 200: { description: "One page", schema: incidentListAnswer } },
      handle: async ({ query, caller }) => {
        const { timeZone } = deps.force;
        const [from, to] = [instant(query.from, "from", timeZone), instant(query.to, "to", timeZone)];
        return shown(await listIncidents({ ...query, from, to }, deps), personOf(caller));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/incidents/{incidentId}",
      summary: "One incident; the reading is kept in its custody log",
      access: readers,
      params,
      answers: { 200: { description: "The record", schema: incidentAnswer } },
      problems: ["not-found"],
      handle: async ({ params: { incidentId }, caller }) => {
        const person = personOf(caller);
        return shown(await readIncident({ incidentId, reader: person.subject }, deps), person);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/incidents/{incidentId}/custody",
      summary: "Who did what to the incident, each entry chained to the one before by its hash",
      access: readers,
      params,
      answers: { 200: { description: "Oldest first", schema: custodyAnswer } },
      problems: ["not-found"],
      handle: async ({ params: { incidentId }, caller }) => {
        const person = personOf(caller);
        const custody = await readCustody({ incidentId, reader: person.subject }, deps);
        return shown({ incidentId, custody }, person);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/incidents/{incidentId}/verdicts/{version}/inputs",
      summary: "The exact input of a verdict, byte for byte, which the offline judge takes",
      access: readers,
      params: params.extend({ version: z.coerce.number().int().min(1).max(999_999) }),
      answers: { 200: { description: "As it was judged", schema: z.looseObject({ format: z.string() }) } },
      problems: ["not-found"],
      handle: async ({ params, caller }) => {
        const person = personOf(caller);
        const document = await readVerdictInputs({ ...params, reader: person.subject }, deps);
        if (!isOversightOnly(person)) return { status: 200, document };
        return shown(JSON.parse(new TextDecoder().decode(document)), person);
      },
    }),
  ];
}

function instant(text: string | undefined, name: string, timeZone: string): string | undefined {
  if (text === undefined) return undefined;
  const [found] = resolveInstants(text, timeZone);
  if (found !== undefined) return toUtc(found);
  const detail = `no such time in ${timeZone}: the clocks skip it. Send it with an offset`;
  throw new InvalidInputError("The query has fields that must be changed.", [
    { pointer: `/${name}`, detail },
  ]);
}

function actingRoutes(deps: IncidentRoutesDeps): Route[] {
  const problems = ["not-found", "not-allowed", "conflict"] as const;
  const answers = { 200: { description: "The incident afterwards", schema: incidentAnswer } };
  return [
    defineRoute({
      method: "POST",
      path: "/v1/incidents/{incidentId}/acknowledgement",
      summary: "Stop the escalation of the alerts sent before now",
      access: supervisors,
      params,
      body: acknowledgementRequest,
      bodyOptional: true,
      answers,
      problems,
      handle: async ({ params, caller }) =>
        done(await acknowledgeIncident({ ...params, by: personOf(caller) }, deps)),
    }),
    defineRoute({
      method: "POST",
      path: "/v1/incidents/{incidentId}/explanation-requests",
      summary: "Ask the officer for an explanation",
      access: supervisors,
      params,
      body: explanationRequestRequest,
      answers,
      problems,
      handle: async ({ params, body, caller }) =>
        done(await requestExplanation({ ...params, by: personOf(caller), words: body }, deps)),
    }),
    defineRoute({
      method: "POST",
      path: "/v1/incidents/{incidentId}/explanation",
      summary: "Explain: the officer whose use it is, or a supervisor; never changes an outcome",
      access: { roles: ["officer", "supervisor"] },
      params,
      body: explanationRequest,
      answers: {
        200: {
          description: "The incident; for an officer only the questions and their own explanation",
          schema: z.union([incidentAnswer, ownExplanationAnswer]),
        },
      },
      problems,
      handle: async ({ params, body, caller }) => {
        const by = personOf(caller);
        const incident = await explainIncident({ ...params, by, words: body }, deps);
        return by.roles.includes("supervisor")
          ? done(incident)
          : { status: 200, body: ownExplanation(incident) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/incidents/{incidentId}/decision",
      summary: "Propose a decision; another supervisor approves or refuses it here",
      access: supervisors,
      params,
      body: decisionRequest,
      answers,
      problems,
      handle: async ({ params, body, caller }) =>
        done(await decideCase({ ...params, by: personOf(caller), request: body }, deps)),
    }),
    defineRoute({
      method: "POST",
      path: "/v1/incidents/{incidentId}/confirmations",
      summary: "Say whether a vehicle's or a fixed camera's clip shows the event",
      access: supervisors,
      params,
      body: confirmationRequest,
      answers,
      problems,
      handle: async ({ params, body, caller }) =>
        done(await confirmFootage({ ...params, by: personOf(caller), request: body }, deps)),
    }),
    defineRoute({
      method: "POST",
      path: "/v1/incidents/{incidentId}/holds",
      summary:
        "Put the files near the incident on legal hold, or have it lifted where no other incident holds them",
      access: supervisors,
      params,
      body: holdRequest,
      answers,
      problems,
      handle: async ({ params, body, caller }) =>
        done(await holdFootage({ ...params, by: personOf(caller), request: body }, deps)),
    }),
  ];
}

function done(incident: IncidentAnswer): Answer {
  return { status: 200, body: incident };
}

/** An officer sees the questions put to them and their own words, never footage or verdict detail. */
function ownExplanation({ incidentId, explanationRequests, explanation }: IncidentAnswer): object {
  return {
    incidentId,
    explanationRequests: explanationRequests.map(({ code, text, at }) => ({ code, text, at })),
    ...(explanation
      ? { explanation: { code: explanation.code, text: explanation.text, at: explanation.at } }
      : {}),
  };
}
