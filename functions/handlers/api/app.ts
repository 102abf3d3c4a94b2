import { type Context, Hono } from "hono";
import type { Clock } from "#ports/clock.ts";
import type { PersonVerifier } from "#ports/identity.ts";
import { errorFields, type Log } from "#ports/log.ts";
import type { NonceRecords } from "#records/nonce-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { authenticateDevice, type DeviceAuthenticationDeps } from "./authenticate-device.ts";
import { authenticatePerson, checkRole } from "./authenticate-person.ts";
import type { ConsoleDeps } from "./console/console.ts";
import { createDeviceDirectory } from "./device-directory.ts";
import { type FollowUpRoutesDeps, followUpRoutes } from "./follow-up-routes.ts";
import { type FootageRoutesDeps, footageRoutes } from "./footage-routes.ts";
import { type IncidentRoutesDeps, incidentRoutes } from "./incident-routes.ts";
import { type LogAndReportRoutesDeps, logAndReportRoutes } from "./log-and-report-routes.ts";
import { isForPeople, mountConsole } from "./mount-console.ts";
import { createOpenApiRoute } from "./openapi.ts";
import { ProblemError, problemOf, problemResponse } from "./problem.ts";
import { parseJson, readBody } from "./read-body.ts";
import { type RegisterRoutesDeps, registerRoutes } from "./register-routes.ts";
import { requestTarget } from "./request-target.ts";
import type { Answer, Caller, Route } from "./route.ts";
import { securityHeaders } from "./security-headers.ts";
import { systemRoutes } from "./system-routes.ts";

type RoutesDeps = FootageRoutesDeps &
  FollowUpRoutesDeps &
  LogAndReportRoutesDeps &
  RegisterRoutesDeps &
  IncidentRoutesDeps;

export type ApiDeps = Omit<RoutesDeps, "directory"> &
  Omit<ConsoleDeps, "directory"> & {
    readonly register: Pick<RegisterRecords, "readDevice">;
    readonly nonces: Pick<NonceRecords, "useOnce">;
    readonly verifyPerson: PersonVerifier;
    readonly clock: Clock;
    readonly log: Log;
    /** Routes that exist in one place to run alone. */
    readonly extraRoutes?: readonly Route[];
  };

/**
 * The HTTP API of one force. Every request goes the same way: raw body (bounded) → who is it → may they →
 * JSON → schema → use case → answer. Nothing is parsed, let alone stored, before it is known who sent it.
 */
export function createApi(deps: ApiDeps): Hono {
  const app = new Hono();
  const directory = createDeviceDirectory({ loadDevice: deps.register.readDevice, clock: deps.clock });
  const routes = createRoutes({ ...deps, directory });
  const doors = { ...deps, directory };

  app.use(securityHeaders);
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (c) => serve(c, route, doors));
  }
  const pages = mountConsole(app, doors);
  app.notFound((c) => (isForPeople(c) ? pages.answer(c) : problemResponse(notFoundProblem(c, routes))));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.type === "internal-error" || problem.type === "unavailable") {
      deps.log.error("api.failed", { method: c.req.method, code: problem.type, ...errorFields(error) });
    }
    return problemResponse(problem);
  });
  return app;
}

/** What is needed to know who calls. */
type DoorDeps = DeviceAuthenticationDeps & Pick<ApiDeps, "verifyPerson">;

/** All routes, in the order of the document that describes them. */
function createRoutes(deps: RoutesDeps & Pick<ApiDeps, "extraRoutes">): readonly Route[] {
  const routes = [
    ...footageRoutes(deps),
    ...followUpRoutes(deps),
    ...logAndReportRoutes(deps),
    ...registerRoutes(deps),
    ...incidentRoutes(deps),
    ...systemRoutes(deps),
    ...(deps.extraRoutes ?? []),
  ];
  return [...routes, createOpenApiRoute(routes)];
}

async function serve(c: Context, route: Route, deps: DoorDeps): Promise<Response> {
  const body = await readBody(c);
  const caller = await identify(c, route, body, deps);
  const json = route.body ? bodyOf(route, body, c.req.header("content-type")) : undefined;
  const answer = await route.handle({
    params: c.req.param(),
    query: c.req.query(),
    body: json,
    rawBody: body,
    caller,
  });
  return render(answer);
}

function bodyOf(route: Route, body: Uint8Array, contentType: string | undefined): unknown {
  if (route.bodyOptional && body.length === 0) return {};
  return parseJson(body, contentType);
}

/** Who calls, if they may call this route at all. A bearer token goes before a signature. */
async function identify(c: Context, route: Route, body: Uint8Array, deps: DoorDeps): Promise<Caller> {
  if (route.access.anyone) return { type: "anyone" };
  const { roles, devices } = route.access;
  const authorization = c.req.header("authorization");
  if (roles && authorization !== undefined) {
    const person = await authenticatePerson(authorization, deps.verifyPerson);
    checkRole(person, roles);
    return { type: "person", person };
  }
  if (devices && (c.req.header("signature") ?? c.req.header("signature-input")) !== undefined) {
    const target = requestTarget(c);
    checkSignable(c, target.path);
    const caller = await authenticateDevice(
      { method: c.req.method, ...target, headers: c.req.raw.headers, body },
      deps,
    );
    if (devices === "gateways" && caller.kind !== "gateway") {
      throw new ProblemError("wrong-role", "Only a gateway may do this; this device is none.");
    }
    return caller;
  }
  deps.log.warn("security.unsigned", { route: route.path, method: route.method });
  throw notSignedIn(route);
}

function notSignedIn(route: Route): ProblemError {
  const { roles, devices } = route.access;
  const ways = [
    ...(roles ? ["a bearer token of a person (`Authorization: Bearer …`)"] : []),
    ...(devices ? ["a device's request signature (RFC 9421, label sig1)"] : []),
  ];
  return new ProblemError("not-signed-in", `Send ${ways.join(" or ")}.`, {}, roles ? CHALLENGE : {});
}

const CHALLENGE = { "www-authenticate": "Bearer" };

/** What is routed must be what was signed: a path that a parser had to tidy is refused. */
function checkSignable(c: Context, sentPath: string): void {
  if (new URL(c.req.url).pathname === sentPath) return;
  throw new ProblemError(
    "malformed-path",
    "Send the path as plain segments of A-Z a-z 0-9 . _ -, without dot segments.",
  );
}

function render(answer: Answer): Response {
  if ("document" in answer) {
    return new Response(answer.document.slice(), {
      status: answer.status,
      headers: { "content-type": "application/json", ...answer.headers },
    });
  }
  return Response.json(answer.body, { status: answer.status });
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function notFoundProblem(c: Context, routes: readonly Route[]): ProblemError {
  const methods = routes.filter((route) => matches(route.path, c.req.path)).map((route) => route.method);
  if (methods.length === 0) {
    return new ProblemError("no-such-route", "Look up the routes in GET /openapi.json.");
  }
  const allow = methods.join(", ");
  return new ProblemError("method-not-allowed", `This route takes ${allow}.`, {}, { allow });
}

function matches(template: string, path: string): boolean {
  const wanted = template.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segment.startsWith("{") || segment === given[index])
  );
}
