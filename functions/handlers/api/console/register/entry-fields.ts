import { html } from "hono/html";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import { csrfField, type Markup } from "#handlers/api/console/frame/layout.ts";
import type { FieldProblem } from "#handlers/api/console/incident/acts.ts";

/** A form of the register: what stands in its fields, and what must be changed in them. */
export type EntryForm = {
  readonly csrf: string;
  /** What was registered when the page was shown. */
  readonly seen: string;
  readonly fields: Fields;
  readonly problems: readonly FieldProblem[];
  /** Kept while its author signed in again: taken away once it is sent. */
  readonly draftId?: string | undefined;
};

export function entryForm(form: EntryForm, action: string, content: Markup, button: string): Markup {
  const { csrf, seen, draftId } = form;
  return html`<form method="post" action="${action}" novalidate>${csrfField(csrf)}<input type="hidden" name="seen" value="${seen}">${draftId ? html`<input type="hidden" name="draft" value="${draftId}">` : ""}${content}<button type="submit" class="govuk-button">${button}</button></form>`;
}

/** What the fields are called. */
export const labels = {
  serial: "Serial",
  kind: "What it is",
  model: "Model",
  status: "State",
  publicKey1: "Public key",
  publicKey2: "Second public key",
  officerId: "Officer id",
  collarNumber: "Collar number",
  team: "Team",
  borough: "Borough",
  taserTrained: "Taser trained",
  supervisor: "Supervisor (optional)",
  cameraIssued: "Camera issued",
  cameraNotIssuedReason: "If not, why (optional)",
  deviceSerial: "Device",
  from: "From",
  singleCrewed: "Single-crewed",
} as const;

type FieldWords = { readonly name: string; readonly label: string; readonly hint?: string };

/** Around a field: its label, how to fill it in, and what must be changed. */
function group(
  form: Pick<EntryForm, "problems">,
  { name, label, hint }: FieldWords,
  field: (described: Markup | string) => Markup,
): Markup {
  const problem = form.problems.find((each) => each.field === name)?.detail;
  const ids = [hint ? `${name}-hint` : "", problem ? `${name}-error` : ""].filter(Boolean).join(" ");
  const described = html`${ids ? html` aria-describedby="${ids}"` : ""}${problem ? html` aria-invalid="true"` : ""}`;
  return html`<div class="govuk-form-group${problem ? " govuk-form-group--error" : ""}"><label class="govuk-label" for="${name}">${label}</label>${hint ? html`<div class="govuk-hint" id="${name}-hint">${hint}</div>` : ""}${problem ? html`<p id="${name}-error" class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> ${problem}</p>` : ""}${field(described)}</div>`;
}

/** A line of text; whatever was typed comes back, however long. */
export function textInput(form: EntryForm, words: FieldWords): Markup {
  const { name } = words;
  return group(
    form,
    words,
    (described) =>
      html`<input class="govuk-input" id="${name}" name="${name}" type="text" dir="auto" autocomplete="off" value="${form.fields[name] ?? ""}"${described}>`,
  );
}

/** What the browser's own chooser of times gives. What it cannot show comes back as the text that it is. */
const LOCAL_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/;

export function timeInput(form: EntryForm, words: FieldWords): Markup {
  const { name } = words;
  const value = form.fields[name] ?? "";
  const type = LOCAL_TIME.test(value) ? html`type="datetime-local" step="1"` : html`type="text"`;
  return group(
    form,
    words,
    (described) =>
      html`<input class="govuk-input" id="${name}" name="${name}" ${type} value="${value}"${described}>`,
  );
}

/** One of a few; `none` is what no choice is called, where one may choose nothing. */
export function choiceInput(
  form: EntryForm,
  words: FieldWords & { readonly choices: readonly (readonly [value: string, words: string])[] },
): Markup {
  const { name, choices } = words;
  const chosen = form.fields[name] ?? "";
  return group(
    form,
    words,
    (described) =>
      html`<select class="govuk-select" id="${name}" name="${name}"${described}>${choices.map(
        ([value, said]) =>
          html`<option value="${value}"${value === chosen ? html` selected` : ""}>${said}</option>`,
      )}</select>`,
  );
}

export const YES_NO = [
  ["", "Choose"],
  ["yes", "Yes"],
  ["no", "No"],
] as const;
