import { ConflictError, InvalidInputError } from "#contracts/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type { PlannedLine } from "./planned-line.ts";

/**
 * A line about a new device is a few writes, one about a camera that has sent for months thousands of reads: the first
 * call is small, and each after it as large as the one before lets expect to take `CALL_MS`.
 */
const FIRST_LINES = 4;
const MOST_LINES = 100;
const CALL_MS = 3000;
/** So much more is tried at once: what comes next may cost more than what was. */
const GROWTH = 4;

const sizeAfter = (size: number, done: { readonly lines: number; readonly tookMs: number }): number => {
  const fitting = Math.floor((done.lines * CALL_MS) / Math.max(1, done.tookMs));
  return Math.max(1, Math.min(MOST_LINES, size * GROWTH, fitting));
};

/** What came of applying an import. */
export type Applied =
  | { readonly state: "done" }
  /** The time is up: so many lines of the file are in the register; go on from there. */
  | { readonly state: "under-way"; readonly next: number }
  /** The register is not as it was seen; these lines would put something over what somebody else did. */
  | { readonly state: "overtaken"; readonly lines: readonly number[] };

/**
 * Puts the lines of an import into the register as they were seen. Each line that somebody else changed since stops
 * it before anything is written; one that changes in that very moment stops it there.
 *
 * A line that is so already goes through the use case again, which does what a run that was killed did not come to.
 * A caller who repeats a call finishes it.
 */
export async function applyImport<Line extends PlannedLine<object>>(
  of: {
    /** The whole file against the register as it is now. */
    readonly lines: readonly Line[];
    /** Of each line, what was registered when it was seen. */
    readonly seals: readonly string[];
    /** How many lines of the file earlier calls have finished. */
    readonly from: number;
    readonly until: Date;
    readonly register: (lines: readonly Line[], seals: readonly string[]) => Promise<unknown>;
  },
  { clock }: { readonly clock: Clock },
): Promise<Applied> {
  const { lines, seals, from, until } = of;
  const overtaken = lines.filter(
    ({ status, seal }, index) => status === "conflict" || (status !== "unchanged" && seal !== seals[index]),
  );
  if (overtaken.length > 0) return { state: "overtaken", lines: overtaken.map(({ line }) => line) };

  let size = FIRST_LINES;
  for (let next = from; next < lines.length; ) {
    const began = clock.now();
    if (next > from && began >= until) return { state: "under-way", next };
    const touched = lines
      .slice(next, next + size)
      .map((line, index) => ({ line, seen: seals[next + index] ?? "" }))
      .filter(({ line, seen }) => line.status !== "unchanged" || line.seal !== seen);
    next += size;
    if (touched.length === 0) continue;
    try {
      await of.register(
        touched.map(({ line }) => line),
        touched.map(({ seen }) => seen),
      );
    } catch (error) {
      if (!(error instanceof ConflictError) && !(error instanceof InvalidInputError)) throw error;
      return { state: "overtaken", lines: [] };
    }
    size = sizeAfter(size, { lines: touched.length, tookMs: clock.now().getTime() - began.getTime() });
  }
  return { state: "done" };
}
