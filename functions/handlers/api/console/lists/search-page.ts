import { html } from "hono/html";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { acceptedMark } from "#handlers/api/console/frame/accepted-mark.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { queryField, querySummary } from "#handlers/api/console/frame/query-form.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import {
  counted,
  kindWords,
  outcomeColours,
  outcomeWords,
  stateWords,
} from "#handlers/api/console/frame/words.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import type { FoundIncident, SearchResult } from "#use-cases/casework/search-incidents.ts";
import { type FilledIn, fieldsFor, type SearchField, searchFields } from "./search.ts";

export type SearchContent = {
  readonly filled: FilledIn;
  readonly problems: readonly { readonly field: SearchField; readonly detail: string }[];
  /** What was searched by in words, and what was found; absent before the first search. */
  readonly answer?: { readonly searched: string; readonly result: SearchResult } | undefined;
  readonly person: Session["person"];
  readonly isOversight: boolean;
  readonly times: Times;
};

/** The form; once something was searched, what was found comes first and the form is folded behind it. */
export function searchPage(frame: Frame, content: SearchContent): Markup {
  const { problems, answer, times } = content;
  return page(
    frame,
    { title: `${problems.length > 0 ? "Error: " : ""}Search`, current: "search" },
    html`${querySummary(problems, "Nothing was searched yet")}<h1 class="govuk-heading-l">Search</h1>${
      answer
        ? html`${found(answer, content)}<details class="govuk-details"><summary class="govuk-details__summary"><span class="govuk-details__summary-text">Search for something else</span></summary>${form(content)}</details>`
        : html`<p class="govuk-body">What you fill in together must all fit. Dates are days in ${times.timeZone}. Every search is on record, without what you typed.</p>${form(content)}`
    }`,
  );
}

function form({ filled, problems, isOversight }: SearchContent): Markup {
  const field = (name: SearchField): Markup => {
    const { label, hint } = searchFields[name];
    return queryField({
      name,
      label,
      value: filled[name],
      type: name === "from" || name === "to" ? "date" : "text",
      problem: problems.find((problem) => problem.field === name)?.detail,
      ...(hint ? { hint } : {}),
    });
  };
  return html`<form method="get" action="/search" class="search" novalidate>${fieldsFor(isOversight).map(field)}<button type="submit" class="govuk-button">Search</button></form>`;
}

function found({ searched, result }: NonNullable<SearchContent["answer"]>, content: SearchContent): Markup {
  const { found: incidents, count, leftOut, unreadable } = result;
  const more = count > incidents.length ? ` These are the ${incidents.length} newest.` : "";
  return html`<h2 class="govuk-heading-m">${count === 0 ? "Nothing was found" : `${counted(count, "incident")} found`}</h2><p class="govuk-body">Searched: <bdi>${searched}</bdi>.${more}</p>${leftOut ? html`<p class="govuk-inset-text">${leftOut}</p>` : ""}${unreadableNote(unreadable)}${
    incidents.length === 0 ? "" : table(incidents, result, content)
  }`;
}

function table(
  incidents: readonly FoundIncident[],
  { collarNumbers }: SearchResult,
  content: SearchContent,
): Markup {
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Incidents found, newest first</caption><thead><tr><th scope="col">What happened</th><th scope="col">On video</th><th scope="col">Where and who</th><th scope="col">State</th></tr></thead><tbody>${incidents.map((one) => row(one, collarNumbers, content))}</tbody></table>`;
}

/** Of a use of one's own no more is told than that it is one. */
function row(
  { record, insteadOf }: FoundIncident,
  collarNumbers: ReadonlyMap<string, string>,
  { person, isOversight, times }: SearchContent,
): Markup {
  const { incidentId, kind, outcome, occurredAt, borough, priority, drill, state } = record;
  const when = times.short(occurredAt);
  if (isInvolved(record, person)) {
    return html`<tr><th scope="row"><a href="/incidents/${incidentId}">A use of your own</a><br>${when}<td><td><td>`;
  }
  const video = outcome === undefined ? "Not judged yet" : outcomeWords[outcome];
  const who = isOversight
    ? []
    : [
        record.officerIds.map((id) => collarNumbers.get(id) ?? id).join(" or "),
        record.incidentRefs.join(", "),
      ];
  return html`<tr><th scope="row"><a href="/incidents/${incidentId}">${kindWords[kind]}</a><br>${when}${priority === "high" ? html`<br><b>High priority</b>` : ""}${drill ? html`<br><b>Drill</b>` : ""}${
    insteadOf.length === 0 ? "" : html`<br>It is the same use as ${insteadOf.join(", ")}.`
  }<td><b class="c-${outcome ? outcomeColours[outcome] : "grey"}">${video}</b>${acceptedMark(acceptedExplanation(record))}<td><bdi>${borough}</bdi>${who
    .filter((words) => words !== "")
    .map((words) => html`<br><bdi>${words}</bdi>`)}<td>${stateWords[state]}`;
}
