import type { Hono } from "hono";
import * as z from "zod";
import { alertMessage, notice } from "#contracts/alert.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { Frame } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { defineRoute, type Route } from "#handlers/api/route.ts";
import { type InboxEntry, inboxPage } from "./inbox-page.ts";

/** Whatever the inbox holds, oldest first. */
export type ReadInbox = () => Promise<readonly InboxEntry[]>;

const sent = { sentAt: utcTimestamp };
const alertsAnswer = z.object({
  /** A `KIT`, and a `DELIVERY` of an address, names no incident. */
  alerts: z.array(z.union([alertMessage.extend(sent), notice.extend(sent)])),
});
const digestsAnswer = z.object({ digests: z.array(notice.extend(sent)) });

/** `GET /v1/local/alerts` and `/v1/local/digests`: what SNS would deliver in a force's stack. */
export function createLocalInboxRoutes(readInbox: ReadInbox): readonly Route[] {
  const access = { roles: ["supervisor"] } as const;
  return [
    defineRoute({
      method: "GET",
      path: "/v1/local/alerts",
      summary: "The alerts that the topics would have delivered (the local run alone)",
      access,
      answers: { 200: { description: "Oldest first, each alert once", schema: alertsAnswer } },
      handle: async () => {
        const alerts = (await readInbox()).filter(({ type }) => type !== "DIGEST");
        return { status: 200, body: { alerts } };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/local/digests",
      summary: "The daily digests that the topics would have delivered (the local run alone)",
      access,
      answers: { 200: { description: "Oldest first", schema: digestsAnswer } },
      handle: async () => {
        const digests = (await readInbox()).filter(({ type }) => type === "DIGEST");
        return { status: 200, body: { digests } };
      },
    }),
  ];
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
