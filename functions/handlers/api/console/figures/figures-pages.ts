import type { Context, Hono } from "hono";
import type { ForceConfig } from "#contracts/force.ts";
import { dateOf } from "#domain/time/local-dates.ts";
import { csvFile } from "#handlers/api/console/frame/csv-file.ts";
import { type LocalDays, readDays } from "#handlers/api/console/frame/local-days.ts";
import { checkReader } from "#handlers/api/console/frame/readers.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import { ProblemError } from "#handlers/api/problem.ts";
import { type ReadFiguresDeps, readFigures } from "#use-cases/casework/read-figures.ts";
import { figuresFile } from "./figures-file.ts";
import { type FiguresForm, figuresPage } from "./figures-page.ts";

export type FiguresPagesDeps = ReadFiguresDeps & { readonly force: Pick<ForceConfig, "timeZone"> };

type Deps = FiguresPagesDeps & VisitDeps;
type Problem = { readonly field: string; readonly detail: string };

const LONGEST_BOROUGH = 100;

/** What the force, and those who watch it, count. */
export function addFiguresPages(app: Hono, deps: Deps): void {
  const { timeZone } = deps.force;

  app.get("/figures", async (c) => {
    const session = await readerOf(c, deps);
    if (session instanceof Response) return session;
    const frame = await deps.frame(session);
    if (Object.keys(c.req.query()).length === 0) {
      const today = dateOf(deps.clock.now(), timeZone);
      const form = { from: `${today.slice(0, 8)}01`, to: today, borough: "" };
      return c.html(figuresPage(frame, { form, problems: [], timeZone }));
    }
    const { form, problems, days } = readForm(c, timeZone);
    if (!days) return c.html(figuresPage(frame, { form, problems, timeZone }), 400);
    const figures = await figuresOf(session, form, days, "read the figures", deps);
    return c.html(figuresPage(frame, { form, problems, timeZone, answer: { days, figures } }));
  });

  app.get("/figures/download", async (c) => {
    const session = await readerOf(c, deps);
    if (session instanceof Response) return session;
    const { form, problems, days } = readForm(c, timeZone);
    if (!days)
      throw new ProblemError("invalid-request", problems.map(({ detail }) => `${detail}.`).join(" "));
    const figures = await figuresOf(session, form, days, "downloaded the figures", deps);
    if (figures === "too-long") {
      throw new ProblemError(
        "invalid-request",
        "These days hold more than is counted in one go: choose fewer.",
      );
    }
    const name = `figures-${days.firstDate}-to-${days.lastDate}.csv`;
    return csvFile(c, name, figuresFile(days, figures, form.borough || undefined));
  });
}

async function readerOf(c: Context, deps: Deps): Promise<Session | Response> {
  const session = await visitOf(c, deps);
  if (!(session instanceof Response)) checkReader(session);
  return session;
}

function readForm(
  c: Context,
  timeZone: string,
): { readonly form: FiguresForm; readonly problems: readonly Problem[]; readonly days?: LocalDays } {
  const value = (name: string) => c.req.query(name)?.trim() ?? "";
  const form = { from: value("from"), to: value("to"), borough: value("borough") };
  const read = readDays(form.from, form.to, timeZone);
  const problems: readonly Problem[] = [
    ...("problem" in read ? [read.problem] : []),
    ...("days" in read && read.days === undefined ? [{ field: "from", detail: "Give the first day" }] : []),
    ...(form.borough.length > LONGEST_BOROUGH
      ? [{ field: "borough", detail: `It has at most ${LONGEST_BOROUGH} characters` }]
      : []),
  ];
  return problems.length === 0 && "days" in read && read.days
    ? { form, problems, days: read.days }
    : { form, problems };
}

function figuresOf(
  { person }: Session,
  { borough }: FiguresForm,
  { from, to, firstDate, lastDate }: LocalDays,
  act: string,
  deps: Deps,
) {
  const what = `${act} of ${firstDate} to ${lastDate}${borough ? ", one borough" : ""}`;
  return readFigures({ query: { from, to, borough: borough || undefined }, by: person, what }, deps);
}
