import { html } from "hono/html";
import type { IncidentRecord } from "#contracts/incident.ts";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { acceptedMark } from "#handlers/api/console/frame/accepted-mark.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import { counted, kindWords, outcomeColours, outcomeWords } from "#handlers/api/console/frame/words.ts";
import { nextStep } from "#handlers/api/console/incident/next-step.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import type { Closures } from "#use-cases/casework/list-closures.ts";
import type { OpenIncidents } from "#use-cases/casework/list-open-incidents.ts";
import { closuresTable } from "./closures-page.ts";
import { ages, fitsFilter, foundOf, type QueueFilter } from "./queue.ts";

export type QueueContent = {
  readonly open: OpenIncidents;
  readonly filter: QueueFilter;
  readonly person: Session["person"];
  /** Oversight reads no collar numbers. */
  readonly namesShown: boolean;
  /** What was closed or reopened lately: on the first page of those who watch the force. */
  readonly closures?: Closures | undefined;
  /** How many officers were found with a Taser and without a working camera; 0 for whoever is not shown them. */
  readonly kitGaps: number;
  readonly times: Times;
  readonly now: Date;
};

/** More on one page helps nobody; the filters lead to the rest. */
const SHOWN = 200;

/** What needs me now, by deadline. */
export function queuePage(frame: Frame, content: QueueContent): Markup {
  const { open, filter } = content;
  const fitting = open.incidents.filter((record) => fitsFilter(record, filter, content));
  return page(
    frame,
    { title: `What needs you (${open.incidents.length})`, current: "queue" },
    html`<h1 class="govuk-heading-l">What needs you</h1>${unreadableNote(open.unreadable)}${kitNote(content.kitGaps)}${
      open.incidents.length === 0
        ? nothingOpen(content)
        : html`${counts(content)}${filters(content)}${
            fitting.length === 0
              ? html`<p class="govuk-inset-text">Nothing that is open fits these filters. <a class="govuk-link" href="/">Show all ${open.incidents.length}</a></p>`
              : queueTable(fitting.slice(0, SHOWN), content)
          }${fitting.length > SHOWN ? html`<p class="govuk-body">These are the ${SHOWN} most urgent of ${fitting.length}. Filter to see others.</p>` : ""}`
    }${content.closures ? closedLately(content.closures, content) : ""}`,
  );
}

function kitNote(gaps: number): Markup | string {
  if (gaps === 0) return "";
  const words = `${counted(gaps, "officer is", "officers are")} out with a Taser and without a working camera`;
  return html`<p class="govuk-body"><a class="govuk-link" href="/kit"><b>${words}</b></a></p>`;
}

function closedLately(found: Closures, { times }: QueueContent): Markup {
  return html`<h2 class="govuk-heading-m">Closed and reopened</h2>${closuresTable({ found, times })}`;
}

function nothingOpen({ open, namesShown, times, now }: QueueContent): Markup {
  const { nothingSince, unaccounted = 0, unreadable } = open;
  if (unreadable.length > 0) return html`<p class="govuk-body">Nothing else is open.</p>`;
  if (nothingSince === undefined && unaccounted === 0) {
    return html`<div class="govuk-inset-text"><p class="govuk-body">Nothing has been reported yet: no weapon log, no use report.</p></div>`;
  }
  const since = nothingSince === undefined ? "" : `Nothing has been open since ${times.full(nothingSince)}. `;
  const more = namesShown
    ? html` · <a class="govuk-link" href="/accounted-for">What is accounted for</a>`
    : "";
  return html`<div class="govuk-inset-text"><h2 class="govuk-heading-m">${
    unaccounted === 0
      ? "All is accounted for"
      : `Nothing is open, but ${counted(unaccounted, "thing")} ${unaccounted === 1 ? "is" : "are"} not accounted for`
  }</h2><p class="govuk-body">${since}Looked at ${times.full(now.getTime())}.</p><p class="govuk-body"><a class="govuk-link" href="/incidents">All incidents</a>${more}</p></div>`;
}

function isOverdue({ deadline }: Pick<IncidentRecord, "deadline">, now: Date): boolean {
  return deadline !== undefined && Date.parse(deadline) < now.getTime();
}

function counts({ open: { incidents }, person, now }: QueueContent): Markup {
  const own = incidents.filter((record) => isInvolved(record, person)).length;
  const others = incidents.filter((record) => !isInvolved(record, person));
  const overdue = others.filter((record) => isOverdue(record, now)).length;
  const high = others.filter(({ priority }) => priority === "high").length;
  const byOutcome = Map.groupBy(others, ({ outcome }) =>
    outcome === undefined ? "Not judged yet" : outcomeWords[outcome],
  );
  const parts = [
    `${counted(incidents.length, "incident")} open`,
    `${overdue} past their deadline`,
    `${high} of high priority`,
    ...[...byOutcome].map(([words, records]) => `${words.toLowerCase()}: ${records.length}`),
    ...(own > 0 ? [`your own: ${own}`] : []),
  ];
  return html`<ul class="govuk-list counts">${parts.map((part) => html`<li>${part}</li>`)}</ul>`;
}

type Choice = readonly [value: string, words: string];

function filters({ open: { incidents }, filter }: QueueContent): Markup {
  const boroughs = [...new Set(incidents.map(({ borough }) => borough))].sort();
  const outcomes = Object.entries(outcomeWords);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return html`<details class="govuk-details"${isFiltered ? html` open` : ""}><summary class="govuk-details__summary"><span class="govuk-details__summary-text">Filter</span></summary><form method="get" action="/" class="filters">
${choice(
  "borough",
  "Borough",
  boroughs.map((name) => [name, name]),
  filter.borough,
)}
${choice("outcome", "Outcome", outcomes, filter.outcome)}
${choice(
  "age",
  "Age",
  Object.entries(ages).map(([name, { words }]) => [name, words]),
  filter.age,
)}
${choice(
  "priority",
  "Priority",
  [
    ["high", "High"],
    ["normal", "Normal"],
  ],
  filter.priority,
)}
<button type="submit" class="govuk-button govuk-button--secondary">Filter</button></form></details>`;
}

function choice(name: string, label: string, choices: readonly Choice[], chosen: string | undefined): Markup {
  return html`<div class="govuk-form-group"><label class="govuk-label" for="${name}">${label}</label><select class="govuk-select" id="${name}" name="${name}"><option value="">All</option>${choices.map(
    ([value, words]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ""}>${words}</option>`,
  )}</select></div>`;
}

/** Rows are kept short, because there may be 200 and a phone has to load them at three in the morning. */
function queueTable(records: readonly IncidentRecord[], content: QueueContent): Markup {
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Open incidents, the nearest deadline first</caption><thead><tr><th scope="col">What happened</th><th scope="col">On video</th><th scope="col">Where and who</th><th scope="col">Next</th></tr></thead><tbody>${records.map((record) => row(record, content))}</tbody></table>`;
}

function row(record: IncidentRecord, content: QueueContent): Markup {
  const { person, times, now } = content;
  const { incidentId, kind, borough, occurredAt, drill } = record;
  const { outcome, priority, deadline } = foundOf(record, person);
  const involved = isInvolved(record, person);
  const video = outcome === undefined ? "Not judged yet" : outcomeWords[outcome];
  return html`<tr><th scope="row"><a href="/incidents/${incidentId}">${kindWords[kind]}</a><br>${isRecent(occurredAt, now) ? times.near(occurredAt) : times.short(occurredAt)}${priority === "high" ? html`<br><b>High priority</b>` : ""}${drill ? html`<br><b>Drill</b>` : ""}<td>${
    involved
      ? ""
      : html`<b class="c-${outcome ? outcomeColours[outcome] : "grey"}">${video}</b>${acceptedMark(acceptedExplanation(record))}`
  }<td><bdi>${borough}</bdi>${officerOf(record, content)}<td>${involved ? "A use of your own" : nextStep(record, person)}${deadline ? html`<br>${isOverdue(record, now) ? html`<b class="late">was due</b>` : "by"} ${times.near(deadline)}` : ""}`;
}

const HALF_A_YEAR_MS = 183 * 86_400_000;

/** Nobody mistakes its year. */
function isRecent(utc: string, now: Date): boolean {
  return Math.abs(now.getTime() - Date.parse(utc)) < HALF_A_YEAR_MS;
}

function officerOf({ officerIds }: IncidentRecord, { open, namesShown }: QueueContent): Markup | string {
  if (!namesShown) return "";
  const numbers = officerIds.map((id) => open.collarNumbers.get(id) ?? id);
  return numbers.length === 0 ? "" : html`<br><bdi>${numbers.join(" or ")}</bdi>`;
}
