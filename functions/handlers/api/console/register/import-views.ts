import { html } from "hono/html";
import { csrfField, type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { querySummary } from "#handlers/api/console/frame/query-form.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import { counted } from "#handlers/api/console/frame/words.ts";
import { type Said, saidBanner } from "./banners.ts";
import type { LineFault } from "./csv-rows.ts";
import { MOST_LINES } from "./csv-text.ts";
import { backToList } from "./list-views.ts";
import type { ImportPlan, Sheet, SheetName } from "./sheets.ts";

type Status = ImportPlan["lines"][number]["status"];

const columnWords: Readonly<Record<SheetName, readonly string[]>> = {
  devices: [
    "kind is weapon, camera or gateway; status is active or revoked.",
    "publicKey1 and publicKey2 hold the x of a device's keys. Where both are empty or left out, the keys that it holds stay; take keys away on the device's own page.",
  ],
  officers: [
    "taserTrained and cameraIssued are yes or no.",
    "Where supervisor or cameraNotIssuedReason is left out as a column, what is registered stays; an empty cell takes it away.",
  ],
  bookings: [
    "from and to are times such as 2026-11-21T21:00:00Z, or without Z in the force's own time. singleCrewed is yes, no or empty.",
    "A booking is known by its device, officer and from. What it says stands: a line can add an end, never change one.",
  ],
};

/** Where a file is chosen or its text is pasted. */
export function uploadPage(
  frame: Frame,
  shown: {
    readonly sheet: Sheet;
    readonly csrf: string;
    readonly typed: string;
    readonly problem?: string | undefined;
  },
): Markup {
  const { sheet, csrf, typed, problem } = shown;
  const { name, required, optional } = sheet;
  const problems = problem ? [{ field: "file", detail: problem }] : [];
  const title = `Import ${name}`;
  return page(
    frame,
    { title: `${problem ? "Error: " : ""}${title}`, current: "register" },
    html`${backToList(name)}${querySummary(problems, "Nothing was read yet")}<h1 class="govuk-heading-l">${title} from a CSV file</h1>
<p class="govuk-body">You see first what the file will change. Nothing is written before you confirm that.</p>
<form method="post" action="/register/${name}/import" enctype="multipart/form-data" novalidate>${csrfField(csrf)}<div class="govuk-form-group${problem ? " govuk-form-group--error" : ""}"><label class="govuk-label" for="file">CSV file</label><div class="govuk-hint" id="file-hint">In UTF-8, at most ${MOST_LINES} lines and 4 MB</div>${problem ? html`<p id="file-error" class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> ${problem}</p>` : ""}<input class="govuk-file-upload" id="file" name="file" type="file" accept=".csv,text/csv" aria-describedby="file-hint${problem ? " file-error" : ""}"></div>
<div class="govuk-form-group"><label class="govuk-label" for="text">Or paste its lines</label><textarea class="govuk-textarea" id="text" name="text" rows="6" dir="auto">
${typed}</textarea></div><button type="submit" class="govuk-button">Show what it will change</button></form>
<h2 class="govuk-heading-m">How the file looks</h2><p class="govuk-body">Its first line names the columns, in any order: <b>${required.join(", ")}</b>; and if you like ${optional.join(", ")}. Commas, semicolons or tabs part them. An export has this form.</p><ul class="govuk-list govuk-list--bullet">${columnWords[name].map((words) => html`<li>${words}</li>`)}<li>A spreadsheet may take zeros off the front of serials and numbers: let it treat all columns as text, and look for such changes in the preview.</li></ul>`,
  );
}

export type PreviewContent = {
  readonly importId: string;
  readonly sheet: SheetName;
  readonly plan: ImportPlan;
  readonly csrf: string;
  /** The id of what was seen; absent where nothing can be applied. */
  readonly seenId: string | undefined;
  /** One of the lists of lines, and its page from 1 on. */
  readonly show: Status | undefined;
  readonly pageNumber: number;
  readonly said?: Said | undefined;
};

const FAULTS_SHOWN = 200;
const LINES_SHOWN = 100;

const statusWords: Readonly<Record<Status, string>> = {
  conflict: "Conflict",
  new: "New",
  changed: "Changed",
  unchanged: "Unchanged",
};
const colours: Readonly<Record<Status, string>> = {
  conflict: "c-red",
  new: "c-green",
  changed: "c-blue",
  unchanged: "c-grey",
};
const order: readonly Status[] = ["conflict", "changed", "new", "unchanged"];

/** What a file will change, before anything is changed. */
export function previewPage(frame: Frame, content: PreviewContent): Markup {
  const { sheet, plan, said } = content;
  const title = `What the import of ${sheet} will change`;
  return page(
    frame,
    { title, current: "register" },
    html`${backToList(sheet)}${saidBanner(said)}<h1 class="govuk-heading-l">${title}</h1>${totals(content)}${faultTable(plan.faults)}${decision(content)}${lineTable(content)}`,
  );
}

function totals({ importId, plan: { lines, faults }, show }: PreviewContent): Markup {
  const counts = order.map(
    (status) => [status, lines.filter((line) => line.status === status).length] as const,
  );
  return html`<ul class="govuk-list counts"><li>${counted(new Set(faults.map(({ line }) => line)).size, "line")} to be mended</li>${counts.map(
    ([status, count]) =>
      html`<li>${
        count === 0 || status === show
          ? html`${statusWords[status]}: ${count}`
          : html`<a class="govuk-link" href="/register/import/${importId}?show=${status}">${statusWords[status]}: ${count}</a>`
      }</li>`,
  )}${show ? html`<li><a class="govuk-link" href="/register/import/${importId}">All that changes</a></li>` : ""}</ul>`;
}

function faultTable(faults: readonly LineFault[]): Markup | string {
  if (faults.length === 0) return "";
  return html`<h2 class="govuk-heading-m">To be mended in the file</h2><table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Lines that must be changed</caption><thead><tr><th scope="col">Line</th><th scope="col">Column</th><th scope="col">What stands there</th><th scope="col">What to do</th></tr></thead><tbody>${faults
    .slice(0, FAULTS_SHOWN)
    .map(
      ({ line, column, found, detail }) =>
        html`<tr><th scope="row">Line ${line}<td>${column}<td><bdi>${found === "" ? "(empty)" : found}</bdi><td>${detail}`,
    )}</tbody></table>${faults.length > FAULTS_SHOWN ? html`<p class="govuk-body">These are the first ${FAULTS_SHOWN} of ${faults.length}.</p>` : ""}`;
}

/** The one thing to do next. */
function decision({ importId, sheet, plan, csrf, seenId }: PreviewContent): Markup {
  const again = html`<a class="govuk-link" href="/register/${sheet}/import">send the file again</a>`;
  if (plan.faults.length > 0) {
    return html`<p class="govuk-inset-text">Nothing is applied while a line has to be mended, so that no half of a file is registered. Mend the lines above and ${again}.</p>`;
  }
  if (plan.lines.some(({ status }) => status === "conflict")) {
    return html`<p class="govuk-inset-text">Nothing is applied while a line is in conflict with what is registered. Mend or take out the lines below and ${again}.</p>`;
  }
  if (seenId === undefined) {
    return html`<p class="govuk-inset-text">Everything in the file is registered like that already. There is nothing to do.</p>`;
  }
  const open = plan.lines.filter(({ status }) => status !== "unchanged").length;
  const fields = html`<p class="govuk-body">Exactly what stands below is applied. If somebody changes one of these entries before you press the button, nothing is, and you see what changed.</p>`;
  return applyForm({ importId, csrf, seenId, from: 0 }, fields, `Apply ${counted(open, "change")}`);
}

function applyForm(
  of: { readonly importId: string; readonly csrf: string; readonly seenId: string; readonly from: number },
  words: Markup,
  button: string,
): Markup {
  const { importId, csrf, seenId, from } = of;
  return html`<form method="post" action="/register/import/${importId}" id="apply">${csrfField(csrf)}<input type="hidden" name="seen" value="${seenId}"><input type="hidden" name="from" value="${from}">${words}<button type="submit" class="govuk-button">${button}</button></form>`;
}

/** One request has had its time. Nothing is compared again: the next one does that. */
export function underWayPage(
  frame: Frame,
  of: {
    readonly importId: string;
    readonly sheet: SheetName;
    readonly csrf: string;
    readonly seenId: string;
    readonly lines: { readonly done: number; readonly all: number };
  },
): Markup {
  const { sheet, lines } = of;
  const words = html`<p class="govuk-body">${lines.done} of ${lines.all} lines are in the register. The rest waits for you to go on.</p>`;
  return page(
    frame,
    { title: `Import of ${sheet} under way`, current: "register" },
    html`${backToList(sheet)}<h1 class="govuk-heading-l">The import of ${sheet} is under way</h1>${applyForm({ ...of, from: lines.done }, words, "Go on with the rest")}`,
  );
}

function lineTable({ importId, plan, show, pageNumber }: PreviewContent): Markup | string {
  const wanted = order.filter((status) => (show === undefined ? status !== "unchanged" : status === show));
  const lines = wanted.flatMap((status) => plan.lines.filter((line) => line.status === status));
  if (lines.length === 0) return "";
  const from = (pageNumber - 1) * LINES_SHOWN;
  const shown = lines.slice(from, from + LINES_SHOWN);
  const query = show ? `show=${show}&` : "";
  const more =
    from + LINES_SHOWN < lines.length
      ? html`<p class="govuk-body">${from + 1} to ${from + shown.length} of ${lines.length}. <a class="govuk-link" href="/register/import/${importId}?${query}page=${pageNumber + 1}">The next ${LINES_SHOWN}</a></p>`
      : "";
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Lines of the file</caption><thead><tr><th scope="col">Line</th><th scope="col">Entry</th><th scope="col">What becomes of it</th><th scope="col">Field by field</th></tr></thead><tbody>${shown.map(lineRow)}</tbody></table>${more}`;
}

function lineRow({ line, name, href, status, changes, why, notes }: ImportPlan["lines"][number]): Markup {
  const fields = changes.map(({ field, from, to }) =>
    status === "new"
      ? html`${field} <bdi>${to}</bdi><br>`
      : html`${field}: <bdi>${from}</bdi> → <bdi>${to}</bdi><br>`,
  );
  return html`<tr><th scope="row">Line ${line}<td><a href="${href}">${name}</a><td><b class="${colours[status]}">${statusWords[status]}</b>${notes.map((note) => html`<br>${note}`)}<td>${why ? html`${why}<br>` : ""}${fields}`;
}

/** Before an export that cannot be one file, or cannot have all lines. */
export function exportPartsPage(
  frame: Frame,
  shown: {
    readonly sheet: SheetName;
    readonly cursor: string | undefined;
    readonly next: string | undefined;
    readonly lines: number;
    readonly unreadable: readonly string[];
  },
): Markup {
  const { sheet, cursor, next, lines, unreadable } = shown;
  const at = cursor === undefined ? "" : `&cursor=${cursor}`;
  const rest = next
    ? html`<li><a class="govuk-link" href="/register/${sheet}/export?cursor=${next}">What comes after them</a></li>`
    : "";
  return page(
    frame,
    { title: `Export ${sheet}`, current: "register" },
    html`${backToList(sheet)}<h1 class="govuk-heading-l">Export ${sheet}</h1>${unreadableNote(unreadable)}${next ? html`<p class="govuk-body">The list is longer than a file that can be imported again. Take it part by part.</p>` : ""}<ul class="govuk-list"><li><a class="govuk-link" href="/register/${sheet}/export?part=one${at}">${cursor === undefined ? "The first" : "The next"} ${counted(lines, "line")}</a></li>${rest}</ul>`,
  );
}
