import { html } from "hono/html";
import type { IncidentAnswer } from "#contracts/answers.ts";
import { acceptedExplanation } from "#domain/figures/accepted-explanation.ts";
import { timelineOf } from "#domain/verdict/timeline.ts";
import { codeWords } from "#handlers/api/console/frame/figures-words.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { kindWords, outcomeColours, outcomeWords, stateWords } from "#handlers/api/console/frame/words.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import type { IncidentView } from "#use-cases/casework/view-incident.ts";
import { type ActName, actsFor } from "./acts.ts";
import { type FormContext, fieldId } from "./forms.ts";
import { acknowledgeForm, actionSections, approveForm } from "./incident-actions.ts";
import {
  backgroundSections,
  factsSection,
  findingsSection,
  peopleSection,
  type ShownEntry,
} from "./incident-sections.ts";
import { nextStep } from "./next-step.ts";
import { timelinePicture } from "./timeline-picture.ts";
import { timelineTable } from "./timeline-table.ts";

/** Said on top of the page. */
export type Banner = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly success?: boolean;
};

export type IncidentPageContent = {
  /** As this reader may see it. */
  readonly incident: IncidentAnswer;
  readonly custody: readonly ShownEntry[];
  readonly view: Pick<IncidentView, "record" | "inputs" | "collarNumbers">;
  readonly namesShown: boolean;
  readonly person: Session["person"];
  readonly forms: FormContext;
  readonly banner?: Banner | undefined;
  readonly times: Times;
  readonly now: Date;
};

/** The whole incident on one page, the answer first. */
export function incidentPage(frame: Frame, content: IncidentPageContent): Markup {
  const { incident, view, person, forms, times } = content;
  const { verdict } = incident;
  const offered = actsFor(view.record, person);
  const title = `${kindWords[incident.kind]}, ${times.short(incident.occurredAt)}`;
  return page(
    frame,
    { title: `${forms.returned?.problems.length ? "Error: " : ""}${title}` },
    html`<a href="/" class="govuk-back-link no-print">What needs you</a>${errorSummary(forms)}${bannerOf(content.banner)}
${headline(content)}${mergedInto(incident)}${toDo(content, offered)}
${verdict ? pictureOf(content) : ""}${factsSection(incident, { officer: officerOf(content), times })}${verdict ? findingsSection(verdict) : ""}
${peopleSection(incident, times)}${actionSections(offered, forms, { verdict, held: incident.holds.at(-1)?.action === "place" })}
${backgroundSections(incident, content.custody, times)}`,
  );
}

export function errorSummary({ returned }: FormContext): Markup | string {
  if (!returned || returned.problems.length === 0) return "";
  return html`<div class="govuk-error-summary" role="alert"><h2 class="govuk-error-summary__title">Nothing was recorded yet</h2><div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list">${returned.problems.map(
    ({ field, detail }) => html`<li><a href="#${fieldId(returned.act, field)}">${detail}</a></li>`,
  )}</ul></div></div>`;
}

export function bannerOf(banner: Banner | undefined): Markup | string {
  if (!banner) return "";
  return html`<div class="govuk-notification-banner${banner.success ? " govuk-notification-banner--success" : ""}" role="${banner.success ? "status" : "alert"}" aria-labelledby="banner"><div class="govuk-notification-banner__header"><h2 class="govuk-notification-banner__title" id="banner">${banner.success ? "Done" : "Important"}</h2></div><div class="govuk-notification-banner__content"><p class="govuk-notification-banner__heading">${banner.title}</p>${banner.lines.map((line) => html`<p class="govuk-body"><bdi>${line}</bdi></p>`)}</div></div>`;
}

function headline({ incident, times }: IncidentPageContent): Markup {
  const { verdict, priority, drill, incidentId, state, kind, borough, occurredAt } = incident;
  const colour = verdict ? outcomeColours[verdict.outcome] : "grey";
  return html`<span class="govuk-caption-l"><bdi>${borough}</bdi>, ${times.full(occurredAt)}</span><h1 class="govuk-heading-l outcome">${kindWords[kind]}: <strong class="c-${colour}">${verdict ? outcomeWords[verdict.outcome].toLowerCase() : "not judged yet"}</strong></h1>
<p class="marks">${priority === "high" ? html`<strong class="moj-badge moj-badge--red">High priority</strong> ` : ""}${drill ? html`<strong class="moj-badge">Drill: in no figure</strong> ` : ""}<span class="moj-badge moj-badge--grey">${stateWords[state]}</span> ${verdict && !verdict.final ? html`<span class="moj-badge moj-badge--grey">Not final</span> ` : ""}<span class="id">Incident ${incidentId}</span></p>
${verdict ? html`<p class="govuk-body-l explanation">${verdict.explanation}</p>` : html`<p class="govuk-body">The first verdict is being made. Open the page again in a minute.</p>`}${beside(incident)}`;
}

/** An accepted reason stands beside the fact, in words that cannot be taken for the fact. */
function beside({ decision, explanation, verdict }: IncidentAnswer): Markup | string {
  const code = acceptedExplanation({ decision, explanation });
  if (code === undefined) return "";
  const fact = verdict ? outcomeWords[verdict.outcome].toLowerCase() : "not judged yet";
  return html`<p class="govuk-inset-text">Two supervisors accepted an explanation: ${codeWords[code].toLowerCase()}. The fact stays: ${fact}. Both are counted.</p>`;
}

function mergedInto({ mergedInto: other }: IncidentAnswer): Markup | string {
  return other
    ? html`<p class="govuk-inset-text">This turned out to be the same use as another. <a class="govuk-link" href="/incidents/${other}">Go to ${other}</a></p>`
    : "";
}

/** The one thing to do and by when, with its button where it needs no more than one. */
function toDo(
  { incident, view: { record }, person, forms, times, now }: IncidentPageContent,
  offered: readonly ActName[],
): Markup | string {
  if (record.state === "CLOSED" || record.state === "MERGED") return "";
  const { deadline } = incident;
  const late = deadline !== undefined && Date.parse(deadline) < now.getTime();
  const by = deadline
    ? html`, ${late ? html`<strong class="late">was due</strong>` : "by"} ${times.full(deadline)}`
    : "";
  return html`<section class="moj-ticket-panel todo" aria-labelledby="todo"><div class="moj-ticket-panel__content moj-ticket-panel__content--blue"><h2 class="govuk-heading-m" id="todo">Next</h2><p class="govuk-body">${nextStep(record, person)}${by}.</p><div class="no-print">${offered.includes("acknowledge") ? acknowledgeForm(forms) : ""}${offered.includes("approve") ? approveForm(forms) : ""}</div></div></section>`;
}

function pictureOf({
  view: { inputs },
  incident: { verdict, verdicts },
  times,
}: IncidentPageContent): Markup | string {
  if (!verdict || !inputs || verdicts.length === 0 || verdict.outcome === "NOT_APPLICABLE") return "";
  const timeline = timelineOf(inputs, verdict);
  return html`<section><h2 class="govuk-heading-m">What was recorded</h2>${timeline.timeUnknown ? html`<p class="govuk-inset-text">The weapon's clock does not tell when this was: the picture stands at the time at which its log was delivered.</p>` : ""}${timelinePicture(timeline, times)}${timelineTable(timeline, times)}</section>`;
}

function officerOf({
  incident,
  view: { record, collarNumbers },
  namesShown,
}: IncidentPageContent): string | undefined {
  if (!namesShown) return incident.officerId;
  const names = record.officerIds.map((id) => {
    const number = collarNumbers.get(id);
    return number === undefined ? id : `${number} (${id})`;
  });
  return names.length === 0 ? undefined : names.join(" or ");
}
