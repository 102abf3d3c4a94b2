import type { Hono } from "hono";
import type { ForceConfig } from "#contracts/force.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import {
  type ListEntriesDeps,
  listBookings,
  listDevices,
  listOfficers,
} from "#use-cases/register/list-entries.ts";
import { type SeeBookingsDeps, seeBookings, whoCarries } from "#use-cases/register/see-bookings.ts";
import { bookingsPage, devicesPage, officersPage, overviewPage } from "./list-views.ts";
import { adminOf, noteLook, type RegisterVisitDeps } from "./register-visit.ts";

export type RegisterListsDeps = SeeBookingsDeps &
  ListEntriesDeps & {
    readonly force: Pick<ForceConfig, "timeZone">;
  };

const PAGE = 50;

/** What is registered, a page at a time; each look is on record. */
export function addRegisterLists(app: Hono, deps: RegisterListsDeps & RegisterVisitDeps): void {
  const times = createTimes(deps.force.timeZone);

  app.get("/register", async (c) => {
    const session = await adminOf(c, deps);
    return session instanceof Response ? session : c.html(overviewPage(await deps.frame(session)));
  });

  app.get("/register/devices", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    await noteLook(session, "opened the list of devices", deps);
    const cursor = c.req.query("cursor");
    const found = await listDevices({ limit: PAGE, cursor }, deps);
    const serials = found.items.map(({ serial }) => serial);
    const carried = await whoCarries(serials, deps.clock.now().toISOString(), deps);
    const shown = { ...found, carried, isFirst: cursor === undefined, times };
    return c.html(devicesPage(await deps.frame(session), shown));
  });

  app.get("/register/officers", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    await noteLook(session, "opened the list of officers", deps);
    const cursor = c.req.query("cursor");
    const found = await listOfficers({ limit: PAGE, cursor }, deps);
    return c.html(
      officersPage(await deps.frame(session), { ...found, isFirst: cursor === undefined, times }),
    );
  });

  app.get("/register/bookings", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    await noteLook(session, "opened the list of bookings", deps);
    const cursor = c.req.query("cursor");
    const { items, ...page } = await listBookings({ limit: PAGE, cursor }, deps);
    const shown = { ...page, items: await seeBookings(items, deps), isFirst: cursor === undefined, times };
    return c.html(bookingsPage(await deps.frame(session), shown));
  });
}
