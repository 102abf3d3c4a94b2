import { html } from "hono/html";
import { apartKinds, type Figures } from "#domain/figures/count-uses.ts";
import {
  acceptedInWords,
  apartLabels,
  countedOutcomes,
  outcomeLabels,
  outcomeSentence,
  shareOf,
} from "#handlers/api/console/frame/figures-words.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { daysInWords, type LocalDays } from "#handlers/api/console/frame/local-days.ts";
import { queryField, querySummary } from "#handlers/api/console/frame/query-form.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import { counted } from "#handlers/api/console/frame/words.ts";
import { type FiguresOfSpan, MOST_COUNTED } from "#use-cases/casework/read-figures.ts";

export type FiguresForm = { readonly from: string; readonly to: string; readonly borough: string };

export type FiguresContent = {
  readonly form: FiguresForm;
  readonly problems: readonly { readonly field: string; readonly detail: string }[];
  readonly timeZone: string;
  /** Absent before anything was asked. */
  readonly answer?: { readonly days: LocalDays; readonly figures: FiguresOfSpan | "too-long" } | undefined;
};

export function figuresPage(frame: Frame, content: FiguresContent): Markup {
  const { form, problems, answer, timeZone } = content;
  const problemOf = (name: string) => problems.find(({ field }) => field === name)?.detail;
  return page(
    frame,
    { title: `${problems.length > 0 ? "Error: " : ""}Figures`, current: "figures" },
    html`${querySummary(problems, "Nothing was counted yet")}<h1 class="govuk-heading-l">Figures</h1><p class="govuk-body">How many Taser discharges are on video. Days in ${timeZone}. Drills are in no figure, and an accepted explanation changes none: it is counted beside the fact.</p>
<form method="get" action="/figures" class="filters no-print" novalidate>${queryField({ name: "from", label: "First day", type: "date", value: form.from, problem: problemOf("from") })}${queryField({ name: "to", label: "Last day", type: "date", value: form.to, problem: problemOf("to") })}${queryField({ name: "borough", label: "Borough (empty for all)", value: form.borough, problem: problemOf("borough") })}<button type="submit" class="govuk-button govuk-button--secondary">Count</button></form>${answer ? answered(answer, form) : ""}`,
  );
}

function answered({ days, figures }: NonNullable<FiguresContent["answer"]>, form: FiguresForm): Markup {
  const where = form.borough ? html`, <bdi>${form.borough}</bdi>` : "";
  const heading = html`<h2 class="govuk-heading-m">${daysInWords(days)}${where}</h2>`;
  if (figures === "too-long") {
    return html`${heading}<p class="govuk-inset-text">These days hold more than ${MOST_COUNTED} uses and tests, which is more than is counted in one go. Nothing is shown, because a part would be a wrong figure: choose fewer days.</p>`;
  }
  const { all, own, unreadable, boroughs } = figures;
  const known = boroughs.length > 0 || own > 0;
  return html`${heading}${unreadableNote(unreadable)}${own > 0 ? html`<p class="govuk-inset-text">${counted(own, "use")} that may be your own ${own === 1 ? "is" : "are"} in none of these figures.</p>` : ""}
${form.borough !== "" && !known ? html`<p class="govuk-inset-text">Nothing of these days is recorded under this borough. The figures of all boroughs name each as it is written.</p>` : ""}<p class="govuk-body-l">${counted(all.discharges, "Taser discharge")}, of which ${all.outcomes.RECORDED.count} captured (${shareOf(all.outcomes.RECORDED.count, all)}).</p>
<ul class="govuk-list govuk-list--bullet">${countedOutcomes
    .filter((name) => all.outcomes[name].count > 0)
    .map(
      (name) => html`<li>${outcomeSentence(name, all)}</li>`,
    )}<li>The discharge itself is covered in ${all.eventCovered}.</li></ul>
${outcomeTable(all)}${apartTable(all)}${form.borough === "" ? boroughTable(figures, form) : ""}
<p class="govuk-body no-print"><a class="govuk-link" href="/figures/download?${queryOf(form)}">Download as CSV</a></p>`;
}

type Cell = Markup | string | number;

function table(caption: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  return html`<table class="govuk-table rows figures"><caption class="govuk-table__caption govuk-table__caption--s">${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map(
    ([first, ...others]) =>
      html`<tr><th scope="row">${first}</th>${others.map((cell, index) => html`<td data-head="${heads[index + 1] ?? ""}">${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}

function outcomeTable(figures: Figures): Markup {
  const { discharges, outcomes, accepted, eventCovered } = figures;
  return table(
    "Taser discharges by what is on video",
    ["On video", "Discharges", "Share", "Explanation accepted"],
    [
      ...countedOutcomes.map((name) => {
        const { count, accepted: beside } = outcomes[name];
        return [outcomeLabels[name], count, shareOf(count, figures), acceptedInWords(beside)];
      }),
      ["All discharges", discharges, shareOf(discharges, figures), acceptedInWords(accepted)],
      [
        "The discharge itself covered, whatever is missing before or after",
        eventCovered,
        shareOf(eventCovered, figures),
        "",
      ],
    ],
  );
}

function apartTable({ apart }: Figures): Markup {
  return table(
    "Counted apart, and not among the discharges",
    ["What", "How many"],
    apartKinds.map((kind) => [apartLabels[kind], apart[kind]]),
  );
}

function boroughTable({ boroughs }: FiguresOfSpan, form: FiguresForm): Markup | string {
  if (boroughs.length === 0) return "";
  return table(
    "By borough",
    ["Borough", "Discharges", "Captured", "Not recorded", "Not recorded, explanation accepted"],
    boroughs.map(({ borough, figures: { discharges, outcomes } }) => [
      html`<a href="/figures?${queryOf({ ...form, borough })}"><bdi>${borough}</bdi></a>`,
      discharges,
      outcomes.RECORDED.count,
      outcomes.UNRECORDED.count,
      acceptedInWords(outcomes.UNRECORDED.accepted),
    ]),
  );
}

function queryOf({ from, to, borough }: FiguresForm): string {
  return new URLSearchParams({ from, to, ...(borough ? { borough } : {}) }).toString();
}
