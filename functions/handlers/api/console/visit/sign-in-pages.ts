import { html } from "hono/html";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";

/** A form came after its visit had ended. `to` leads through the sign-in. */
export function sessionEndedPage(
  frame: Frame,
  { typed, kept, to }: { readonly typed: Fields; readonly kept: boolean; readonly to: string },
): Markup {
  const words = Object.entries(typed).filter(([name]) => TYPED.has(name));
  return page(
    frame,
    { title: "Sign in again" },
    html`<h1 class="govuk-heading-l">Sign in again: nothing was recorded yet</h1>
<p class="govuk-body">You were signed out: after 30 minutes without use, after 12 hours, or because you signed out elsewhere. ${
      kept
        ? "What you typed is kept for an hour. Sign in, look at it again, and send it."
        : "What you typed is shown below, so that you can copy it before you sign in."
    }</p>
<p><a class="govuk-button" role="button" draggable="false" href="${to}">Sign in</a></p>
${kept ? "" : words.map(([, text]) => html`<div class="govuk-inset-text"><bdi>${text}</bdi></div>`)}`,
  );
}

/** Fields that a person writes in their own words. */
const TYPED: ReadonlySet<string> = new Set(["text", "reason"]);

export function signedOutPage(
  frame: Frame,
  { issuerAddress, everywhere }: { readonly issuerAddress: string | undefined; readonly everywhere: boolean },
): Markup {
  return page(
    frame,
    { title: "Signed out" },
    html`<h1 class="govuk-heading-l">You are signed out of Witnessed${everywhere ? " everywhere" : ""}</h1>
${everywhere ? html`<p class="govuk-body">No browser in which you were signed in is any more.</p>` : ""}${
  issuerAddress === undefined
    ? ""
    : html`<p class="govuk-body">Your force's sign-in may still know you. On a machine that others use, <a class="govuk-link" href="${issuerAddress}">sign out there too</a>.</p>`
}<p class="govuk-body"><a class="govuk-link" href="/">Sign in again</a></p>`,
  );
}

export function signInFailedPage(frame: Frame, to: string): Markup {
  return page(
    frame,
    { title: "Not signed in" },
    html`<h1 class="govuk-heading-l">You are not signed in</h1>
<p class="govuk-body">The sign-in was cancelled, took longer than ten minutes, or was begun in another browser. Nothing was lost: try once more.</p>
<p><a class="govuk-button" role="button" draggable="false" href="${to}">Sign in</a></p>`,
  );
}
