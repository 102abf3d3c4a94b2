import { html, raw } from "hono/html";
import type { AlertMessage } from "#contracts/alert.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";

export type InboxEntry = AlertMessage & { readonly sentAt: string };
export type PageIncident = { readonly record: IncidentRecord; readonly verdicts: readonly Verdict[] };
export type PageContent = {
  readonly forceName: string;
  readonly timeZone: string;
  readonly incidents: readonly PageIncident[];
  readonly inbox: readonly InboxEntry[];
};

const style = `
:root { color-scheme: light; --ink:#16202b; --soft:#5a6876; --line:#dde3e9; --good:#12683f; --part:#8a5300; --bad:#a3131f; --calm:#41505f; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: var(--ink); background: #f5f7f9; }
header { background: #16202b; color: #fff; padding: 1.1rem 2rem; }
header h1 { margin: 0; font-size: 1.3rem; } header p { margin: .15rem 0 0; color: #c3ccd6; }
main { display: grid; grid-template-columns: minmax(0, 5fr) minmax(17rem, 2fr); gap: 2rem; max-width: 84rem; margin: 0 auto; padding: 1.5rem 2rem 3rem; }
h2 { font-size: 1.05rem; margin: 0 0 .8rem; } h3 { font-size: 1rem; margin: 0; }
article { background: #fff; border: 1px solid var(--line); border-left: 4px solid var(--calm); border-radius: 6px; padding: .9rem 1.1rem; margin: 0 0 1rem; }
article.good { border-left-color: var(--good); } article.part { border-left-color: var(--part); } article.bad { border-left-color: var(--bad); }
.top { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: baseline; }
.outcome { font-weight: 700; color: var(--calm); } .good .outcome { color: var(--good); } .part .outcome { color: var(--part); } .bad .outcome { color: var(--bad); }
.meta, time, footer, .empty { color: var(--soft); font-size: .88rem; } p { margin: .45rem 0; overflow-wrap: anywhere; }
.tag { border: 1px solid currentColor; border-radius: 3px; padding: 0 .35rem; font-size: .8rem; } .high { color: var(--bad); }
details { margin-top: .4rem; font-size: .88rem; } summary { cursor: pointer; color: var(--soft); }
ol.versions { margin: .5rem 0 0; padding-left: 1.2rem; color: var(--soft); font-size: .88rem; }
section.inbox article { padding: .7rem .9rem; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; font-size: .88rem; margin: .4rem 0 0; }
@media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
`;

const outcomeWords: Readonly<Record<string, string>> = {
  NOT_APPLICABLE: "Not applicable",
  RECORDED: "Recorded",
  PARTLY_RECORDED: "Partly recorded",
  UNRECORDED: "Not recorded",
  AWAITING_FOOTAGE: "Awaiting footage",
  NOT_RETAINED: "Footage not retained",
  UNDETERMINED: "Undetermined",
};

const outcomeTone: Readonly<Record<string, string>> = {
  RECORDED: "good",
  PARTLY_RECORDED: "part",
  UNDETERMINED: "part",
  UNRECORDED: "bad",
  NOT_RETAINED: "bad",
};

/** `NON_DISCHARGE` reads "Non discharge": the words of the contract, said to a person. */
function words(code: string): string {
  return outcomeWords[code] ?? code.charAt(0) + code.slice(1).toLowerCase().replaceAll("_", " ");
}

function localTime(timeZone: string): (utc: string) => string {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    dateStyle: "medium",
    timeStyle: "medium",
  });
  return (utc) => format.format(new Date(utc));
}

/** The versions that changed the outcome or made it final: others differ in what they rest on. */
function turningPoints(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter((verdict, index) => {
    const before = verdicts[index - 1];
    return before?.outcome !== verdict.outcome || before.final !== verdict.final;
  });
}

function versionLine(verdict: Verdict, time: (utc: string) => string) {
  return html`<li value="${verdict.version}">${words(verdict.outcome)}${verdict.final ? " (final)" : ""}, decided <time datetime="${verdict.decidedAt}">${time(verdict.decidedAt)}</time></li>`;
}

function incidentCard({ record, verdicts }: PageIncident, time: (utc: string) => string) {
  const latest = verdicts.at(-1);
  return html`<article class="${outcomeTone[latest?.outcome ?? ""] ?? "calm"}" id="${record.incidentId}">
    <div class="top"><h3 class="outcome">${latest ? words(latest.outcome) : "Not judged yet"}</h3>
      <span>${words(record.kind)} · <time datetime="${record.occurredAt}">${time(record.occurredAt)}</time></span>
      ${record.priority === "high" ? html`<span class="tag high">high priority</span>` : ""}${record.drill ? html`<span class="tag">drill</span>` : ""}</div>
    ${latest ? html`<p class="explanation">${latest.explanation}</p>` : ""}
    <p class="meta">Weapon ${record.weaponSerial ?? "not named"} · <bdi>${record.borough}</bdi> · ${words(record.state)}${
      latest && latest.findings.length > 0
        ? html` · findings: ${latest.findings.map((finding) => words(finding.code)).join(", ")}`
        : ""
    } · <span class="id">${record.incidentId}</span></p>
    ${verdicts.length > 1 ? html`<ol class="versions">${turningPoints(verdicts).map((verdict) => versionLine(verdict, time))}</ol>` : ""}
  </article>`;
}

function inboxCard(alert: InboxEntry, time: (utc: string) => string) {
  return html`<article class="${outcomeTone[alert.outcome] ?? "calm"}">
    <h3><bdi>${alert.email.subject}</bdi></h3>
    <p class="meta">${words(alert.type)} · level ${alert.level} · <time datetime="${alert.sentAt}">${time(alert.sentAt)}</time></p>
    <details><summary>What the email says</summary><pre>${alert.email.body}</pre></details>
  </article>`;
}

/** The page at `/`: everything that came is text here, escaped by the template, and there is no script. */
export function renderPage(content: PageContent) {
  const time = localTime(content.timeZone);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Witnessed · ${content.forceName}</title><style>${raw(style)}</style></head>
<body><header><h1>Witnessed</h1><p>${content.forceName} · was each use of a Taser recorded on video?</p></header>
<main><section class="incidents"><h2>Incidents (${content.incidents.length})</h2>
${content.incidents.map((incident) => incidentCard(incident, time))}
${content.incidents.length === 0 ? html`<p class="empty">Nothing has been reported yet.</p>` : ""}</section>
<section class="inbox"><h2>Alert inbox (${content.inbox.length})</h2>
${content.inbox.map((alert) => inboxCard(alert, time))}
${content.inbox.length === 0 ? html`<p class="empty">No alert has been sent.</p>` : ""}</section>
</main></body></html>`;
}
