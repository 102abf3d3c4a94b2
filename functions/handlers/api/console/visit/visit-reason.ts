import type { Hono } from "hono";
import { html } from "hono/html";
import { csrfField, type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { formOf, safeReturn, type VisitDeps } from "./visit.ts";

const LONGEST = 200;

/** Asked once a visit of those who look without having been alerted. */
export function askReasonPage(frame: Frame, csrf: string, to: string, missing = false): Markup {
  return page(
    frame,
    { title: "Why are you looking?" },
    html`<h1 class="govuk-heading-l">Why are you looking at incidents today?</h1><p class="govuk-body">Your answer is kept in the log of each incident that you open until you sign out.</p>
<form method="post" action="/visit" novalidate>${csrfField(csrf)}<input type="hidden" name="to" value="${to}"><div class="govuk-form-group${missing ? " govuk-form-group--error" : ""}"><label class="govuk-label" for="reason">Reason</label>${missing ? html`<p id="reason-error" class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> Write a reason of up to ${LONGEST} characters</p>` : ""}<input class="govuk-input" id="reason" name="reason" type="text" autocomplete="off"${missing ? html` aria-describedby="reason-error" aria-invalid="true"` : ""}></div><button type="submit" class="govuk-button">Continue</button></form>`,
  );
}

export function addVisitReason(app: Hono, deps: VisitDeps): void {
  app.post("/visit", async (c) => {
    const form = await formOf(c, "/", deps);
    if (form instanceof Response) return form;
    const { session, fields } = form;
    const to = safeReturn(fields["to"]);
    const reason = fields["reason"]?.trim() ?? "";
    if (reason === "" || reason.length > LONGEST) {
      return c.html(askReasonPage(await deps.frame(session), session.csrf, to, true), 400);
    }
    await deps.sessions.keep(c, { ...session, reason });
    return c.redirect(to, 303);
  });
}
