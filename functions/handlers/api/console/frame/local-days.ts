import { dateAfter } from "#domain/time/local-dates.ts";
import { startOfDate, toUtc } from "#domain/time/time.ts";

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The days that a form names, in the force's zone: from the first instant of one to the last of the other. */
export type LocalDays = {
  /** Dates such as 2026-11-21, both included. */
  readonly firstDate: string;
  readonly lastDate: string;
  /** UTC with milliseconds, [from, to). */
  readonly from: string;
  readonly to: string;
};

export type ReadDays =
  | { readonly days: LocalDays | undefined }
  | { readonly problem: { readonly field: "from" | "to"; readonly detail: string } };

/** The days from one to the other; the day alone where no other is given. */
export function readDays(from: string, to: string, timeZone: string): ReadDays {
  if (from === "" && to === "") return { days: undefined };
  if (from === "") return { problem: { field: "from", detail: "Give the first day as well" } };
  if (!isDate(from)) return { problem: { field: "from", detail: NO_DATE } };
  const last = to === "" ? from : to;
  if (!isDate(last)) return { problem: { field: "to", detail: NO_DATE } };
  if (last < from) return { problem: { field: "to", detail: "The last day must not be before the first" } };
  const startOf = (date: string): string => toUtc(startOfDate(date, timeZone));
  return {
    days: { firstDate: from, lastDate: last, from: startOf(from), to: startOf(dateAfter(last, 1)) },
  };
}

const NO_DATE = "Write the date as year-month-day, such as 2026-11-21";

/** A date that exists, of this century. */
function isDate(text: string): boolean {
  if (!DATE.test(text) || !text.startsWith("20")) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** `21 Nov 2026`, as a date of a calendar: no zone can shift it. */
export function plainDate(date: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${date}T00:00:00Z`));
}

/** `21 Nov 2026`, or `1 Nov 2026 to 21 Nov 2026`. */
export function daysInWords({ firstDate, lastDate }: LocalDays): string {
  return firstDate === lastDate ? plainDate(firstDate) : `${plainDate(firstDate)} to ${plainDate(lastDate)}`;
}
