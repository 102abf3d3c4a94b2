import { toMs } from "./instants.ts";
import type { Span } from "./spans.ts";
import { inOrder, type TimedRow } from "./timed-rows.ts";

/** A trigger cycle. An X26E writes one cycle as several rows. */
export type Cycle = Span & { readonly model: string; readonly durationMs: number };

/** §4: "X26E only: a trigger row joins the cycle before it …". */
export function cyclesOf(rows: readonly TimedRow[]): Cycle[] {
  const cycles: Cycle[] = [];
  for (const { row, span } of inOrder(rows).filter(({ row }) => row.event.type === "trigger")) {
    const model = row.delivery.model;
    const durationMs = toMs(row.event.durationSeconds ?? 0);
    const last = cycles.at(-1);
    const joins =
      last !== undefined &&
      model === "X26E" &&
      last.model === "X26E" &&
      span.from - last.to <= 2000 &&
      last.durationMs + durationMs <= 5500;
    if (joins) {
      const to = Math.max(last.to, span.to);
      cycles[cycles.length - 1] = { from: last.from, to, model, durationMs: last.durationMs + durationMs };
    } else cycles.push({ ...span, model, durationMs });
  }
  return cycles;
}

/** "C shorter than 1 ms counts as 1 ms" */
const atLeastOneMs = (span: Span): Span => ({ from: span.from, to: Math.max(span.to, span.from + 1) });

const BEGINS = ["armed", "unholster", "arc"];
const ENDS = ["safe", "holster"];

/** C of a log's use, at zero shift (§6). */
export function useSpan(rows: readonly TimedRow[]): Span {
  const cycles = cyclesOf(rows);
  const [first] = cycles;
  if (first !== undefined) {
    return atLeastOneMs({ from: first.from, to: Math.max(...cycles.map((cycle) => cycle.to)) });
  }
  const ordered = inOrder(rows);
  const begins = ordered.filter(({ row }) => BEGINS.includes(row.event.type));
  const [begin] = begins;
  const lastBegin = begins.at(-1);
  if (begin === undefined || lastBegin === undefined) {
    // Nothing but `safe` and `holster` rows: all that there is.
    const from = Math.min(...ordered.map(({ span }) => span.from));
    return atLeastOneMs({ from, to: Math.max(...ordered.map(({ span }) => span.to)) });
  }
  const arcEnds = begins.filter(({ row }) => row.event.type === "arc").map(({ span }) => span.to);
  const after = ordered
    .slice(ordered.indexOf(lastBegin) + 1)
    .find(({ row }) => ENDS.includes(row.event.type));
  const ends = [...arcEnds, ...(after === undefined ? [] : [after.span.from]), lastBegin.span.from];
  return atLeastOneMs({ from: begin.span.from, to: Math.max(...ends) });
}
