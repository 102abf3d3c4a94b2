import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Role } from "#contracts/people.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { roleWords } from "./words.ts";

/** A piece of a page: whatever came from outside was escaped when it was put in. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What all pages of one answer have in common. */
export type Frame = {
  readonly forceName: string;
  readonly stylesheet: string;
  /** Said on top of every page, such as that this is the local run. */
  readonly notice?: { readonly tag: string; readonly text: string } | undefined;
  readonly session?: Session | undefined;
};

/** The pages that stand on top of every page, in their order, and who is offered them. */
const places = {
  queue: { href: "/", words: "What needs you", roles: ["supervisor", "admin", "oversight"] },
  all: { href: "/incidents", words: "All incidents", roles: ["supervisor", "admin", "oversight"] },
  search: { href: "/search", words: "Search", roles: ["supervisor", "admin", "oversight"] },
  figures: { href: "/figures", words: "Figures", roles: ["supervisor", "admin", "oversight"] },
  kit: { href: "/kit", words: "Kit check", roles: ["supervisor", "admin"] },
  register: { href: "/register", words: "Register", roles: ["admin"] },
} as const satisfies Record<string, { href: string; words: string; roles: readonly Role[] }>;
type Place = keyof typeof places;

type PageHead = { readonly title: string; readonly current?: Place | undefined };

/** One whole page. It has no script, and no style but the stylesheet. */
export function page(frame: Frame, { title, current }: PageHead, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en" class="govuk-template"><head><meta charset="utf-8"><title>${title} – Witnessed</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="${frame.stylesheet}"></head>
<body class="govuk-template__body"><a href="#main" class="govuk-skip-link">Skip to main content</a>
<header>${header()}${navigation(frame, current)}${notice(frame)}</header>
<div class="govuk-width-container"><main class="govuk-main-wrapper" id="main">${content}</main></div>
<footer class="foot"><div class="govuk-width-container">${frame.session ? furtherLinks(frame.session) : ""}<p class="govuk-body-s">${frame.forceName}. Witnessed says whether a camera ran, never what the picture shows. Every look at an incident is on record.</p></div></footer>
</body></html>`;
}

/** What is wanted now and then. */
const furtherPlaces = [
  { href: "/closures", words: "Closed and reopened", roles: ["supervisor", "admin", "oversight"] },
  { href: "/accounted-for", words: "What is accounted for", roles: ["supervisor", "admin"] },
] as const satisfies readonly { href: string; words: string; roles: readonly Role[] }[];

function furtherLinks({ person, csrf }: Session): Markup {
  const offered = furtherPlaces.filter(({ roles }) => person.roles.some((role) => isOneOf(role, roles)));
  return html`<ul class="foot-links">${offered.map(({ href, words }) => html`<li><a href="${href}">${words}</a></li>`)}<li><form method="post" action="/sign-out">${csrfField(csrf)}<input type="hidden" name="everywhere" value="yes"><button type="submit" class="as-link">Sign out everywhere</button></form></li></ul>`;
}

const isOneOf = (role: Role, roles: readonly Role[]): boolean => roles.includes(role);

function header(): Markup {
  return html`<div class="govuk-generic-header"><div class="govuk-generic-header__container govuk-width-container"><div class="govuk-generic-header__logo"><a href="/" class="govuk-generic-header__homepage-link">Witnessed</a></div></div></div>`;
}

function notice({ notice: said }: Frame): Markup | string {
  return said
    ? html`<div class="govuk-width-container"><div class="govuk-phase-banner notice"><p class="govuk-phase-banner__content"><strong class="govuk-tag govuk-phase-banner__content__tag">${said.tag}</strong><span class="govuk-phase-banner__text">${said.text}</span></p></div></div>`
    : "";
}

function navigation({ session, forceName }: Frame, current: PageHead["current"]): Markup {
  const name = html`<span class="govuk-service-navigation__service-name"><span class="govuk-service-navigation__text">${forceName}</span></span>`;
  return html`<div class="govuk-service-navigation"><div class="govuk-width-container"><div class="govuk-service-navigation__container">${name}${session ? signedIn(session, current) : ""}</div></div></div>`;
}

function signedIn({ person, csrf }: Session, current: PageHead["current"]): Markup {
  const item = ([name, { href, words }]: Offered) => {
    const isCurrent = name === current;
    return html`<li class="govuk-service-navigation__item${isCurrent ? " govuk-service-navigation__item--active" : ""}"><a class="govuk-service-navigation__link" href="${href}"${isCurrent ? html` aria-current="page"` : ""}>${words}</a></li>`;
  };
  return html`<nav aria-label="Pages" class="govuk-service-navigation__wrapper"><ul class="govuk-service-navigation__list">
${placesFor(person).map(item)}</ul></nav>
<form method="post" action="/sign-out" class="signed-in">${csrfField(csrf)}<span><bdi>${person.name ?? person.subject}</bdi> (${rolesOf(person.roles)})</span> <button type="submit" class="as-link">Sign out</button></form>`;
}

type Offered = readonly [name: string, place: { readonly href: string; readonly words: string }];

function placesFor({ roles }: Session["person"]): readonly Offered[] {
  const offered = Object.entries(places).filter(([, place]) =>
    roles.some((role) => isOneOf(role, place.roles)),
  );
  return offered.length > 0 ? offered : [["queue", { href: "/", words: "Questions to you" }]];
}

function rolesOf(roles: Session["person"]["roles"]): string {
  return roles.length === 0 ? "no role" : roles.map((role) => roleWords[role].toLowerCase()).join(", ");
}

/** What every form carries, so that no other site can send it in the person's name. */
export function csrfField(csrf: string): Markup {
  return html`<input type="hidden" name="csrf" value="${csrf}">`;
}
