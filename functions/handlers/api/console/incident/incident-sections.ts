import { html } from "hono/html";
import type { IncidentAnswer } from "#contracts/answers.ts";
import type { CustodyEntry } from "#contracts/incident.ts";
import type { Verdict } from "#contracts/verdict.ts";
import { countingRules, findingRules } from "#domain/rules/register.ts";
import type { Markup } from "#handlers/api/console/frame/layout.ts";
import type { Times } from "#handlers/api/console/frame/times.ts";
import {
  ageBand,
  alertWords,
  counted,
  dutyWords,
  explanationWords,
  kindWords,
  outcomeWords,
  plainWords,
  relationWords,
} from "#handlers/api/console/frame/words.ts";
import { changesBetween } from "./verdict-changes.ts";

/** The custody log as this reader sees it: oversight sees no names and no reasons. */
export type ShownEntry = Omit<CustodyEntry, "who" | "why"> & Partial<Pick<CustodyEntry, "who" | "why">>;

type Fact = readonly [name: string, value: Markup | string];

function facts(rows: readonly Fact[]): Markup {
  return html`<dl class="govuk-summary-list">${rows.map(
    ([name, value]) =>
      html`<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">${name}</dt><dd class="govuk-summary-list__value">${value}</dd></div>`,
  )}</dl>`;
}

/** Text of somebody else's: whatever direction it runs in, it ends where it ends. */
function foreign(text: string | undefined, absent: string): Markup | string {
  return text === undefined ? absent : html`<bdi>${text}</bdi>`;
}

export function factsSection(
  incident: IncidentAnswer,
  { officer, times }: { readonly officer: string | undefined; readonly times: Times },
): Markup {
  const { verdict } = incident;
  const actions = incident.actions.map(plainWords).join(", ");
  const rows: readonly Fact[] = [
    ["When", times.full(incident.occurredAt)],
    ["Where", html`${foreign(incident.borough, "Not known")}${placeOf(incident)}`],
    ["Subject", subjectOf(incident)],
    ["Officer", foreign(officer, "Not known")],
    ["Weapon", foreign(incident.weaponSerial, "Not named")],
    ["Actions", actions || "None recorded"],
    ["Reference", foreign(incident.incidentRef, "None, or not shown to you")],
    ...(verdict ? verdictFacts(verdict) : []),
    ["Use report", reportsOf(incident)],
  ];
  return html`<section><h2 class="govuk-heading-m">Facts</h2>${facts(rows)}</section>`;
}

function verdictFacts({ duty, audio, kindDecidedBy }: Verdict): readonly Fact[] {
  return [
    ["The officer's own camera", dutyWords[duty.outcome]],
    ["Sound", outcomeWords[audio.outcome]],
    ["Known to be that by", foreign(plainSource(kindDecidedBy), "")],
  ];
}

/** `log`, `report:<id>` or `decision`. */
function plainSource(decidedBy: string): string {
  if (decidedBy === "log") return "The weapon's log";
  return decidedBy === "decision"
    ? "A decision that two supervisors took"
    : `The use report ${decidedBy.replace("report:", "")}`;
}

function reportsOf({ reports }: IncidentAnswer): Markup | string {
  if (reports.length === 0) return "None has come";
  return html`${reports.map(
    ({ reportId, bodyWornVideo, absenceReason }, index) =>
      html`${index > 0 ? html`<br>` : ""}<bdi>${reportId}</bdi>: says video ${plainWords(bodyWornVideo ?? "not known").toLowerCase()}${absenceReason ? html`, because: ${explanationWords[absenceReason.code]}${wordsOf(absenceReason)}` : ""}`,
  )}`;
}

/** Oversight reads the code alone. */
function wordsOf({ text }: { readonly text?: string }): Markup | string {
  return text === undefined ? "" : html`, <bdi>${text}</bdi>`;
}

/** The kind of place, as the use reports have it. */
function placeOf({ reports }: IncidentAnswer): string {
  const places = reports.flatMap(({ locationType }) => locationType ?? []).map(plainWords);
  return places.length === 0 ? "" : ` (${[...new Set(places)].join(" or ").toLowerCase()})`;
}

/** Bands and codes alone: of the subject nobody reads more here. */
function subjectOf({ reports }: IncidentAnswer): string {
  const bands = reports.flatMap(({ subject }) => subject?.ageBand ?? []).map(ageBand);
  return bands.length === 0 ? "No use report" : `Age band ${[...new Set(bands)].join(" or ")}`;
}

const ruleByCode = new Map([...findingRules, ...countingRules].map((rule) => [rule.code, rule]));

/** Each finding in words, and why there is such a rule. */
export function findingsSection({ findings }: Verdict): Markup {
  return html`<section><h2 class="govuk-heading-m">Findings</h2>${
    findings.length === 0
      ? html`<p class="govuk-body">None: nothing was found that needs saying beside the outcome.</p>`
      : html`<ul class="govuk-list govuk-list--bullet">${findings.map(({ code, detail }) => {
          const rule = ruleByCode.get(code);
          return html`<li><bdi>${detail}</bdi><br><span class="reason">${rule ? `${rule.title}. The rule comes from: ${rule.source} (${rule.clause}).` : code}</span></li>`;
        })}</ul>`
  }</section>`;
}

type Said = {
  readonly by?: string | undefined;
  readonly at: string;
  readonly what: string;
  readonly text?: string | undefined;
};

/** What people asked, said and decided: beside the verdict, never in its place. */
export function peopleSection(incident: IncidentAnswer, times: Times): Markup | string {
  const said = saidBy(incident).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  if (said.length === 0) return "";
  return html`<section><h2 class="govuk-heading-m">What people said and decided</h2><div class="moj-timeline">${said.map(
    ({ by, at, what, text }) =>
      html`<div class="moj-timeline__item"><div class="moj-timeline__header"><h3 class="moj-timeline__title">${what}</h3> <p class="moj-timeline__byline">${by ? html`by <bdi>${by}</bdi>` : ""}</p></div><p class="moj-timeline__date"><time datetime="${at}">${times.full(at)}</time></p>${text ? html`<div class="moj-timeline__description"><bdi class="words">${text}</bdi></div>` : ""}</div>`,
  )}</div></section>`;
}

function saidBy(incident: IncidentAnswer): readonly Said[] {
  const { acknowledgements, explanationRequests, explanation, decision, confirmations, holds } = incident;
  return [
    ...acknowledgements.map(({ by, at }) => ({ by, at, what: "Acknowledged" })),
    ...explanationRequests.map(({ by, at, code, text }) => ({
      by,
      at,
      text,
      what: `Asked about: ${explanationWords[code].toLowerCase()}`,
    })),
    ...(explanation
      ? [
          {
            by: explanation.by,
            at: explanation.at,
            text: explanation.text,
            what: `Explanation: ${explanationWords[explanation.code].toLowerCase()}`,
          },
        ]
      : []),
    ...(decision ? decisionSaid(decision) : []),
    ...confirmations.map(({ by, at, shows, footageId, reason }) => ({
      by,
      at,
      text: reason,
      what: `Footage ${footageId} ${shows ? "shows" : "does not show"} the event`,
    })),
    ...holds.map(({ by, at, action, reason }) => ({
      by,
      at,
      text: reason,
      what: action === "place" ? "Hold placed on the footage" : "Hold released",
    })),
  ];
}

function decisionSaid(decision: NonNullable<IncidentAnswer["decision"]>): readonly Said[] {
  const { accept, kind, reason, proposedBy, proposedAt, approval } = decision;
  const as = kind ? `, as ${kindWords[kind].toLowerCase()}` : "";
  return [
    {
      by: proposedBy,
      at: proposedAt,
      text: reason,
      what: `${accept ? "Proposed to accept the explanation" : "Proposed not to accept the explanation"}${as}`,
    },
    ...(approval
      ? [
          {
            by: approval.by,
            at: approval.at,
            text: approval.reason,
            what: approval.approve ? "Decision approved" : "Decision refused",
          },
        ]
      : []),
  ];
}

/** Behind headings that open: what the verdict rests on, and how it came to be. */
export function backgroundSections(
  incident: IncidentAnswer,
  custody: readonly ShownEntry[],
  times: Times,
): Markup {
  const { verdict, verdicts, alerts } = incident;
  return html`<section class="no-print"><h2 class="govuk-heading-m">What it rests on</h2>${verdict ? html`${folded(`Sources and clocks (${counted(verdict.sources.length, "clip")})`, sources(verdict, times))}${folded("Policy", policyOf(verdict, times))}` : ""}${folded(`Versions of the verdict (${verdicts.length})`, versions(verdicts, times))}${folded(`Alerts (${alerts.length})`, alertList(incident, times))}${folded(`Who looked and who did what (${custody.length})`, custodyList(custody, times))}</section>`;
}

function folded(title: string, content: Markup): Markup {
  return html`<details class="govuk-details"><summary class="govuk-details__summary"><span class="govuk-details__summary-text">${title}</span></summary><div class="govuk-details__text">${content}</div></details>`;
}

function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (Markup | string)[])[],
): Markup {
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-table__caption--s">${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...others]) =>
      html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}

function sources({ sources: found, nearby, clocks }: Verdict, times: Times): Markup {
  return html`${
    found.length === 0
      ? html`<p class="govuk-body">No footage counts.</p>`
      : table(
          "Footage that counts",
          ["Clip", "Whose", "What it covers"],
          found.map(({ footageId, relation, covered }) => [
            html`<bdi>${footageId}</bdi>`,
            relationWords[relation],
            covered.map(({ from, to }) => `${times.clock(from)} to ${times.clock(to)}`).join(", "),
          ]),
        )
  }${
    nearby.length === 0
      ? ""
      : table(
          "Footage near it that does not count",
          ["Clip", "Camera", "Kind"],
          nearby.map(({ footageId, cameraSerial, kind }) => [
            html`<bdi>${footageId}</bdi>`,
            html`<bdi>${cameraSerial}</bdi>`,
            plainWords(kind),
          ]),
        )
  }${table(
    "Clocks",
    ["Device", "Was wrong by", "Known to", "How it is known"],
    clocks.map(({ serial, offsetSeconds, uncertaintySeconds, basis }) => [
      html`<bdi>${serial}</bdi>`,
      basis === "untrusted" ? "not known" : `${offsetSeconds} s`,
      `± ${uncertaintySeconds} s`,
      clockWords[basis],
    ]),
  )}`;
}

const clockWords: Readonly<Record<Verdict["clocks"][number]["basis"], string>> = {
  measured: "Measured when it was docked",
  assumed: "Assumed from its last setting",
  untrusted: "It cannot be trusted",
};

function policyOf({ policy, ruleset, video, inputsDigest, graceEndsAt }: Verdict, times: Times): Markup {
  return facts([
    ["Policy", `${policy.version}, in force since ${policy.effectiveFrom}`],
    [
      "It requires",
      `${video.before.requiredSeconds} s before, the event, and ${video.after.requiredSeconds} s after`,
    ],
    ["Footage is awaited until", times.full(graceEndsAt)],
    ["Rules", ruleset],
    ["Digest of all inputs", html`<code>${inputsDigest}</code>`],
  ]);
}

/** Newest first, each with what changed against the one before. */
function versions(verdicts: readonly Verdict[], times: Times): Markup {
  const told = verdicts.map((verdict, index) => ({
    verdict,
    changes: changesBetween(verdicts[index - 1], verdict),
  }));
  return html`<ol class="govuk-list versions" reversed>${told
    .toReversed()
    .map(
      ({ verdict, changes }) =>
        html`<li value="${verdict.version}"><strong>${outcomeWords[verdict.outcome]}</strong>${verdict.final ? ", final" : ""}, ${times.full(verdict.decidedAt)}<br>${changes.join(" ")}</li>`,
    )}</ol>`;
}

function alertList({ alerts }: IncidentAnswer, times: Times): Markup {
  if (alerts.length === 0) return html`<p class="govuk-body">Nobody had to be told.</p>`;
  return table(
    "Alerts, oldest first",
    ["Alert", "Level", "Sent"],
    alerts.map(({ type, level, sentAt }) => [
      alertWords[type],
      String(level),
      sentAt ? times.full(sentAt) : "Being sent",
    ]),
  );
}

/** Long logs are told of from their end; the whole of them is at the API. */
const ENTRIES = 100;

function custodyList(custody: readonly ShownEntry[], times: Times): Markup {
  const latest = custody.slice(-ENTRIES).toReversed();
  return html`${custody.length > ENTRIES ? html`<p class="govuk-body-s">The latest ${ENTRIES} of ${custody.length}.</p>` : ""}${table(
    "Newest first",
    ["When", "Who", "What", "Why"],
    latest.map(({ at, who, what, why }) => [
      times.full(at),
      foreign(who, "Not shown to you"),
      foreign(what, ""),
      foreign(why, ""),
    ]),
  )}`;
}
