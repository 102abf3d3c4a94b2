import { stringify } from "csv-stringify/sync";
import type { Context } from "hono";
import { guardCell } from "./formula-guard.ts";

/** Marks that turn the direction of what follows: in a spreadsheet they could make one value look like another. */
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A CSV file for spreadsheets: nothing in it is a formula, wherever a spreadsheet cuts a line, and UTF-8 is marked. The
 * first row holds the names of the columns.
 */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(
    rows.map((row) => row.map((value) => (typeof value === "number" ? value : harmless(value)))),
    { bom: true, quoted: true, record_delimiter: "windows" },
  );
}

const harmless = (value: string): string => guardCell(value.replaceAll(DIRECTION_MARKS, "").trim());

export function csvFile(c: Context, name: string, csv: string): Response {
  return c.body(csv, 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
  });
}
