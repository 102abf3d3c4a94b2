import type { Hono } from "hono";
import type { ForceConfig } from "#contracts/force.ts";
import { checkReader } from "#handlers/api/console/frame/readers.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import { type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import { isOversightOnly } from "#handlers/api/oversight-view.ts";
import { type SearchIncidentsDeps, searchIncidents } from "#use-cases/casework/search-incidents.ts";
import { filledIn, readSearch } from "./search.ts";
import { searchPage } from "./search-page.ts";

export type SearchPagesDeps = SearchIncidentsDeps & { readonly force: Pick<ForceConfig, "timeZone"> };

/** One form that asks; what was asked stands in the address, so that a page can be opened again. */
export function addSearchPages(app: Hono, deps: SearchPagesDeps & VisitDeps): void {
  const times = createTimes(deps.force.timeZone);

  app.get("/search", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    checkReader(session);
    const { person } = session;
    const isOversight = isOversightOnly(person);
    const query = c.req.query();
    const filled = filledIn(query, isOversight);
    const shown = { filled, problems: [], person, isOversight, times };
    const frame = await deps.frame(session);
    if (Object.keys(query).length === 0) return c.html(searchPage(frame, shown));
    const read = readSearch(filled, times.timeZone);
    if ("problems" in read) return c.html(searchPage(frame, { ...shown, problems: read.problems }), 400);
    if (read.searched === "") {
      const [field] = isOversight ? (["serial"] as const) : (["reference"] as const);
      const problems = [{ field, detail: "Fill in at least one field" }];
      return c.html(searchPage(frame, { ...shown, problems }), 400);
    }
    const result = await searchIncidents({ terms: read.terms, by: person }, deps);
    return c.html(searchPage(frame, { ...shown, answer: { searched: read.searched, result } }));
  });
}
