import type { Hono } from "hono";
import type { ForceConfig } from "#contracts/force.ts";
import { checkReader } from "#handlers/api/console/frame/readers.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import { type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import { type ListClosuresDeps, listClosures } from "#use-cases/casework/list-closures.ts";
import { closuresPage } from "./closures-page.ts";

export type ClosuresPagesDeps = ListClosuresDeps & { readonly force: Pick<ForceConfig, "timeZone"> };

/** More on one page helps nobody. */
const SHOWN = 200;

/** What was closed and reopened lately, for everybody who reads incidents. */
export function addClosuresPages(app: Hono, deps: ClosuresPagesDeps & VisitDeps): void {
  const times = createTimes(deps.force.timeZone);

  app.get("/closures", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    checkReader(session);
    const { person } = session;
    const found = await listClosures({ by: person, most: SHOWN }, deps);
    return c.html(closuresPage(await deps.frame(session), { found, times }));
  });
}
