import { html } from "hono/html";
import type { CustodyEntry } from "#contracts/incident.ts";
import type { Markup } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";

/** Said on top: that something was done, or that nothing was and why. */
export type Said = {
  readonly title: string;
  readonly lines?: readonly string[];
  readonly success?: boolean;
};

export function saidBanner(said: Said | undefined): Markup | string {
  if (!said) return "";
  const { title, lines = [], success = false } = said;
  return html`<div class="govuk-notification-banner${success ? " govuk-notification-banner--success" : ""}" role="${success ? "status" : "alert"}" aria-labelledby="banner"><div class="govuk-notification-banner__header"><h2 class="govuk-notification-banner__title" id="banner">${success ? "Done" : "Important"}</h2></div><div class="govuk-notification-banner__content"><p class="govuk-notification-banner__heading">${title}</p>${lines.map((line) => html`<p class="govuk-body"><bdi>${line}</bdi></p>`)}</div></div>`;
}

/** Somebody else wrote in between: who, what and when. */
export function entryWords({ who, what, at }: CustodyEntry, times: Times): string {
  return `${who} ${what}, ${times.full(at)}.`;
}

/** So many of the latest lines of a log are on a page, until all are asked for. */
export const LOG_SHOWN = 50;

/** Who changed an entry of the register, the latest first; `path` is the page that shows all of a long log. */
export function changesSection(log: readonly CustodyEntry[], times: Times, path?: string): Markup {
  const latest = log.toReversed();
  const isCut = (log[0]?.seq ?? 1) > 1 && path !== undefined;
  return html`<h2 class="govuk-heading-m" id="changes">Who changed it</h2>${
    latest.length === 0
      ? html`<p class="govuk-body">Nothing has been changed since changes are kept.</p>`
      : html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Changes, the latest first</caption><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead><tbody>${latest.map(
          ({ at, who, what }) =>
            html`<tr><th scope="row">${times.full(at)}<td><bdi>${who}</bdi><td><bdi>${what}</bdi>`,
        )}</tbody></table>`
  }${isCut ? html`<p class="govuk-body">These are the latest ${latest.length}. <a class="govuk-link" href="${path}?changes=all#changes">Show all changes</a></p>` : ""}`;
}
