import type { Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as z from "zod";
import { SIGNED_IN_PATH } from "#contracts/console-paths.ts";
import { checkCsrf, readForm } from "#handlers/api/console/frame/form.ts";
import type { Clock } from "#ports/clock.ts";
import type { PersonVerifier } from "#ports/identity.ts";
import type { Log } from "#ports/log.ts";
import type { SignIn } from "#ports/sign-in.ts";
import type { Sealed } from "./sealed-cookies.ts";
import { cookieName, cookieSettings, type Session } from "./session.ts";
import { signedOutPage, signInFailedPage } from "./sign-in-pages.ts";
import { safeReturn, signInAddress, type VisitDeps } from "./visit.ts";

export type SignInRoutesDeps = VisitDeps & {
  readonly signIn: SignIn;
  readonly verifyPerson: PersonVerifier;
  readonly sealed: Sealed;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the console is, without a slash at its end. */
  readonly baseUrl: () => string;
  readonly isSecure: () => boolean;
};

const ATTEMPT_SECONDS = 600;

const attemptContent = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
});

/** To the issuer and back, and out again. */
export function addSignInRoutes(app: Hono, deps: SignInRoutesDeps): void {
  app.get("/sign-in", async (c) => {
    const { address, attempt } = await deps.signIn.begin(deps.baseUrl() + SIGNED_IN_PATH);
    const sealed = await deps.sealed.seal("sign-in", { ...attempt, to: safeReturn(c.req.query("to")) });
    setCookie(c, attemptCookie(attempt.state, deps), sealed, {
      ...cookieSettings(deps.isSecure()),
      maxAge: ATTEMPT_SECONDS,
    });
    return c.redirect(address, 302);
  });

  app.get(SIGNED_IN_PATH, async (c) => {
    const attempt = await takeAttempt(c, deps);
    const token = attempt && (await deps.signIn.finish(callbackOf(c, deps), attempt));
    const person = token === undefined ? undefined : await deps.verifyPerson(token);
    if (!attempt || !person) {
      deps.log.warn("security.sign-in-refused", { code: attempt ? "refused" : "no-attempt" });
      return c.html(signInFailedPage(await deps.frame(), signInAddress(attempt?.to ?? "/")), 401);
    }
    await deps.sessions.keep(c, await deps.sessions.begin(person));
    return c.redirect(attempt.to, 302);
  });

  app.post("/sign-out", async (c) => {
    const found = await deps.sessions.find(c);
    const everywhere = found ? await endVisit(c, found.session, deps) : false;
    deps.sessions.forget(c);
    const issuerAddress = await deps.signIn.endAddress(`${deps.baseUrl()}/`);
    return c.html(signedOutPage(await deps.frame(), { issuerAddress, everywhere }));
  });
}

/** Ends the visit, or all of the person's, as the form says. */
async function endVisit(c: Context, session: Session, { sessions }: SignInRoutesDeps): Promise<boolean> {
  const fields = await readForm(c);
  checkCsrf(fields, session);
  const everywhere = fields["everywhere"] === "yes";
  await sessions.end(session, everywhere);
  return everywhere;
}

/** One cookie an attempt, so that two tabs can sign in side by side. */
function attemptCookie(state: string, { isSecure }: SignInRoutesDeps): string {
  return cookieName(`witnessed-sign-in-${state.replaceAll(/[^\w-]/g, "").slice(0, 12)}`, isSecure());
}

/** What the browser was told to remember, once. */
async function takeAttempt(c: Context, deps: SignInRoutesDeps) {
  const name = attemptCookie(c.req.query("state") ?? "", deps);
  const cookie = getCookie(c, name);
  if (cookie === undefined) return undefined;
  deleteCookie(c, name, cookieSettings(deps.isSecure()));
  const opened = await deps.sealed.open("sign-in", cookie);
  const age = opened ? deps.clock.now().getTime() - opened.sealedAt.getTime() : Number.POSITIVE_INFINITY;
  return age > ATTEMPT_SECONDS * 1000 ? undefined : attemptContent.safeParse(opened?.content).data;
}

/** The address as the issuer was told it, whatever host a gateway in between has put in. */
function callbackOf(c: Context, { baseUrl }: SignInRoutesDeps): URL {
  return new URL(SIGNED_IN_PATH + new URL(c.req.url).search, baseUrl());
}
