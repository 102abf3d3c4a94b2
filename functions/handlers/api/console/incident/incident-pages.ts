import type { Context, Hono } from "hono";
import type { IncidentAnswer } from "#contracts/answers.ts";
import { ConflictError, RecordNotFoundError } from "#contracts/errors.ts";
import { identifier } from "#contracts/identifiers.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { checkRole } from "#handlers/api/authenticate-person.ts";
import { isReader, readsIncidents } from "#handlers/api/console/frame/readers.ts";
import { createTimes, type Times } from "#handlers/api/console/frame/times.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { formOf, type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import { askReasonPage } from "#handlers/api/console/visit/visit-reason.ts";
import { isOversightOnly, oversightView } from "#handlers/api/oversight-view.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import type { ConfirmFootageDeps } from "#use-cases/casework/confirm-footage.ts";
import { findIncident, type ViewIncidentDeps, viewIncident } from "#use-cases/casework/view-incident.ts";
import { type ActName, actNames, actsFor, readAct, rolesFor } from "./acts.ts";
import type { FormContext } from "./forms.ts";
import { type Banner, incidentPage } from "./incident-page.ts";
import { ownIncidentPage } from "./own-page.ts";
import { changesSince, seenOf } from "./seen.ts";

export type IncidentPagesDeps = ViewIncidentDeps &
  ConfirmFootageDeps & { readonly alerts: Pick<AlertRecords, "all"> };

type Deps = IncidentPagesDeps & VisitDeps;

/** What was done, said once on the page that follows. */
const doneWords: Readonly<Record<ActName, string>> = {
  acknowledge: "You acknowledged the incident. The alerts sent before now go no further.",
  ask: "The question is on the officer's own page.",
  explain: "The explanation is recorded.",
  propose: "The decision is proposed. Another supervisor approves or refuses it.",
  approve: "Your answer to the proposed decision is recorded.",
  confirm: "What you saw is recorded. The verdict is being made again.",
  hold: "The hold is recorded.",
};

/** The page that an alert leads to, and what is done there. */
export function addIncidentPages(app: Hono, deps: Deps): void {
  const times = createTimes(deps.force.timeZone);

  app.get("/incidents/:incidentId", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    const record = await findVisible(c.req.param("incidentId"), session, deps);
    const returned = await draftOf(c, session, deps);
    const act = actNames.find((name) => name === c.req.query("done"));
    const banner = returned ? KEPT : act && { title: doneWords[act], lines: [], success: true };
    return show(c, { session, record, returned, banner, times }, deps);
  });

  app.post("/incidents/:incidentId/:act", async (c) => {
    const incidentId = identifierOf(c.req.param("incidentId"));
    const act = actNames.find((name) => name === c.req.param("act"));
    if (!act) return c.notFound();
    const form = await formOf(c, `/incidents/${incidentId}`, deps);
    if (form instanceof Response) return form;
    const { session, fields } = form;
    checkRole(session.person, rolesFor(act));
    const record = await findVisible(incidentId, session, deps);
    const draftId = fields["draft"];
    const comeBack = (
      problems: Problems,
      banner: Banner | undefined,
      status: 400 | 409,
      now: IncidentRecord,
    ) =>
      show(
        c,
        { session, record: now, returned: { act, fields, problems, draftId }, banner, times, status },
        deps,
      );

    const read = readAct(act, fields);
    if ("problems" in read) return comeBack(read.problems, undefined, 400, record);
    try {
      await read.run(incidentId, session.person, onlyAsSeen(fields["seen"] ?? "", session, times, deps));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const lines = error instanceof StaleFormError ? error.changes : [error.message];
      return comeBack([], { ...STALE, lines }, 409, await findIncident(incidentId, deps));
    }
    if (draftId) await deps.drafts.forget(draftId);
    return c.redirect(`/incidents/${incidentId}?done=${act}`, 303);
  });
}

type Problems = NonNullable<FormContext["returned"]>["problems"];

const KEPT: Banner = {
  title: "What you typed was kept while you signed in again. It has not been sent.",
  lines: ["Look at it once more below, and send it."],
};
const STALE = {
  title: "Nothing was recorded: the incident has changed since you opened it. What you typed is kept below.",
};

/** The incident is not as the sender of a form saw it. */
class StaleFormError extends ConflictError {
  readonly changes: readonly string[];
  constructor(changes: readonly string[]) {
    super(changes.join(" "));
    this.changes = changes;
  }
}

/**
 * The same records, which refuse to be changed once they are no longer as the form's sender saw them: checked on the
 * very revision that is then replaced.
 */
function onlyAsSeen(seen: string, { person }: Session, times: Times, deps: Deps): Deps {
  let isWritten = false;
  const { read, replace } = deps.incidents;
  return {
    ...deps,
    incidents: {
      ...deps.incidents,
      read: async (incidentId) => {
        const stored = await read(incidentId);
        const changes = stored && !isWritten ? changesSince(seen, stored.record, person, times) : [];
        if (changes.length > 0) throw new StaleFormError(changes);
        return stored;
      },
      replace: async (record, revision) => {
        isWritten = await replace(record, revision);
        return isWritten;
      },
    },
  };
}

function identifierOf(text: string): string {
  const parsed = identifier.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new RecordNotFoundError("There is no such incident.");
}

/** Throws `RecordNotFoundError` for officers whose use it is not, as for what does not exist. */
async function findVisible(id: string, { person }: Session, deps: Deps): Promise<IncidentRecord> {
  const incidentId = identifierOf(id);
  const record = await findIncident(incidentId, deps);
  if (isReader(person) || readsIncidents(person, record) !== "nothing") return record;
  throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
}

/** The form that was kept while its author signed in again. */
async function draftOf(c: Context, { person }: Session, { drafts }: Deps): Promise<FormContext["returned"]> {
  const draftId = c.req.query("draft");
  const draft = draftId === undefined ? undefined : await drafts.read(draftId, person.subject);
  const act = actNames.find((name) => draft?.path === `/incidents/${c.req.param("incidentId")}/${name}`);
  return draft && act ? { act, fields: draft.fields, problems: [], draftId } : undefined;
}

type Shown = {
  readonly session: Session;
  readonly record: IncidentRecord;
  readonly returned: FormContext["returned"];
  readonly banner?: Banner | undefined;
  readonly times: Times;
  readonly status?: 400 | 409;
};

async function show(c: Context, shown: Shown, deps: Deps): Promise<Response> {
  const { session, record, returned, banner, times, status = 200 } = shown;
  const { person } = session;
  const { incidentId } = record;
  const frame = await deps.frame(session);
  const forms: FormContext = {
    incidentId,
    csrf: session.csrf,
    seen: seenOf(record, person),
    ...(returned ? { returned } : {}),
  };
  if (readsIncidents(person, record) === "own") {
    const at = deps.clock.now().toISOString();
    await deps.custody.append(incidentId, {
      at,
      who: person.subject,
      what: "read the questions put to them",
    });
    return c.html(
      ownIncidentPage(frame, {
        incident: record,
        forms,
        mayExplain: actsFor(record, person).length > 0,
        banner,
        times,
      }),
      status,
    );
  }
  const why = await reasonFor(incidentId, session, deps);
  if (why === undefined) return c.html(askReasonPage(frame, session.csrf, `/incidents/${incidentId}`));
  const view = await viewIncident({ incidentId, reader: person.subject, why }, deps);
  const restricted = isOversightOnly(person);
  const told = { incident: view.incident, custody: view.custody };
  const { incident, custody } = restricted ? (oversightView(told) as typeof told) : told;
  return c.html(
    incidentPage(frame, {
      incident: incident as IncidentAnswer,
      custody,
      view,
      namesShown: !restricted,
      person,
      forms,
      banner,
      times,
      now: deps.clock.now(),
    }),
    status,
  );
}

/** Supervisors were alerted, which is reason enough; everybody else is asked once a visit. */
async function reasonFor(
  incidentId: string,
  { person, reason }: Session,
  deps: Deps,
): Promise<string | undefined> {
  if (!person.roles.includes("supervisor")) return reason;
  const alerts = await deps.alerts.all(incidentId);
  return alerts.some(({ sentAt }) => sentAt !== undefined) ? "was alerted" : reason;
}
