import { healthAnswer, timeAnswer } from "#contracts/answers.ts";
import type { Clock } from "#ports/clock.ts";
import { defineRoute, type Route } from "./route.ts";

/** What anybody may ask. */
export function systemRoutes({ clock }: { readonly clock: Clock }): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/time",
      summary: "Our time, for devices that have to set their clock before they can sign",
      access: { anyone: true },
      answers: { 200: { description: "UTC", schema: timeAnswer } },
      handle: async () => ({ status: 200, body: { now: clock.now().toISOString() } }),
    }),
    defineRoute({
      method: "GET",
      path: "/v1/health",
      summary: "Whether the API answers",
      access: { anyone: true },
      answers: { 200: { description: "It does", schema: healthAnswer } },
      handle: async () => ({ status: 200, body: { status: "ok" } }),
    }),
  ];
}
