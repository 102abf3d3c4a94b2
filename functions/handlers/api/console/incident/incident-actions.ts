import { html } from "hono/html";
import type { Relation, Verdict } from "#contracts/verdict.ts";
import type { Markup } from "#handlers/api/console/frame/layout.ts";
import { explanationWords, kindWords } from "#handlers/api/console/frame/words.ts";
import type { ActName } from "./acts.ts";
import { actForm, type FormContext, radioField, selectField, textField } from "./forms.ts";

/** What the forms have to know of the incident. */
export type ActionFacts = {
  readonly verdict: Verdict | undefined;
  /** Whether its footage is on hold now. */
  readonly held: boolean;
};

type Titled = { readonly title: string; readonly form: Markup };

const reasons = Object.entries(explanationWords);

/** Everything that this person may do now, each behind its own heading that opens without a script. */
export function actionSections(
  offered: readonly ActName[],
  context: FormContext,
  facts: ActionFacts,
): Markup | string {
  // The first two stand where they cannot be overlooked.
  const others = offered.filter((act) => act !== "acknowledge" && act !== "approve");
  const sections = others.flatMap((act) => {
    const section = sectionOf(act, context, facts);
    return section ? [{ act, ...section }] : [];
  });
  if (sections.length === 0) return "";
  return html`<section class="no-print"><h2 class="govuk-heading-m" id="actions">What you can do</h2>${sections.map(
    ({ act, title, form }) =>
      html`<details class="govuk-details act"${context.returned?.act === act ? html` open` : ""}><summary class="govuk-details__summary"><span class="govuk-details__summary-text">${title}</span></summary><div class="govuk-details__text">${form}</div></details>`,
  )}</section>`;
}

/** Acknowledging takes one press. */
export function acknowledgeForm(context: FormContext): Markup {
  return actForm(context, "acknowledge", html``, "Acknowledge");
}

export function approveForm(context: FormContext): Markup {
  return actForm(
    context,
    "approve",
    html`${radioField(context, "approve", "approve", {
      label: "Do you approve the proposed decision?",
      choices: [
        ["yes", "Approve it"],
        ["no", "Refuse it"],
      ],
    })}${textField(context, "approve", "reason", "Why?")}`,
    "Send",
  );
}

function sectionOf(act: ActName, context: FormContext, facts: ActionFacts): Titled | undefined {
  switch (act) {
    case "ask":
      return {
        title: "Ask the officer for an explanation",
        form: actForm(
          context,
          act,
          html`${selectField(context, act, "code", { label: "What about?", choices: reasons, none: "Choose" })}${textField(context, act, "text", "Your question, as the officer will read it")}`,
          "Ask",
        ),
      };
    case "explain":
      return {
        title: "Record what the officer says",
        form: explainForm(context),
      };
    case "propose":
      return { title: "Propose a decision", form: proposeForm(context) };
    case "confirm":
      return confirmSection(context, facts);
    case "hold":
      return holdSection(context, facts);
    case "acknowledge":
    case "approve":
      return undefined;
  }
}

export function explainForm(context: FormContext): Markup {
  return actForm(
    context,
    "explain",
    html`${selectField(context, "explain", "code", { label: "Reason", choices: reasons, none: "Choose" })}${textField(context, "explain", "text", "In the officer's own words")}<p class="govuk-hint">It stands beside the verdict and never changes it.</p>`,
    "Record the explanation",
  );
}

function proposeForm(context: FormContext): Markup {
  return actForm(
    context,
    "propose",
    html`${radioField(context, "propose", "accept", {
      label: "Do you accept the explanation?",
      choices: [
        ["yes", "Accept it"],
        ["no", "Do not accept it"],
      ],
    })}${selectField(context, "propose", "kind", {
      label: "What it was, if the record says otherwise",
      choices: Object.entries(kindWords),
      none: "As recorded",
    })}${textField(context, "propose", "reason", "Why?")}<p class="govuk-hint">Another supervisor approves or refuses it. It never changes whether the event is on video.</p>`,
    "Propose",
  );
}

const MUST_BE_SEEN: ReadonlySet<string> = new Set(["vehicle", "fixed"] satisfies Relation[]);

/** Vehicle and fixed cameras near the event: what they show is for a person to say. */
function confirmSection(context: FormContext, { verdict }: ActionFacts): Titled | undefined {
  const clips = [
    ...(verdict?.nearby ?? [])
      .filter(({ kind }) => MUST_BE_SEEN.has(kind))
      .map(({ footageId, cameraSerial, kind }) => ({
        footageId,
        words: `${kind} camera ${cameraSerial}, ${footageId}`,
      })),
    ...(verdict?.sources ?? [])
      .filter(({ relation }) => MUST_BE_SEEN.has(relation))
      .map(({ footageId, relation }) => ({ footageId, words: `${relation} camera, ${footageId}` })),
  ];
  if (clips.length === 0) return undefined;
  return {
    title: "Say whether a vehicle or fixed camera shows the event",
    form: actForm(
      context,
      "confirm",
      html`${selectField(context, "confirm", "footageId", {
        label: "Which clip?",
        choices: clips.map(({ footageId, words }) => [footageId, words]),
        none: "Choose",
      })}${radioField(context, "confirm", "shows", {
        label: "Does it show the event?",
        choices: [
          ["yes", "It shows the event"],
          ["no", "It does not"],
        ],
      })}${textField(context, "confirm", "reason", "What did you see?")}`,
      "Record it",
    ),
  };
}

function holdSection(context: FormContext, { held }: ActionFacts): Titled {
  return {
    title: held ? "Release the hold on the footage" : "Place a hold on the footage",
    form: actForm(
      context,
      "hold",
      html`<input type="hidden" name="action" value="${held ? "release" : "place"}">${textField(context, "hold", "reason", "Why?")}`,
      held ? "Release the hold" : "Place the hold",
    ),
  };
}
