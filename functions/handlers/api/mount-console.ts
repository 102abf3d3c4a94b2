import type { Context, Hono } from "hono";
import type { ConsoleDeps } from "./console/console.ts";

/** Where the people's pages are; everything else is the API's. */
const PATHS = [
  "/",
  "/incidents",
  "/incidents/*",
  "/search",
  "/figures",
  "/figures/*",
  "/closures",
  "/accounted-for",
  "/kit",
  "/register",
  "/register/*",
  "/sign-in",
  "/sign-in/*",
  "/sign-out",
  "/visit",
  "/assets/*",
];

/**
 * Puts the pages beside the API. Their code is loaded with the first page that anybody asks for: a device's request
 * that starts a cold function waits for none of it.
 */
export function mountConsole(
  app: Hono,
  deps: ConsoleDeps,
): { readonly answer: (c: Context) => Promise<Response> } {
  let loading: Promise<Hono> | undefined;
  const load = () => {
    loading ??= import("./console/console.ts").then(({ createConsole }) => createConsole(deps));
    return loading;
  };
  const answer = async (c: Context): Promise<Response> => (await load()).fetch(c.req.raw);
  for (const path of PATHS) app.all(path, answer);
  return { answer };
}

/** Whether a person mistyped an address: what is none of the API's is told them in words. */
export function isForPeople(c: Context): boolean {
  const accepts = c.req.header("accept") ?? "";
  return c.req.method === "GET" && accepts.includes("text/html") && !c.req.path.startsWith("/v1/");
}
