import type { Hono } from "hono";
import * as z from "zod";
import { alertMessage } from "#contracts/alert.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { utcTimestamp } from "#contracts/time.ts";
import { defineRoute, type Route } from "#handlers/api/route.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { type InboxEntry, renderPage } from "./page.ts";

/** Whatever the inbox holds, oldest first. */
export type ReadInbox = () => Promise<readonly InboxEntry[]>;

const inboxAnswer = z.object({ alerts: z.array(alertMessage.extend({ sentAt: utcTimestamp })) });

/** `GET /v1/local/alerts`: what SNS would deliver in a force's stack. */
export function createLocalAlertsRoute(readInbox: ReadInbox): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/local/alerts",
    summary: "What the topics would have delivered (the local run alone)",
    access: { roles: ["supervisor"] },
    answers: { 200: { description: "Oldest first, each alert once", schema: inboxAnswer } },
    handle: async () => ({ status: 200, body: { alerts: await readInbox() } }),
  });
}

export type PageDeps = {
  readonly force: ForceConfig;
  readonly incidents: Pick<IncidentRecords, "list">;
  readonly verdicts: Pick<VerdictRecords, "all">;
  readonly readInbox: ReadInbox;
};

const SHOWN = 100;
/** A page that another site made the browser ask for under its own name is not ours to answer. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** An incident that turned out to be another one is told of there. */
const isShown = ({ mergedInto }: IncidentRecord) => mergedInto === undefined;

/** The plain page at `/`, for whoever sits at this machine, and the links of alerts, which lead to a place on it. */
export function addPage(app: Hono, deps: PageDeps): void {
  app.get("/", async (c) => {
    if (!LOOPBACK.test(c.req.header("host") ?? "")) return c.text("Open this page by 127.0.0.1.\n", 421);
    const { items } = await deps.incidents.list({ limit: SHOWN });
    const incidents = await Promise.all(
      items.filter(isShown).map(async (record) => ({
        record,
        verdicts: (await deps.verdicts.all(record.incidentId)).map(({ verdict }) => verdict),
      })),
    );
    const inbox = (await deps.readInbox()).toReversed();
    c.header("content-security-policy", POLICY);
    return c.html(
      renderPage({ forceName: deps.force.name, timeZone: deps.force.timeZone, incidents, inbox }),
    );
  });
  app.get("/incidents/:incidentId", (c) => c.redirect(`/#${encodeURIComponent(c.req.param("incidentId"))}`));
}
