import { ConflictError, InvalidInputError } from "#contracts/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type { PlannedLine } from "./planned-line.ts";

/** The API's use cases take five times as many; so many are done in a moment, which a call may run over its time. */
const LINES_A_CALL = 100;

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

  for (let next = from; next < lines.length; next += LINES_A_CALL) {
    if (next > from && clock.now() >= until) return { state: "under-way", next };
    const end = next + LINES_A_CALL;
    const touched = lines
      .slice(next, end)
      .map((line, index) => ({ line, seen: seals[next + index] ?? "" }))
      .filter(({ line, seen }) => line.status !== "unchanged" || line.seal !== seen);
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
  }
  return { state: "done" };
}
