import * as z from "zod";
import type { Json } from "./describe-api.ts";
import { defineRoute, type Route } from "./route.ts";

/**
 * `GET /openapi.json`: made of the routes that are mounted. What describes them is loaded with the first who asks: no
 * device's request waits for it.
 */
export function createOpenApiRoute(routes: readonly Route[]): Route {
  let document: Json | undefined;
  const itself: Route = defineRoute({
    method: "GET",
    path: "/openapi.json",
    summary: "This description",
    access: { anyone: true },
    answers: { 200: { description: "OpenAPI 3.1", schema: z.looseObject({ openapi: z.string() }) } },
    handle: async () => {
      document ??= (await import("./describe-api.ts")).describeApi([...routes, itself]);
      return { status: 200, body: document };
    },
  });
  return itself;
}
