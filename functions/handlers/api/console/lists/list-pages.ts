import type { Hono } from "hono";
import type { ForceConfig } from "#contracts/force.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { checkReader, isReader } from "#handlers/api/console/frame/readers.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import { ownListPage } from "#handlers/api/console/incident/own-page.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import { isOversightOnly, oversightView } from "#handlers/api/oversight-view.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { KitRecords } from "#records/kit-records.ts";
import { readReadable } from "#records/stored.ts";
import { type ListClosuresDeps, listClosures } from "#use-cases/casework/list-closures.ts";
import { type ListIncidentsDeps, listIncidents } from "#use-cases/casework/list-incidents.ts";
import {
  LISTS,
  type ListOpenIncidentsDeps,
  listOpenIncidents,
} from "#use-cases/casework/list-open-incidents.ts";
import { tellUnreadable } from "#use-cases/casework/tell-unreadable.ts";
import { allIncidentsPage } from "./all-incidents-page.ts";
import { queueFilter } from "./queue.ts";
import { queuePage } from "./queue-page.ts";

export type ListPagesDeps = ListOpenIncidentsDeps &
  ListClosuresDeps &
  ListIncidentsDeps & {
    readonly incidents: Pick<IncidentRecords, "incidentsOfOfficer" | "read">;
    readonly kit: Pick<KitRecords, "listGaps">;
    readonly force: Pick<ForceConfig, "timeZone">;
  };

const ALL_TIME = ["0000", "9999"] as const;

const PAGE = 50;
const MOST_GAPS = 500;
/** On the first page of those who watch the force; the rest has a page of its own. */
const CLOSURES_AT_START = 10;

/** The lists. */
export function addListPages(app: Hono, deps: ListPagesDeps & VisitDeps): void {
  const times = createTimes(deps.force.timeZone);

  app.get("/", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    const { person } = session;
    if (!isReader(person) && person.roles.includes("officer")) {
      return c.html(ownListPage(await deps.frame(session), await ownIncidents(session, deps), times));
    }
    checkReader(session);
    const open = await listOpenIncidents({ reader: person.subject }, deps);
    const watches = isOversightOnly(person);
    const closures = watches ? await listClosures({ by: person, most: CLOSURES_AT_START }, deps) : undefined;
    const filter = queueFilter.parse(c.req.query());
    return c.html(
      queuePage(await deps.frame(session), {
        open,
        filter,
        person,
        namesShown: !watches,
        closures,
        kitGaps: watches ? 0 : (await deps.kit.listGaps(MOST_GAPS)).length,
        times,
        now: deps.clock.now(),
      }),
    );
  });

  app.get("/incidents", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    checkReader(session);
    await noteList(session, deps);
    const page = await listIncidents({ limit: PAGE, cursor: c.req.query("cursor") }, deps);
    const shown = isOversightOnly(session.person) ? (oversightView(page) as typeof page) : page;
    return c.html(allIncidentsPage(await deps.frame(session), { ...shown, person: session.person, times }));
  });
}

async function noteList({ person }: Session, { custody, clock }: ListPagesDeps): Promise<void> {
  const what = "opened the list of all incidents";
  await custody.append(LISTS, { at: clock.now().toISOString(), who: person.subject, what });
}

/** Uses that may be this officer's own, the newest first. */
async function ownIncidents({ person }: Session, deps: ListPagesDeps) {
  if (person.officerId === undefined) return { incidents: [], unreadable: [] };
  const ids = await deps.incidents.incidentsOfOfficer(person.officerId, ...ALL_TIME);
  const { items, unreadable } = await readReadable(ids, deps.incidents.read);
  tellUnreadable(unreadable, deps);
  const incidents = items
    .map(({ record }) => record)
    .filter((record) => isInvolved(record, person) && record.state !== "MERGED")
    .toSorted((a, b) => (a.occurredAt < b.occurredAt ? 1 : -1));
  return { incidents, unreadable };
}
