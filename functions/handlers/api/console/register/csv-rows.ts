import type * as z from "zod";
import { unguardCell } from "#handlers/api/console/frame/formula-guard.ts";
import { fieldErrors } from "#handlers/api/field-errors.ts";
import type { ToldLine } from "#use-cases/register/planned-line.ts";
import type { CsvTable, FileFault } from "./csv-text.ts";
import { plainDetail } from "./plain-detail.ts";

/** What must be changed in one line of a file: where, what stands there (shortened), and what to do. */
export type LineFault = {
  readonly line: number;
  readonly column: string;
  readonly found: string;
  readonly detail: string;
};

/** The columns of a kind of file, and how the cells of a line become a row. */
export type RowReader<Row> = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Of an object that has each column of the file by its name. */
  readonly schema: z.ZodType<Row>;
  /** What a line is about: two lines of one file cannot be about the same. */
  readonly keyOf: (row: Row) => string;
  /** The column that is named when they are. */
  readonly keyColumn: string;
  /** What is wrong with a row that has the right form. */
  readonly check?: (row: Row) => readonly { readonly column: string; readonly detail: string }[];
};

export type ReadRows<Row> = {
  readonly told: readonly ToldLine<Row>[];
  readonly faults: readonly LineFault[];
};

const FOUND_LENGTH = 60;

/** The rows of a file and what must be changed in it. A file whose columns are not right has no rows. */
export function readRows<Row>(table: CsvTable, reader: RowReader<Row>): ReadRows<Row> | FileFault {
  const columns = columnsOf(table.header, reader);
  if ("fault" in columns) return columns;
  const told: ToldLine<Row>[] = [];
  const faults: LineFault[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of table.rows) {
    const faultAt = (column: string, detail: string): LineFault => {
      const found = cells[columns.names.indexOf(column)] ?? "";
      return { line, column, found: shortened(found), detail };
    };
    if (cells.length !== columns.names.length) {
      const detail = `expected ${columns.names.length} cells, as in the first line, and found ${cells.length}`;
      faults.push({ line, column: "all", found: shortened(cells.join(" ")), detail });
      continue;
    }
    const read = readRow(columns.names, cells, reader);
    if ("errors" in read) {
      faults.push(...read.errors.map(({ column, detail }) => faultAt(column, detail)));
      continue;
    }
    const key = reader.keyOf(read.row);
    const first = seen.get(key);
    if (first !== undefined) {
      faults.push(faultAt(reader.keyColumn, `the same as line ${first}: keep one of them`));
      continue;
    }
    seen.set(key, line);
    faults.push(...(reader.check?.(read.row) ?? []).map(({ column, detail }) => faultAt(column, detail)));
    told.push({ line, row: read.row });
  }
  return { told, faults };
}

type Fault = { readonly column: string; readonly detail: string };

function readRow<Row>(
  names: readonly string[],
  cells: readonly string[],
  { schema, required }: RowReader<Row>,
): { readonly row: Row } | { readonly errors: readonly Fault[] } {
  const object = Object.fromEntries(
    names.map((name, index) => {
      const text = unguardCell(cells[index] ?? "");
      return [name, text === "" ? (required.includes(name) ? undefined : null) : text];
    }),
  );
  const parsed = schema.safeParse(object);
  if (parsed.success) return { row: parsed.data };
  return {
    errors: fieldErrors(parsed.error).map(({ pointer, detail }) => ({
      column: pointer.split("/")[1] ?? "",
      detail: plainDetail(detail),
    })),
  };
}

/** The names of the file's columns, in its order and in our letters. */
function columnsOf(
  header: readonly string[],
  { required, optional }: Pick<RowReader<unknown>, "required" | "optional">,
): { readonly names: readonly string[] } | FileFault {
  const known = [...required, ...optional];
  const cells = header.map((cell) => unguardCell(cell).trim());
  const names = cells.map((cell) => known.find((name) => name.toLowerCase() === cell.toLowerCase()));
  const unknown = cells.filter((_, index) => names[index] === undefined);
  const missing = required.filter((name) => !names.includes(name));
  const twice = names.filter((name, index) => name !== undefined && names.indexOf(name) < index);
  const faults = [
    ...(unknown.length > 0 ? [`Take out or rename ${listed(unknown)}.`] : []),
    ...(missing.length > 0 ? [`Add ${listed(missing)}.`] : []),
    ...(twice.length > 0 ? [`Keep one of each: ${listed(twice.map(String))} stands there twice.`] : []),
  ];
  if (faults.length === 0) return { names: names.map(String) };
  const all = `The columns are ${known.join(", ")}; ${optional.join(", ")} may be left out.`;
  return { fault: `The first line does not name the right columns. ${faults.join(" ")} ${all}` };
}

const MOST_LISTED = 10;

function listed(cells: readonly string[]): string {
  const names = cells.slice(0, MOST_LISTED).map((cell) => (cell === "" ? "(no name)" : shortened(cell)));
  return cells.length > MOST_LISTED
    ? `${names.join(", ")} and ${cells.length - MOST_LISTED} more`
    : names.join(", ");
}

function shortened(text: string): string {
  return text.length > FOUND_LENGTH ? `${text.slice(0, FOUND_LENGTH)}… (${text.length} characters)` : text;
}
