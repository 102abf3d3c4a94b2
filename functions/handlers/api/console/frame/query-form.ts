import { html } from "hono/html";
import type { Markup } from "./layout.ts";

/** A field of a form that asks and changes nothing: what was filled in stands in the page's address. */
export type QueryField = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly type?: "text" | "date";
  readonly problem?: string | undefined;
};

/** Far more than any field can hold; what is longer is told of without being given back. */
const LONGEST = 200;

export function queryField({ name, label, hint, value, type = "text", problem }: QueryField): Markup {
  const described = [hint ? `${name}-hint` : "", problem ? `${name}-error` : ""].filter(Boolean).join(" ");
  return html`<div class="govuk-form-group${problem ? " govuk-form-group--error" : ""}"><label class="govuk-label" for="${name}">${label}</label>${hint ? html`<div class="govuk-hint" id="${name}-hint">${hint}</div>` : ""}${problem ? html`<p id="${name}-error" class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> ${problem}</p>` : ""}<input class="govuk-input${problem ? " govuk-input--error" : ""}" id="${name}" name="${name}" type="${type}" value="${value.slice(0, LONGEST)}" autocomplete="off"${described ? html` aria-describedby="${described}"` : ""}${problem ? html` aria-invalid="true"` : ""}></div>`;
}

/** What must be changed, each leading to its field. */
export function querySummary(
  problems: readonly { readonly field: string; readonly detail: string }[],
  title: string,
): Markup | string {
  if (problems.length === 0) return "";
  return html`<div class="govuk-error-summary" role="alert"><h2 class="govuk-error-summary__title">${title}</h2><div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list">${problems.map(
    ({ field, detail }) => html`<li><a href="#${field}">${detail}</a></li>`,
  )}</ul></div></div>`;
}
