import { acceptedCode } from "#contracts/incident.ts";
import { type Accepted, apartKinds, type Figures } from "#domain/figures/count-uses.ts";
import { csvOf } from "#handlers/api/console/frame/csv-file.ts";
import { countedOutcomes } from "#handlers/api/console/frame/figures-words.ts";
import type { LocalDays } from "#handlers/api/console/frame/local-days.ts";
import type { FiguresOfSpan } from "#use-cases/casework/read-figures.ts";

type Row = readonly (string | number)[];

const HEADS: Row = [
  "first day",
  "last day",
  "borough",
  "figure",
  "count",
  "explanation accepted",
  ...acceptedCode.options.map((code) => `accepted: ${code}`),
];

/** The figures as a spreadsheet takes them: one line a figure, of all boroughs together and of each. */
export function figuresFile(
  { firstDate, lastDate }: LocalDays,
  { all, boroughs }: FiguresOfSpan,
  borough: string | undefined,
): string {
  const of = (name: string, figures: Figures): readonly Row[] =>
    linesOf(figures).map((line) => [firstDate, lastDate, name, ...line]);
  const each = borough === undefined ? boroughs.flatMap((one) => of(one.borough, one.figures)) : [];
  return csvOf([HEADS, ...of(borough ?? "all", all), ...each]);
}

function linesOf(figures: Figures): readonly Row[] {
  const { discharges, outcomes, accepted, eventCovered, apart } = figures;
  const beside = ({ count, byCode }: Accepted): Row => [
    count,
    ...acceptedCode.options.map((code) => byCode.find((one) => one.code === code)?.count ?? 0),
  ];
  const none = ["", ...acceptedCode.options.map(() => "")];
  return [
    ["DISCHARGES", discharges, ...beside(accepted)],
    ...countedOutcomes.map((name) => [name, outcomes[name].count, ...beside(outcomes[name].accepted)]),
    ["DISCHARGE_ITSELF_COVERED", eventCovered, ...none],
    ...apartKinds.map((kind) => [`APART_${kind}`, apart[kind], ...none]),
  ];
}
