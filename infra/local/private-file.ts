import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** The file's text, or undefined when there is none. */
export function readPrivateFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Writes a file that its owner alone can read. In one step, so that a reader never sees half of it and a kill
 * leaves the old one; the mode is set again because a file that was there before keeps its own.
 */
export function writePrivateFile(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
