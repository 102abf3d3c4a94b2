import * as z from "zod";
import {
  footageCustodyAnswer,
  footageListAnswer,
  listedStates,
  probeAskedAnswer,
  sweepAnswer,
} from "#contracts/answers.ts";
import { identifier } from "#contracts/identifiers.ts";
import { probeAgainRequest } from "#contracts/people.ts";
import type { SweepRecords } from "#records/sweep-records.ts";
import type { UndeclaredRecords } from "#records/undeclared-records.ts";
import { type ReadFootageCustodyDeps, readFootageCustody } from "#use-cases/casework/read-custody.ts";
import { type AskForProbeDeps, askForProbe } from "#use-cases/footage/ask-for-probe.ts";
import { type ListFootageDeps, listFootage } from "#use-cases/footage/list-footage.ts";
import { pageQuery } from "./lines.ts";
import { personOf } from "./person-of.ts";
import { defineRoute, type Route } from "./route.ts";

export type FollowUpRoutesDeps = AskForProbeDeps &
  ListFootageDeps &
  ReadFootageCustodyDeps & {
    readonly sweeps: Pick<SweepRecords, "readReport">;
    readonly undeclared: Pick<UndeclaredRecords, "list">;
  };

const MOST_UNDECLARED = 100;
const readers = { roles: ["supervisor", "admin"] } as const;
const params = z.strictObject({ footageId: identifier });
const listQuery = pageQuery.extend({ state: z.enum(listedStates) });

/** What people follow up: footage that was promised and has not come, or came and cannot be used. */
export function followUpRoutes(deps: FollowUpRoutesDeps): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/footage",
      summary:
        "Clips that do not count, by where they stand, the first declared first; a page may come short",
      access: readers,
      query: listQuery,
      answers: { 200: { description: "One page", schema: footageListAnswer } },
      handle: async ({ query }) => {
        const { items, ...rest } = await listFootage(query, deps);
        return { status: 200, body: { footage: items, ...rest } };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/footage/{footageId}/custody",
      summary: "What was done to the clip's file: holds, reading again, its end; the log outlives the file",
      access: readers,
      params,
      answers: { 200: { description: "Oldest first", schema: footageCustodyAnswer } },
      problems: ["not-found"],
      handle: async ({ params: { footageId }, caller }) => {
        const reader = personOf(caller).subject;
        return {
          status: 200,
          body: { footageId, custody: await readFootageCustody({ footageId, reader }, deps) },
        };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/footage/{footageId}/probe",
      summary: "A rejected file is to be read again; noted in its custody log and done by the next sweep",
      access: { roles: ["admin"] },
      params,
      body: probeAgainRequest,
      answers: {
        200: { description: "Asked for before", schema: probeAskedAnswer },
        202: { description: "Asked for", schema: probeAskedAnswer },
      },
      problems: ["not-found", "conflict"],
      handle: async ({ params: { footageId }, body: { reason }, caller }) => {
        const by = personOf(caller).subject;
        const { request, created } = await askForProbe({ footageId, by, reason }, deps);
        return { status: created ? 202 : 200, body: { footageId, askedAt: request.askedAt } };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/sweep",
      summary: "Whether all is accounted for: what the latest sweep found, and files that nobody declared",
      access: readers,
      answers: { 200: { description: "What it found; no report before the first", schema: sweepAnswer } },
      handle: async () => {
        const [report, undeclared] = await Promise.all([
          deps.sweeps.readReport(),
          deps.undeclared.list(MOST_UNDECLARED),
        ]);
        return { status: 200, body: { ...(report ? { report } : {}), undeclared: [...undeclared] } };
      },
    }),
  ];
}
