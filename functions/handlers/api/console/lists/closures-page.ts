import { html } from "hono/html";
import type { Closure } from "#contracts/incident.ts";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import { acceptedMark } from "#handlers/api/console/frame/accepted-mark.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import {
  ageBand,
  kindWords,
  outcomeColours,
  outcomeWords,
  plainWords,
} from "#handlers/api/console/frame/words.ts";
import { CLOSURE_DAYS, type Closures, type ListedClosure } from "#use-cases/casework/list-closures.ts";

export type ClosuresContent = {
  readonly found: Closures;
  readonly times: Times;
};

const becauseWords: Readonly<Record<Closure["because"], string>> = {
  DECISION_APPROVED: "a decision that two supervisors took",
  RECORDED: "it is recorded, and nothing is asked of anybody",
  NOTHING_ASKED: "nothing is asked of anybody",
  VERDICT_REVISED: "the verdict was revised",
  OFFICER_ASKED: "the officer was asked for an explanation",
  ALERTED: "an alert asks for an answer",
};

/** The same for everybody who reads incidents: codes, bands, borough and kind of place, and nobody's own words. */
export function closuresPage(frame: Frame, content: ClosuresContent): Markup {
  return page(
    frame,
    { title: "Closed and reopened", current: "all" },
    html`<h1 class="govuk-heading-l">Closed and reopened</h1><p class="govuk-body">In the last ${CLOSURE_DAYS} days, the latest first. Tests, training and uses that may be your own are not listed.</p>${closuresTable(content)}`,
  );
}

export function closuresTable(content: ClosuresContent): Markup {
  const { closures, more, unreadable } = content.found;
  return html`${unreadableNote(unreadable)}${
    closures.length === 0
      ? html`<p class="govuk-inset-text">Nothing was closed or reopened in the last ${CLOSURE_DAYS} days.</p>`
      : html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Incidents closed or reopened, the latest first</caption><thead><tr><th scope="col">When and why</th><th scope="col">What happened</th><th scope="col">On video, as it was then</th><th scope="col">Where and to whom</th></tr></thead><tbody>${closures.map((one) => row(one, content))}</tbody></table>`
  }${more ? html`<p class="govuk-body">These are the ${closures.length} latest.</p>` : ""}`;
}

function row({ closure, record, reported }: ListedClosure, { times }: ClosuresContent): Markup {
  const { at, what, because, outcome } = closure;
  const { incidentId, kind, occurredAt, borough, drill } = record;
  const video = outcome === undefined ? "Not judged yet" : outcomeWords[outcome];
  const places = [
    ...new Set(reported.map(({ locationType }) => `Place: ${plainWords(locationType).toLowerCase()}`)),
  ];
  const bands = [...new Set(reported.map(({ subject }) => `Age band: ${ageBand(subject.ageBand)}`))];
  return html`<tr><th scope="row">${times.short(at)}<br><b>${plainWords(what)}</b>: ${becauseWords[because]}<td><a href="/incidents/${incidentId}">${kindWords[kind]}</a><br>${times.short(occurredAt)}${drill ? html`<br><b>Drill</b>` : ""}<td><b class="c-${outcome ? outcomeColours[outcome] : "grey"}">${video}</b>${acceptedMark(acceptedExplanation(record))}<td><bdi>${borough}</bdi>${[...places, ...bands].map((words) => html`<br>${words}`)}`;
}
