import * as z from "zod";
import type { LineResult } from "#contracts/answers.ts";

const MOST_LINES = 500;
const PAGE_BY_DEFAULT = 50;
const LONGEST_PAGE = 200;

/** One, or an array of at most 500. */
export function oneOrMany<Line extends z.ZodType>(line: Line) {
  return z.union([line, z.array(line).min(1).max(MOST_LINES)]);
}

/** Where a line stands in a body that is one line or an array of them. */
export function linePointer(body: unknown): (line: number) => string {
  return Array.isArray(body) ? (line) => `/${line}` : () => "";
}

/** 201 when anything is new, else 200. */
export function statusOf(lines: readonly { readonly result: LineResult }[]): 200 | 201 {
  return lines.some(({ result }) => result === "created") ? 201 : 200;
}

const limit = z.coerce.number().int().min(1).max(LONGEST_PAGE).default(PAGE_BY_DEFAULT);

export const pageQuery = z.strictObject({ limit, cursor: z.string().min(1).max(500).optional() });
