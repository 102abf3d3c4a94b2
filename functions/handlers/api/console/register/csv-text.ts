import { CsvError, parse } from "csv-parse/sync";

/** A line of a CSV file: the number at which a text editor shows it, counted from 1, and its cells. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };
export type CsvTable = { readonly header: readonly string[]; readonly rows: readonly CsvRow[] };

/** Why a file cannot be read at all, and what to do about it. */
export type FileFault = { readonly fault: string };

/** One import; a longer file is cut into several. As many lines are in one file of an export. */
export const MOST_LINES = 5000;
/** A row that is longer has a quote that was never closed, or is no row. */
const LONGEST_ROW = 100_000;
const DELIMITERS = [",", ";", "\t"] as const;
const UTF8 = 'Save it as "CSV UTF-8" and send it again.';

/** The text of a file that must be UTF-8, without the mark that spreadsheets put before it. */
export function decodeText(bytes: Uint8Array): { readonly text: string } | FileFault {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { fault: `The file is in UTF-16, which is not taken. ${UTF8}` };
  }
  try {
    return checkText(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    const line = lineOf(new TextDecoder().decode(bytes), "\ufffd");
    return { fault: `Line ${line} holds characters that are not UTF-8. ${UTF8}` };
  }
}

/** As `decodeText`, of text that came as text. */
export function checkText(text: string): { readonly text: string } | FileFault {
  if (text.includes("\0")) {
    return { fault: `Line ${lineOf(text, "\0")} holds a NUL character: this is no text file. ${UTF8}` };
  }
  return { text: text.replace(/^\ufeff/, "") };
}

function lineOf(text: string, what: string): number {
  return text.slice(0, text.indexOf(what)).split("\n").length;
}

/** Cuts the text into rows. The delimiter is the one of `,` `;` and tab that its first line has most of. */
export function readTable(text: string): CsvTable | FileFault {
  const rows: CsvRow[] = [];
  const nextLine = countLines();
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_ROW,
      // The line of names, and one too many to know that there are.
      to: MOST_LINES + 2,
      raw: true,
      on_record: (read) => {
        const { record, raw } = read as unknown as ReadRecord;
        rows.push({ line: nextLine(raw), cells: record });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { fault: wordsOf(error) };
  }
  const [header, ...lines] = rows;
  if (!header) return { fault: "The file is empty. Its first line names the columns." };
  if (lines.length > MOST_LINES) {
    return {
      fault: `The file has more than ${MOST_LINES} lines. Cut it into files of at most ${MOST_LINES}, each with the line of column names.`,
    };
  }
  return { header: header.cells, rows: lines };
}

type ReadRecord = { readonly record: string[]; readonly raw: string };

function delimiterOf(text: string): string {
  const [first = ""] = text.split(/[\r\n]/, 1);
  const counts = DELIMITERS.map((delimiter) => first.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** The line on which each row begins, told of one row after the other, with the blank lines before it and its end. */
function countLines(): (raw: string) => number {
  let line = 1;
  return (raw) => {
    const begins = line + lineBreaksIn(/^[\r\n]*/.exec(raw)?.[0] ?? "");
    line += lineBreaksIn(raw);
    return begins;
  };
}

function lineBreaksIn(text: string): number {
  return text.split(/\r\n|\n|\r/).length - 1;
}

function wordsOf(error: CsvError): string {
  const line = Number(error["lines"] ?? 1);
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return `A quote (") that opens a cell is never closed; the last line is ${line}. Close it, or take it away.`;
    case "CSV_MAX_RECORD_SIZE":
      return `Line ${line} is longer than ${LONGEST_ROW} characters. A quote (") may be missing at the end of a cell.`;
    default:
      return `Line ${line} has a quote (") inside a cell. Put the whole cell in quotes, and write a quote inside it twice ("").`;
  }
}
