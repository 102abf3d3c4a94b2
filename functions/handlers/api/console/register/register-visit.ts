import type { Context } from "hono";
import { checkRole } from "#handlers/api/authenticate-person.ts";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { formOf, type SentForm, type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";
import type { EntryForm } from "./entry-fields.ts";

export type RegisterVisitDeps = VisitDeps & {
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
};

/** The register is for administrators alone. Throws a 403 problem for everybody else. */
export async function adminOf(c: Context, deps: VisitDeps): Promise<Session | Response> {
  const session = await visitOf(c, deps);
  if (!(session instanceof Response)) checkRole(session.person, ["admin"]);
  return session;
}

/** A form of an administrator; what was typed in one that came too late is kept for the page `back`. */
export async function adminFormOf(c: Context, back: string, deps: VisitDeps): Promise<SentForm | Response> {
  const form = await formOf(c, back, deps);
  if (!(form instanceof Response)) checkRole(form.session.person, ["admin"]);
  return form;
}

/** Puts a look at the register, or what was done with a list of it, into the log of looks at lists. */
export async function noteLook({ person }: Session, what: string, deps: RegisterVisitDeps): Promise<void> {
  await deps.custody.append(LISTS, { at: deps.clock.now().toISOString(), who: person.subject, what });
}

/** The form of a page as it stands there: what was kept while its author signed in again, else what is registered. */
export async function formToShow(
  c: Context,
  of: {
    readonly session: Session;
    readonly action: string;
    readonly fields: Fields;
    readonly seen: string;
  },
  { drafts }: VisitDeps,
): Promise<EntryForm> {
  const { session, action, fields, seen } = of;
  const draftId = c.req.query("draft");
  const draft = draftId === undefined ? undefined : await drafts.read(draftId, session.person.subject);
  const kept = draft?.path === action ? draft : undefined;
  return {
    csrf: session.csrf,
    // What was kept was typed over what stood there then.
    seen: kept?.fields["seen"] ?? seen,
    fields: kept?.fields ?? fields,
    problems: [],
    ...(kept ? { draftId } : {}),
  };
}

/** Above a form that was kept. */
export const KEPT = {
  title: "What you typed was kept while you signed in again. It has not been sent.",
  lines: ["Look at it once more below, and send it."],
};
