import { html } from "hono/html";
import type { AlertMessage, Notice } from "#contracts/alert.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { alertWords } from "#handlers/api/console/frame/words.ts";

export type InboxEntry = (AlertMessage | Notice) & { readonly sentAt: string };

const LINK = /^((?:The incident|The console|The kit check): )(https?:\/\/\S+)$/m;

/** What the topics would have delivered, newest first, with links that lead to the console. */
export function inboxPage(frame: Frame, entries: readonly InboxEntry[], times: Times): Markup {
  return page(
    frame,
    { title: `Alert inbox (${entries.length})` },
    html`<h1 class="govuk-heading-l">Alert inbox (${entries.length})</h1><p class="govuk-body">In a force's stack these are emails and text messages. <a class="govuk-link" href="/">To the console</a></p>
${entries.length === 0 ? html`<p class="govuk-inset-text">No alert has been sent.</p>` : entries.map((entry) => letter(entry, times))}`,
  );
}

function letter({ email, sms, type, level, sentAt }: InboxEntry, times: Times): Markup {
  return html`<details class="govuk-details"><summary class="govuk-details__summary"><span class="govuk-details__summary-text"><bdi>${email.subject}</bdi></span></summary><div class="govuk-details__text"><p class="govuk-body-s">${type === "DIGEST" ? "Daily digest" : alertWords[type]}, to level ${level}, ${times.full(sentAt)}</p><pre class="letter">${linked(email.body)}</pre><p class="govuk-body-s">Text message: <bdi>${sms}</bdi></p></div></details>`;
}

function linked(body: string): Markup | string {
  const found = LINK.exec(body);
  if (!found?.[2]) return body;
  const [before, after] = [body.slice(0, found.index), body.slice(found.index + found[0].length)];
  return html`${before}${found[1]}<a class="govuk-link" href="${found[2]}">${found[2]}</a>${after}`;
}
