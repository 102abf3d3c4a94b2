import { html } from "hono/html";
import type { IncidentRecord } from "#contracts/incident.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { explanationWords } from "#handlers/api/console/frame/words.ts";
import type { FormContext } from "./forms.ts";
import { explainForm } from "./incident-actions.ts";
import { type Banner, bannerOf, errorSummary } from "./incident-page.ts";

/** What an officer is told of a use of their own: never footage, nor what the verdict says. */
type OwnIncident = Pick<IncidentRecord, "incidentId" | "occurredAt" | "explanationRequests" | "explanation">;

/** The questions that were put to this officer, the newest use first. */
export function ownListPage(
  frame: Frame,
  {
    incidents,
    unreadable,
  }: { readonly incidents: readonly OwnIncident[]; readonly unreadable: readonly string[] },
  times: Times,
): Markup {
  const asked = incidents.filter(({ explanationRequests }) => explanationRequests.length > 0);
  return page(
    frame,
    { title: "Questions to you", current: "queue" },
    html`<h1 class="govuk-heading-l">Questions to you</h1>${unreadable.length > 0 ? html`<p class="govuk-inset-text">A record that may concern you cannot be read and is left out here. Those who run the service see it in its log.</p>` : ""}${
      asked.length === 0
        ? html`<p class="govuk-inset-text">Nobody has asked you anything.</p>`
        : html`<ul class="govuk-list">${asked.map(
            ({ incidentId, occurredAt, explanation }) =>
              html`<li><a class="govuk-link" href="/incidents/${incidentId}">Your use of a Taser on ${times.full(occurredAt)}</a>: ${explanation ? "you have explained" : "an explanation is asked for"}</li>`,
          )}</ul>`
    }`,
  );
}

/** One use of the officer's own: what was asked, and what they say. */
export function ownIncidentPage(
  frame: Frame,
  own: {
    readonly incident: OwnIncident;
    readonly forms: FormContext;
    readonly mayExplain: boolean;
    readonly banner?: Banner | undefined;
    readonly times: Times;
  },
): Markup {
  const { incident, forms, times } = own;
  const { occurredAt, explanationRequests, explanation } = incident;
  return page(
    frame,
    { title: "Your use of a Taser" },
    html`<a href="/" class="govuk-back-link">Back</a>${errorSummary(forms)}${bannerOf(own.banner)}<h1 class="govuk-heading-l">Your use of a Taser on ${times.full(occurredAt)}</h1>
<p class="govuk-body">You see the questions put to you and your own explanation. Footage and findings are not shown, so that your account stays your own.</p>
<h2 class="govuk-heading-m">Questions</h2>${
      explanationRequests.length === 0
        ? html`<p class="govuk-body">Nobody has asked you anything about it.</p>`
        : html`<ul class="govuk-list">${explanationRequests.map(
            ({ code, text, at }) =>
              html`<li><strong>${explanationWords[code]}</strong>, ${times.full(at)}<br><bdi class="words">${text}</bdi></li>`,
          )}</ul>`
    }
<h2 class="govuk-heading-m">Your explanation</h2>${
      explanation
        ? html`<p class="govuk-body"><strong>${explanationWords[explanation.code]}</strong>, ${times.full(explanation.at)}<br><bdi class="words">${explanation.text}</bdi></p>`
        : ""
    }${own.mayExplain ? explainForm(forms) : ""}`,
  );
}
