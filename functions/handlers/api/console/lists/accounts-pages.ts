import type { Hono } from "hono";
import type { ForceConfig } from "#contracts/force.ts";
import { checkRole } from "#handlers/api/authenticate-person.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import { type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import { type ReadAccountsDeps, readAccounts } from "#use-cases/sweep/read-accounts.ts";
import { accountsPage } from "./accounts-page.ts";

export type AccountsPagesDeps = ReadAccountsDeps & { readonly force: Pick<ForceConfig, "timeZone"> };

/** `GET /v1/sweep` for people. */
export function addAccountsPages(app: Hono, deps: AccountsPagesDeps & VisitDeps): void {
  const times = createTimes(deps.force.timeZone);

  app.get("/accounted-for", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    checkRole(session.person, ["supervisor", "admin"]);
    const accounts = await readAccounts({ reader: session.person.subject }, deps);
    return c.html(accountsPage(await deps.frame(session), { accounts, times, now: deps.clock.now() }));
  });
}
