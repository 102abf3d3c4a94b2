import { html } from "hono/html";
import type { SweepReport, Waiting } from "#contracts/sweep.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import { counted } from "#handlers/api/console/frame/words.ts";
import type { Accounts } from "#use-cases/sweep/read-accounts.ts";

export type AccountsContent = { readonly accounts: Accounts; readonly times: Times; readonly now: Date };

const MINUTE_MS = 60_000;
/** It runs every 15 minutes; two that are missing are a fault. */
const OVERDUE_MS = 45 * MINUTE_MS;

/** What waits, in the order in which it comes to be accounted for. */
const waitingWords = {
  promised: "Clips that were declared and have not come",
  halfSent: "Clips of which only some parts have come",
  unread: "Files that came and are still to be read",
  undeclared: "Files that nobody declared",
  gone: "Accepted clips whose file is gone",
} as const;

const doneWords = {
  restarted: "incidents looked at again that were overdue",
  formed: "weapon logs turned into incidents",
  settled: "uploads settled",
  expired: "promises given up",
  reopened: "uploads to be sent anew",
  probedAgain: "files read again",
} as const;

/** What the latest sweep found, in words: every upload and incident is somewhere, and this says where. */
export function accountsPage(frame: Frame, { accounts, times, now }: AccountsContent): Markup {
  const { report } = accounts;
  return page(
    frame,
    { title: "What is accounted for" },
    html`<h1 class="govuk-heading-l">What is accounted for</h1>${
      report
        ? told(report, accounts, { times, now })
        : html`<p class="govuk-inset-text">Nothing can be said yet: the first look at everything is still to come. It is taken every 15 minutes.</p>`
    }`,
  );
}

type Moment = Pick<AccountsContent, "times" | "now">;

function told(report: SweepReport, { undeclared }: Accounts, { times, now }: Moment): Markup {
  const age = now.getTime() - Date.parse(report.at);
  const heading = report.allAccountedFor
    ? "All is accounted for"
    : `${counted(report.unaccounted, "thing")} ${report.unaccounted === 1 ? "is" : "are"} not accounted for`;
  return html`<div class="govuk-inset-text"><h2 class="govuk-heading-m">${heading}</h2><p class="govuk-body">Everything was looked at ${ageInWords(age / 1000)} ago, ${times.full(report.at)}.</p></div>${
    age > OVERDUE_MS
      ? html`<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span><strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">Warning</span>It should be looked at every 15 minutes, and was not: tell those who run the service.</strong></div>`
      : ""
  }
${failuresOf(report)}${waitingTable(report, times)}${undeclaredTable(undeclared, { times, now })}${doneList(report)}`;
}

function failuresOf({ failures }: SweepReport): Markup | string {
  if (failures.length === 0) return "";
  return html`<h2 class="govuk-heading-m">What could not be brought forward</h2><ul class="govuk-list govuk-list--bullet">${failures.map(
    ({ what, since, error }) => html`<li><bdi>${what}</bdi>: ${error}, since <bdi>${since}</bdi></li>`,
  )}</ul><p class="govuk-body">It is tried again every 15 minutes, and those who run the service were told.</p>`;
}

function waitingTable(report: SweepReport, times: Times): Markup {
  return html`<h2 class="govuk-heading-m">What waits</h2><table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">What waits, with the age of the oldest</caption><thead><tr><th scope="col">What</th><th scope="col">How many</th><th scope="col">The oldest</th></tr></thead><tbody>${Object.entries(
    waitingWords,
  ).map(
    ([name, words]) =>
      html`<tr><th scope="row">${words}</th>${waitingCells(report[name as keyof typeof waitingWords], times)}</tr>`,
  )}</tbody></table>`;
}

function waitingCells({ count, oldest }: Waiting, times: Times): Markup {
  return html`<td>${count === 0 ? "None" : count}</td><td>${oldest ? html`<bdi>${oldest.id}</bdi><br>for ${ageInWords(oldest.ageSeconds)}, since ${times.full(oldest.since)}` : ""}</td>`;
}

function undeclaredTable(files: Accounts["undeclared"], { times, now }: Moment): Markup | string {
  if (files.length === 0) return "";
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-table__caption--s">Files that nobody declared, the oldest first. They count for nobody and are not deleted.</caption><thead><tr><th scope="col">File</th><th scope="col">Bytes</th><th scope="col">Stored</th></tr></thead><tbody>${files.map(
    ({ objectKey, bytes, storedAt }) =>
      html`<tr><th scope="row"><bdi>${objectKey}</bdi></th><td>${bytes}</td><td>${ageInWords((now.getTime() - Date.parse(storedAt)) / 1000)} ago, ${times.full(storedAt)}</td></tr>`,
  )}</tbody></table>`;
}

function doneList(report: SweepReport): Markup {
  const done = Object.entries(doneWords)
    .map(([name, words]) => ({ words, count: report[name as keyof typeof doneWords] }))
    .filter(({ count }) => count > 0);
  return html`<h2 class="govuk-heading-m">What the latest look brought forward</h2>${
    done.length === 0
      ? html`<p class="govuk-body">Nothing had to be.</p>`
      : html`<ul class="govuk-list govuk-list--bullet">${done.map(({ words, count }) => html`<li>${count} ${words}</li>`)}</ul>`
  }`;
}

/** `less than a minute`, `3 minutes`, `5 hours`, `12 days`. */
function ageInWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return counted(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, "hour") : counted(Math.floor(hours / 24), "day");
}
