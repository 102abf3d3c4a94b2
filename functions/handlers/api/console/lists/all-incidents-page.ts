import { html } from "hono/html";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { acceptedMark } from "#handlers/api/console/frame/accepted-mark.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import { kindWords, outcomeColours, outcomeWords, stateWords } from "#handlers/api/console/frame/words.ts";
import type { Person } from "#ports/identity.ts";
import type { listIncidents } from "#use-cases/casework/list-incidents.ts";

type Page = Awaited<ReturnType<typeof listIncidents>>;
type Line = Omit<Page["incidents"][number], "incidentRef"> & { readonly incidentRef?: string };

/** Every incident, newest first, a page at a time. */
export function allIncidentsPage(
  frame: Frame,
  shown: {
    readonly incidents: readonly Line[];
    readonly unreadable?: readonly string[] | undefined;
    readonly cursor?: string | undefined;
    readonly person: Person;
    readonly times: Times;
  },
): Markup {
  const { incidents, cursor } = shown;
  return page(
    frame,
    { title: "All incidents", current: "all" },
    html`<h1 class="govuk-heading-l">All incidents</h1><p class="govuk-body">Newest first, tests and closed ones included. <a class="govuk-link" href="/closures">What was closed and reopened lately</a></p>${unreadableNote(shown.unreadable ?? [])}${
      incidents.length === 0
        ? html`<p class="govuk-inset-text">${cursor ? "None on this page." : "Nothing has been reported yet."}</p>`
        : table(shown)
    }${cursor ? html`<p class="govuk-body"><a class="govuk-link" href="/incidents?cursor=${cursor}">Older incidents</a></p>` : ""}`,
  );
}

function table({ incidents, person, times }: Parameters<typeof allIncidentsPage>[1]): Markup {
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Incidents, newest first</caption><thead><tr><th scope="col">What happened</th><th scope="col">On video</th><th scope="col">Where</th><th scope="col">State</th></tr></thead><tbody>${incidents.map((line) => row(line, person, times))}</tbody></table>`;
}

/** Whoever may be the officer whose use it is reads nothing of what was found. */
function row(line: Line, person: Person, times: Times): Markup {
  const { incidentId, kind, outcome, occurredAt, borough, incidentRef, state, priority, drill } = line;
  const own = isInvolved(line, person);
  const video = outcome === undefined ? "Not judged yet" : outcomeWords[outcome];
  return html`<tr><th scope="row"><a href="/incidents/${incidentId}">${kindWords[kind]}</a><br>${times.short(occurredAt)}${priority === "high" && !own ? html`<br><b>High priority</b>` : ""}${drill ? html`<br><b>Drill</b>` : ""}<td>${own ? "A use of your own" : html`<b class="c-${outcome ? outcomeColours[outcome] : "grey"}">${video}</b>${acceptedMark(line.explanationAccepted)}`}<td><bdi>${borough}</bdi>${incidentRef ? html`<br><bdi>${incidentRef}</bdi>` : ""}<td>${own ? "" : stateWords[state]}`;
}
