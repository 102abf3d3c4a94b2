import { html } from "hono/html";
import { type Frame, type Markup, page } from "./layout.ts";

/** What went wrong, in plain words, and the way on. */
export type PlainProblem = {
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 500 | 503;
  readonly title: string;
  readonly detail: string;
  readonly wayOn?: { readonly href: string; readonly text: string };
};

const titles: Readonly<Record<PlainProblem["status"], string>> = {
  400: "That cannot be taken as it was sent",
  403: "You may not do this",
  404: "There is no such page",
  405: "That is not how this page is used",
  409: "This does not fit what is already recorded",
  413: "That is too long",
  415: "That cannot be taken as it was sent",
  500: "Something went wrong on our side",
  503: "The service is busy",
};

/** The title that goes with a status. */
export function titleOf(status: number): string {
  return titles[status as PlainProblem["status"]] ?? titles[500];
}

export function problemPage(frame: Frame, problem: PlainProblem): Markup {
  const { href, text } = problem.wayOn ?? { href: "/", text: "Go to what needs you" };
  return page(
    frame,
    { title: problem.title },
    html`<h1 class="govuk-heading-l">${problem.title}</h1><p class="govuk-body">${problem.detail}</p><p class="govuk-body"><a class="govuk-link" href="${href}">${text}</a></p>`,
  );
}
