import { identifier } from "#contracts/identifiers.ts";
import { daysInWords, readDays } from "#handlers/api/console/frame/local-days.ts";
import { ProblemError } from "#handlers/api/problem.ts";
import type { SearchTerms } from "#use-cases/casework/search-incidents.ts";

/** What one may search by, in the order of the form; oversight by the last three alone. */
export const searchFields = {
  reference: { label: "Incident reference", hint: "Exactly as it was written, such as CAD 1234/21NOV26" },
  officer: { label: "Officer", hint: "Id or collar number" },
  incident: { label: "Incident id", hint: "From an alert or an address" },
  serial: {
    label: "Serial of a weapon or camera",
    hint: "With its capitals as they are. A camera leads to uses with its footage near them",
  },
  from: { label: "Date, or first day", hint: "" },
  to: { label: "Last day of a span", hint: "" },
} as const;
export type SearchField = keyof typeof searchFields;
export type FilledIn = Readonly<Record<SearchField, string>>;

const LONGEST = 64;
const forOversight: readonly SearchField[] = ["serial", "from", "to"];

/** What this reader may search by. */
export function fieldsFor(isOversight: boolean): readonly SearchField[] {
  return isOversight ? forOversight : (Object.keys(searchFields) as SearchField[]);
}

/** What the page's address holds. Throws a 403 problem for what this reader may not search by. */
export function filledIn(query: Readonly<Record<string, string>>, isOversight: boolean): FilledIn {
  const value = (field: SearchField) => query[field]?.trim() ?? "";
  const filled = Object.fromEntries(
    (Object.keys(searchFields) as SearchField[]).map((field) => [field, value(field)]),
  ) as FilledIn;
  const allowed = fieldsFor(isOversight);
  if (
    Object.entries(filled).some(([field, text]) => text !== "" && !allowed.includes(field as SearchField))
  ) {
    throw new ProblemError("not-allowed", "Oversight searches by serial and date.");
  }
  return filled;
}

export type ReadSearch =
  | { readonly problems: readonly { readonly field: SearchField; readonly detail: string }[] }
  | { readonly terms: SearchTerms; readonly searched: string };

/** The terms of a search, and what they are in words; or what must be changed. */
export function readSearch(filled: FilledIn, timeZone: string): ReadSearch {
  const dates = readDays(filled.from, filled.to, timeZone);
  const problems = [
    ...(["reference", "officer"] as const).flatMap((field) =>
      filled[field].length > LONGEST ? [{ field, detail: `It has at most ${LONGEST} characters` }] : [],
    ),
    ...(["incident", "serial"] as const).flatMap((field) =>
      filled[field] === "" || identifier.safeParse(filled[field]).success
        ? []
        : [{ field, detail: "Letters, digits, dots, dashes and underscores alone, at most 64" }],
    ),
    ...("problem" in dates ? [dates.problem] : []),
  ];
  if (problems.length > 0 || "problem" in dates) return { problems };
  const { days } = dates;
  const terms = withoutEmpty({
    incidentId: filled.incident,
    reference: filled.reference,
    officer: filled.officer,
    serial: filled.serial,
    from: days?.from ?? "",
    to: days?.to ?? "",
  });
  const searched = [
    filled.reference && `reference ${filled.reference}`,
    filled.officer && `officer ${filled.officer}`,
    filled.incident && `incident ${filled.incident}`,
    filled.serial && `serial ${filled.serial}`,
    days && daysInWords(days),
  ];
  return { terms, searched: searched.filter(Boolean).join(", ") };
}

function withoutEmpty(terms: Readonly<Record<string, string>>): SearchTerms {
  return Object.fromEntries(Object.entries(terms).filter(([, text]) => text !== ""));
}
