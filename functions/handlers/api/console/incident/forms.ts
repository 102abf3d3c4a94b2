import { html } from "hono/html";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import { csrfField, type Markup } from "#handlers/api/console/frame/layout.ts";
import type { ActName, FieldProblem } from "./acts.ts";

/** What all forms of one page have in common. */
export type FormContext = {
  readonly incidentId: string;
  readonly csrf: string;
  /** How much of the incident the page shows, so that a form that was sent too late can be told. */
  readonly seen: string;
  /** The form that came back: what was typed, and what must be changed in it. */
  readonly returned?: {
    readonly act: ActName;
    readonly fields: Fields;
    readonly problems: readonly FieldProblem[];
    /** Kept while its author signed in again: taken away once it is sent. */
    readonly draftId?: string | undefined;
  };
};

/** The form of one act, with its way to come back filled in. */
export function actForm(context: FormContext, act: ActName, fields: Markup, button: string): Markup {
  const { incidentId, csrf, seen, returned } = context;
  const draftId = returned?.act === act ? returned.draftId : undefined;
  return html`<form method="post" action="/incidents/${incidentId}/${act}" id="${act}" novalidate>${csrfField(csrf)}<input type="hidden" name="seen" value="${seen}">${draftId ? html`<input type="hidden" name="draft" value="${draftId}">` : ""}${fields}<button type="submit" class="govuk-button">${button}</button></form>`;
}

function typedIn({ returned }: FormContext, act: ActName, field: string): string {
  return returned?.act === act ? (returned.fields[field] ?? "") : "";
}

/** Where a field stands on the page: its name may be that of another form's field too. */
export function fieldId(act: ActName, field: string): string {
  return `${act}-${field}`;
}

function problemIn({ returned }: FormContext, act: ActName, field: string): string | undefined {
  if (returned?.act !== act) return undefined;
  return returned.problems.find((problem) => problem.field === field)?.detail;
}

function message(id: string, problem: string | undefined): Markup | string {
  return problem
    ? html`<p id="${id}-error" class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> ${problem}</p>`
    : "";
}

function describedBy(id: string, problem: string | undefined): Markup | string {
  return problem ? html` aria-describedby="${id}-error" aria-invalid="true"` : "";
}

/** A text of a sentence or more. */
export function textField(context: FormContext, act: ActName, field: string, label: string): Markup {
  const id = fieldId(act, field);
  const problem = problemIn(context, act, field);
  return html`<div class="govuk-form-group${problem ? " govuk-form-group--error" : ""}"><label class="govuk-label" for="${id}">${label}</label>${message(id, problem)}<textarea class="govuk-textarea${problem ? " govuk-textarea--error" : ""}" id="${id}" name="${field}" rows="4" dir="auto"${describedBy(id, problem)}>
${typedIn(context, act, field)}</textarea></div>`;
}

export type Choices = readonly (readonly [value: string, words: string])[];

/** One of many, in a list that opens. */
export function selectField(
  context: FormContext,
  act: ActName,
  field: string,
  { label, choices, none }: { readonly label: string; readonly choices: Choices; readonly none: string },
): Markup {
  const id = fieldId(act, field);
  const problem = problemIn(context, act, field);
  const chosen = typedIn(context, act, field);
  return html`<div class="govuk-form-group${problem ? " govuk-form-group--error" : ""}"><label class="govuk-label" for="${id}">${label}</label>${message(id, problem)}<select class="govuk-select${problem ? " govuk-select--error" : ""}" id="${id}" name="${field}"${describedBy(id, problem)}><option value="">${none}</option>${choices.map(
    ([value, words]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ""}>${words}</option>`,
  )}</select></div>`;
}

/** One of two or three, all in sight. */
export function radioField(
  context: FormContext,
  act: ActName,
  field: string,
  { label, choices }: { readonly label: string; readonly choices: Choices },
): Markup {
  const id = fieldId(act, field);
  const problem = problemIn(context, act, field);
  const chosen = typedIn(context, act, field);
  return html`<div class="govuk-form-group${problem ? " govuk-form-group--error" : ""}"><fieldset class="govuk-fieldset"${describedBy(id, problem)}><legend class="govuk-fieldset__legend">${label}</legend>${message(id, problem)}<div class="govuk-radios govuk-radios--small">${choices.map(
    ([value, words], index) =>
      html`<div class="govuk-radios__item"><input class="govuk-radios__input" id="${index === 0 ? id : `${id}-${index + 1}`}" name="${field}" type="radio" value="${value}"${value === chosen ? html` checked` : ""}><label class="govuk-label govuk-radios__label" for="${index === 0 ? id : `${id}-${index + 1}`}">${words}</label></div>`,
  )}</div></fieldset></div>`;
}
