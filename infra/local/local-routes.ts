import type { Hono } from "hono";
import * as z from "zod";
import { alertMessage, notice } from "#contracts/alert.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { Frame } from "#handlers/api/console/layout.ts";
import type { Times } from "#handlers/api/console/times.ts";
import { defineRoute, type Route } from "#handlers/api/route.ts";
import { type InboxEntry, inboxPage } from "./inbox-page.ts";

/** Whatever the inbox holds, oldest first. */
export type ReadInbox = () => Promise<readonly InboxEntry[]>;

const sent = { sentAt: utcTimestamp };
const inboxAnswer = z.object({
  /** One of a booking or an address names no incident. */
  alerts: z.array(z.union([alertMessage.extend(sent), notice.extend(sent)])),
  digests: z.array(notice.extend(sent)),
});

/** `GET /v1/local/alerts`: what SNS would deliver in a force's stack. */
export function createLocalAlertsRoute(readInbox: ReadInbox): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/local/alerts",
    summary: "What the topics would have delivered (the local run alone)",
    access: { roles: ["supervisor"] },
    answers: { 200: { description: "Oldest first, each alert once", schema: inboxAnswer } },
    handle: async () => {
      const inbox = await readInbox();
      const alerts = inbox.filter(({ type }) => type !== "DIGEST");
      const digests = inbox.filter(({ type }) => type === "DIGEST");
      return { status: 200, body: { alerts, digests } };
    },
  });
}

/** The inbox as a page, behind the doors of everything under `/local/`. */
export function addInboxPage(
  routes: Hono,
  deps: {
    readonly readInbox: ReadInbox;
    readonly frame: () => Promise<Frame>;
    readonly times: Times;
  },
): void {
  routes.get("/local/inbox", async (c) =>
    c.html(inboxPage(await deps.frame(), (await deps.readInbox()).toReversed(), deps.times)),
  );
}
