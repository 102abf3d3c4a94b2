import type { Observation } from "./observation.ts";
import { outcomesOf } from "./observation.ts";
import type { Situation } from "./situations.ts";

export type Played = { readonly situation: Situation; readonly seen: Observation };

const words = (code: string) => code.toLowerCase().replaceAll("_", " ");

/** Breaks a text into lines of at most `width` characters, at spaces. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

type Row = readonly (readonly string[])[];

/** A table whose cells may have several lines; widths in characters. */
function drawTable(widths: readonly number[], rows: readonly Row[]): string {
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const drawn = rows.map((row) => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) => {
      const cells = widths.map((width, column) => (row[column]?.[line] ?? "").padEnd(width));
      return `| ${cells.join(" | ")} |`;
    }).join("\n");
  });
  return [rule, ...drawn.flatMap((row) => [row, rule])].join("\n");
}

const WIDTHS = [1, 30, 21, 26, 54] as const;

/** What happened in each situation and why, as a table for a terminal. */
export function tableOf(played: readonly Played[]): string {
  const heading: Row = [["#"], ["situation"], ["verdict"], ["alerts"], ["why"]];
  const rows = played.map(({ situation, seen }): Row => {
    const verdict = seen.verdict;
    return [
      [String(situation.number)],
      wrap(situation.title, WIDTHS[1]),
      [
        ...outcomesOf(seen).flatMap((outcome, index) =>
          wrap(`${index > 0 ? "-> " : ""}${outcome}`, WIDTHS[2]),
        ),
        ...(verdict ? wrap(`duty: ${words(verdict.duty.outcome)}`, WIDTHS[2]) : []),
      ],
      seen.alerts.length === 0 ? ["none"] : seen.alerts.map((alert) => alert.type),
      wrap(verdict?.explanation ?? "not judged yet", WIDTHS[4]),
    ];
  });
  return drawTable(WIDTHS, [heading, ...rows]);
}
