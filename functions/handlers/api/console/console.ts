import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { InvalidInputError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { problemOf, problemTypes } from "#handlers/api/problem.ts";
import type { PersonVerifier } from "#ports/identity.ts";
import { errorFields, type Log } from "#ports/log.ts";
import type { SignIn } from "#ports/sign-in.ts";
import type { DraftRecords } from "#records/draft-records.ts";
import type { VisitRecords } from "#records/visit-records.ts";
import { addFiguresPages, type FiguresPagesDeps } from "./figures/figures-pages.ts";
import type { Frame } from "./frame/layout.ts";
import { problemPage, titleOf } from "./frame/problem-page.ts";
import { type Stylesheet, stylesheetOf } from "./frame/stylesheet.ts";
import { addIncidentPages, type IncidentPagesDeps } from "./incident/incident-pages.ts";
import { type AccountsPagesDeps, addAccountsPages } from "./lists/accounts-pages.ts";
import { addClosuresPages, type ClosuresPagesDeps } from "./lists/closures-pages.ts";
import { addKitPage, type KitPageDeps } from "./lists/kit-page.ts";
import { addListPages, type ListPagesDeps } from "./lists/list-pages.ts";
import { addSearchPages, type SearchPagesDeps } from "./lists/search-pages.ts";
import type { createRegisterPages, RegisterPagesDeps } from "./register/register-pages.ts";
import { createSealed } from "./visit/sealed-cookies.ts";
import { createSessions, type Session } from "./visit/session.ts";
import { createSessionKeys, type SessionKeysDeps } from "./visit/session-keys.ts";
import { addSignInRoutes } from "./visit/sign-in-routes.ts";
import { addVisitReason } from "./visit/visit-reason.ts";

/** What a place to run gives the console beside what it gives the API. */
export type ConsoleSettings = {
  readonly signIn: SignIn;
  /** Where people reach the console, without a slash at its end. */
  readonly baseUrl: () => string;
  /** The stylesheet that the build made. */
  readonly readStylesheet: () => Promise<string>;
  /** Said on top of every page. */
  readonly notice?: { readonly tag: string; readonly text: string };
};

export type ConsoleDeps = ListPagesDeps &
  IncidentPagesDeps &
  KitPageDeps &
  SearchPagesDeps &
  FiguresPagesDeps &
  ClosuresPagesDeps &
  AccountsPagesDeps &
  RegisterPagesDeps &
  SessionKeysDeps & {
    readonly force: Pick<ForceConfig, "name">;
    readonly console: ConsoleSettings;
    readonly drafts: DraftRecords;
    readonly visits: VisitRecords;
    readonly verifyPerson: PersonVerifier;
    readonly log: Log;
  };

/** Nothing but our own stylesheet and picture; forms go nowhere else, and no page is framed. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The people's pages, on the same use cases as the API. Loaded with the first page that anybody asks for. */
export function createConsole(deps: ConsoleDeps): Hono {
  const { clock, force, console: settings } = deps;
  const isSecure = () => settings.baseUrl().startsWith("https:");
  const sealed = createSealed({ keys: createSessionKeys(deps), clock });
  const sessions = createSessions({ sealed, visits: deps.visits, clock, isSecure });
  let stylesheet: Promise<Stylesheet> | undefined;
  const style = (): Promise<Stylesheet> => {
    stylesheet ??= settings.readStylesheet().then(stylesheetOf);
    return stylesheet;
  };
  const frame = async (session?: Session): Promise<Frame> => ({
    forceName: force.name,
    stylesheet: (await style()).path,
    notice: settings.notice,
    session,
  });
  const visits = { sessions, drafts: deps.drafts, clock, frame };

  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header("content-security-policy", POLICY);
  });
  app.use("/assets/*", compress());
  addAssets(app, style);
  addSignInRoutes(app, { ...deps, ...settings, ...visits, sealed, isSecure });
  addListPages(app, { ...deps, ...visits });
  addSearchPages(app, { ...deps, ...visits });
  addFiguresPages(app, { ...deps, ...visits });
  addClosuresPages(app, { ...deps, ...visits });
  addAccountsPages(app, { ...deps, ...visits });
  addKitPage(app, { ...deps, ...visits });
  addVisitReason(app, visits);
  addIncidentPages(app, { ...deps, ...visits });
  addRegister(app, { ...deps, ...visits });
  app.notFound(async (c) => {
    const detail = "Check the address. If it came from an alert, copy it whole.";
    return c.html(problemPage(await frame(), { status: 404, title: titleOf(404), detail }), 404);
  });
  app.onError(async (error, c) => {
    const problem = problemOf(error);
    const { status } = problemTypes[problem.type];
    if (status >= 500) deps.log.error("console.failed", { code: problem.type, ...errorFields(error) });
    const found = await sessions.find(c).catch(() => undefined);
    return c.html(
      problemPage(await frame(found?.state === "live" ? found.session : undefined), {
        status: status as 400,
        title: titleOf(status),
        detail: error instanceof InvalidInputError ? wordsOf(error) : problem.detail,
      }),
      status,
    );
  });
  return app;
}

function wordsOf({ message, fields }: InvalidInputError): string {
  return fields.length === 0 ? message : fields.map(({ detail }) => `${detail}.`).join(" ");
}

/** Loaded with the first of its pages: nobody else needs the reader of CSV. */
function addRegister(app: Hono, deps: Parameters<typeof createRegisterPages>[0]): void {
  let loading: Promise<Hono> | undefined;
  const answer = async (c: Context): Promise<Response> => {
    loading ??= import("./register/register-pages.ts").then((pages) => pages.createRegisterPages(deps));
    return (await loading).fetch(c.req.raw);
  };
  app.all("/register", answer);
  app.all("/register/*", answer);
}

/** A mark of our own: neither the crown nor a force's crest is ours to use. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="4" fill="#0b0c0c"/><circle cx="16" cy="16" r="9" fill="none" stroke="#fff" stroke-width="3"/><circle cx="16" cy="16" r="4" fill="#fff"/></svg>';

function addAssets(app: Hono, style: () => Promise<Stylesheet>): void {
  app.get("/assets/icon.svg", (c) =>
    c.body(ICON, 200, { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" }),
  );
  app.get("/assets/:name", async (c) => {
    const { path, css } = await style();
    if (c.req.path !== path) return c.notFound();
    return c.body(css, 200, {
      "content-type": "text/css; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
    });
  });
}
