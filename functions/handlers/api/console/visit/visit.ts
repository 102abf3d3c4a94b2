import type { Context } from "hono";
import { checkCsrf, type Fields, readForm } from "#handlers/api/console/frame/form.ts";
import type { Frame } from "#handlers/api/console/frame/layout.ts";
import type { Clock } from "#ports/clock.ts";
import type { DraftRecords } from "#records/draft-records.ts";
import type { Session, Sessions } from "./session.ts";
import { sessionEndedPage } from "./sign-in-pages.ts";

export type VisitDeps = {
  readonly sessions: Sessions;
  readonly drafts: DraftRecords;
  readonly clock: Clock;
  readonly frame: (session?: Session) => Promise<Frame>;
};

/** How long a form waits for its author to sign in again. */
const DRAFT_SECONDS = 3600;

/** Pages that a sign-in may lead back to: ours alone. */
const RETURN_PATH =
  /^\/(incidents(\/[A-Za-z0-9._-]{1,64})?|register(\/[A-Za-z0-9._-]{1,64}){0,2}|search|figures|kit|closures|accounted-for)?(\?[A-Za-z0-9._~&=%+-]{0,500})?$/;

/** Where to go after signing in; the first page for whatever is none of ours. */
export function safeReturn(path: string | undefined): string {
  return path !== undefined && RETURN_PATH.test(path) ? path : "/";
}

export function signInAddress(path: string): string {
  return `/sign-in?to=${encodeURIComponent(safeReturn(path))}`;
}

/** The live visit of a request for a page; otherwise the answer that leads to the sign-in and back. */
export async function visitOf(c: Context, deps: VisitDeps): Promise<Session | Response> {
  const found = await deps.sessions.find(c);
  if (found?.state !== "live") {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(signInAddress(pathname + search), 302);
  }
  await deps.sessions.keep(c, found.session);
  return found.session;
}

/** A form of a live visit. */
export type SentForm = { readonly session: Session; readonly fields: Fields };

/**
 * The form that was sent, if its author is signed in. Otherwise the answer: what was typed is kept, and the way
 * leads through the sign-in back to it. Throws a 403 problem for a form that is not from a page of this visit.
 */
export async function formOf(c: Context, back: string, deps: VisitDeps): Promise<SentForm | Response> {
  const fields = await readForm(c);
  const found = await deps.sessions.find(c);
  if (found) checkCsrf(fields, found.session);
  if (found?.state === "live") {
    await deps.sessions.keep(c, found.session);
    return { session: found.session, fields };
  }
  const { csrf: _, ...typed } = fields;
  const to = found ? await keepDraft(c, back, typed, found.session, deps) : back;
  return c.html(
    sessionEndedPage(await deps.frame(), { typed, kept: found !== undefined, to: signInAddress(to) }),
    401,
  );
}

async function keepDraft(
  c: Context,
  back: string,
  fields: Fields,
  { person }: Session,
  { drafts, clock }: VisitDeps,
): Promise<string> {
  const draftId = crypto.randomUUID();
  const expiresAt = Math.floor(clock.now().getTime() / 1000) + DRAFT_SECONDS;
  await drafts.keep(draftId, { subject: person.subject, path: c.req.path, fields }, expiresAt);
  return `${back}?draft=${draftId}`;
}
