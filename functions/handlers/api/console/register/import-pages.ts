import type { Context, Hono } from "hono";
import { RecordNotFoundError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import { counted } from "#handlers/api/console/frame/words.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { sessionEndedPage } from "#handlers/api/console/visit/sign-in-pages.ts";
import { signInAddress } from "#handlers/api/console/visit/visit.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import { onEach } from "#records/stored.ts";
import { type Applied, applyImport } from "#use-cases/register/apply-import.ts";
import { entryWords, LOG_SHOWN, type Said } from "./banners.ts";
import { decodeText } from "./csv-text.ts";
import { createImportDrafts, type ImportDrafts, type KeptImport, type Seen } from "./import-drafts.ts";
import { exportPartsPage, previewPage, underWayPage, uploadPage } from "./import-views.ts";
import { adminFormOf, adminOf, noteLook, type RegisterVisitDeps } from "./register-visit.ts";
import {
  createSheets,
  exportPart,
  type ImportPlan,
  type Sheet,
  type SheetDeps,
  sheetNames,
} from "./sheets.ts";
import { type Upload, uploadOf } from "./upload.ts";

export type ImportPagesDeps = SheetDeps & {
  readonly custody: Pick<CustodyRecords, "append" | "latest">;
  readonly force: Pick<ForceConfig, "timeZone">;
};
type Deps = ImportPagesDeps & RegisterVisitDeps;

/**
 * Of the 29 s that a request may take, from its start: until then another call's worth of lines is begun. The file
 * is compared with the register within them too.
 */
const APPLYING_MS = 12_000;

/** Files of the register: what goes in, after a look at what it will change, and what goes out. */
export function addImportPages(app: Hono, deps: Deps): void {
  const sheets = createSheets(deps);
  const imports = createImportDrafts(deps);
  for (const name of sheetNames) {
    addUpload(app, sheets[name], imports, deps);
    addExport(app, sheets[name], deps);
  }

  app.get("/register/import/:importId", async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const importId = c.req.param("importId");
    const kept = await imports.read(importId, session.person.subject);
    if (!kept) throw new RecordNotFoundError(GONE);
    const isDone = c.req.query("done") === "yes";
    const said = isDone ? { title: DONE, success: true } : undefined;
    return preview(c, { session, importId, kept, sheet: sheets[kept.sheet], said }, imports, deps);
  });

  app.post("/register/import/:importId", async (c) => {
    const importId = c.req.param("importId");
    const form = await adminFormOf(c, `/register/import/${importId}`, deps);
    if (form instanceof Response) return form;
    const until = new Date(deps.clock.now().getTime() + APPLYING_MS);
    const { session, fields } = form;
    const { subject } = session.person;
    const kept = await imports.read(importId, subject);
    const seen = await imports.readSeen(importId, fields["seen"] ?? "", subject);
    if (!kept || !seen) throw new RecordNotFoundError(GONE);
    const showing = { session, importId, kept, sheet: sheets[kept.sheet] };
    const plan = await showing.sheet.plan(kept.text);
    if ("fault" in plan) throw new RecordNotFoundError(GONE);
    if (plan.faults.length > 0) return preview(c, showing, imports, deps);
    const from = Math.max(0, Number.parseInt(fields["from"] ?? "", 10) || 0);
    const applied = await apply({ plan, seen, from, until, session, kept }, deps);
    if (applied.state === "done") return c.redirect(`/register/import/${importId}?done=yes`, 303);
    if (applied.state === "under-way") {
      const lines = { done: applied.next, all: plan.lines.length };
      const form = { importId, csrf: session.csrf, seenId: fields["seen"] ?? "" };
      return c.html(underWayPage(await deps.frame(session), { ...form, lines, sheet: kept.sheet }));
    }
    const said = { title: OVERTAKEN, lines: await changesSince(applied.lines, plan, seen, deps) };
    return preview(c, { ...showing, said, status: 409 }, imports, deps);
  });
}

const GONE = "There is no such import, or it was sent more than 12 hours ago. Send the file again.";
const DONE = "The import is done: everything in the file stands in the register.";
const OVERTAKEN =
  "The register has changed since you looked, and what others did is not put over. What you see below is what the file will change now. Nothing of your file is lost: look at it once more, and confirm it.";

async function apply(
  of: { plan: ImportPlan; seen: Seen; from: number; until: Date; session: Session; kept: KeptImport },
  deps: Deps,
): Promise<Applied> {
  const { plan, seen, from, until, session, kept } = of;
  const open = plan.lines.filter(({ status }) => status === "new" || status === "changed").length;
  await noteLook(session, `applies an import of ${kept.sheet}: ${counted(open, "change")}`, deps);
  const by = session.person.subject;
  const register = (lines: Parameters<ImportPlan["register"]>[0], seals: readonly string[]) =>
    plan.register(lines, seals, by);
  return applyImport({ lines: plan.lines, seals: seen.seals, from, until, register }, deps);
}

const MOST_TOLD = 10;

/** What others did since the preview to the entries that it showed. */
async function changesSince(
  overtaken: readonly number[],
  { lines }: ImportPlan,
  seen: Seen,
  { custody, force }: Deps,
): Promise<readonly string[]> {
  const times = createTimes(force.timeZone);
  const first = lines.filter(({ line }) => overtaken.includes(line)).slice(0, MOST_TOLD);
  const told = await onEach(first, async ({ line, name, log }) => {
    const since = (await custody.latest(log, LOG_SHOWN)).filter(({ at }) => at >= seen.at);
    const words = since.map((entry) => entryWords(entry, times)).join(" ");
    return `Line ${line}, ${name}: ${words || "it is no longer as it was."}`;
  });
  const more = overtaken.length - first.length;
  return more > 0 ? [...told, `And ${counted(more, "line")} more.`] : told;
}

type Showing = {
  readonly session: Session;
  readonly importId: string;
  readonly kept: KeptImport;
  readonly sheet: Sheet;
  readonly said?: Said | undefined;
  readonly status?: 409;
};

/** The preview against the register as it is now, which is kept, so that the confirmation applies exactly that. */
async function preview(c: Context, showing: Showing, imports: ImportDrafts, deps: Deps): Promise<Response> {
  const { session, importId, kept, sheet, said, status = 200 } = showing;
  const plan = await sheet.plan(kept.text);
  if ("fault" in plan) throw new RecordNotFoundError(GONE);
  await noteLook(session, `looked at what an import of ${kept.sheet} will change`, deps);
  const isOpen =
    plan.faults.length === 0 &&
    plan.lines.some((line) => line.status !== "unchanged") &&
    plan.lines.every((line) => line.status !== "conflict");
  const seals = plan.lines.map(({ seal }) => seal);
  const { subject } = session.person;
  const seenId = isOpen ? await imports.keepSeen(importId, seals, subject) : undefined;
  const shown = {
    importId,
    sheet: kept.sheet,
    plan,
    csrf: session.csrf,
    seenId,
    show: (["new", "changed", "unchanged", "conflict"] as const).find((one) => one === c.req.query("show")),
    pageNumber: Math.max(1, Number.parseInt(c.req.query("page") ?? "", 10) || 1),
    said,
  };
  return c.html(previewPage(await deps.frame(session), shown), status);
}

function addUpload(app: Hono, sheet: Sheet, imports: ImportDrafts, deps: Deps): void {
  const path = `/register/${sheet.name}/import`;

  app.get(path, async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    return c.html(uploadPage(await deps.frame(session), { sheet, csrf: session.csrf, typed: "" }));
  });

  app.post(path, async (c) => {
    const upload = await uploadOf(c, deps);
    const { session, isLive, typed } = upload;
    const read = textOf(upload);
    const fault = "fault" in read ? read.fault : sheet.faultOf(read.text)?.fault;
    if (!session || !isLive) return endedPage(c, { upload, sheet, path, fault }, imports, deps);
    if ("fault" in read || fault !== undefined) {
      const shown = { sheet, csrf: session.csrf, typed, problem: fault };
      return c.html(uploadPage(await deps.frame(session), shown), 400);
    }
    const importId = await imports.keep({ sheet: sheet.name, text: read.text }, session.person.subject);
    return c.redirect(`/register/import/${importId}`, 303);
  });
}

function textOf({ file, typed }: Upload): ReturnType<typeof decodeText> {
  if (file) return decodeText(file);
  return typed.trim() === "" ? { fault: "Choose a file, or paste its lines below." } : { text: typed };
}

/** The visit ended while the file was made: what can be read of it waits for its author behind the sign-in. */
async function endedPage(
  c: Context,
  of: { upload: Upload; sheet: Sheet; path: string; fault: string | undefined },
  imports: ImportDrafts,
  deps: Deps,
): Promise<Response> {
  const { upload, sheet, path, fault } = of;
  const read = textOf(upload);
  const kept = upload.session !== undefined && fault === undefined && "text" in read;
  const importId =
    upload.session && kept
      ? await imports.keep({ sheet: sheet.name, text: read.text }, upload.session.person.subject)
      : undefined;
  const to = signInAddress(importId === undefined ? path : `/register/import/${importId}`);
  const shown = { typed: { text: upload.typed }, kept, to };
  return c.html(sessionEndedPage(await deps.frame(), shown), 401);
}

function addExport(app: Hono, sheet: Sheet, deps: Deps): void {
  app.get(`/register/${sheet.name}/export`, async (c) => {
    const session = await adminOf(c, deps);
    if (session instanceof Response) return session;
    const { cursor, part } = c.req.query();
    const { csv, lines, next, unreadable } = await exportPart(sheet, cursor);
    if (part === undefined && (next !== undefined || unreadable.length > 0)) {
      const shown = { sheet: sheet.name, cursor, next, lines, unreadable };
      return c.html(exportPartsPage(await deps.frame(session), shown));
    }
    await noteLook(session, `exported the list of ${sheet.name}: ${counted(lines, "line")}`, deps);
    const date = deps.clock.now().toISOString().slice(0, 10);
    const suffix = cursor === undefined ? "" : "-more";
    return c.body(csv, 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${sheet.name}-${date}${suffix}.csv"`,
    });
  });
}
