/** Enough to see what is wrong with a file; a hostile one must not fill the record. */
const MOST = 32;

/** Collects what is odd about a file without making it unusable. */
export type Warnings = {
  /** @param at the offset of the box in the file; @param sentence for a person, without full stop */
  note(code: string, box: string, at: number, sentence: string): void;
  /** `CODE (box at offset): sentence.` in the order of finding, each once. */
  list(): string[];
};

export function createWarnings(): Warnings {
  const lines = new Set<string>();
  return {
    note(code, box, at, sentence) {
      if (lines.size < MOST) lines.add(`${code} (${box} at ${at}): ${sentence}.`);
    },
    list: () => [...lines],
  };
}
