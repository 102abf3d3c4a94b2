import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Something that the person who gave the command can put right; shown as it is, without a stack. */
export class InputFileError extends Error {
  override readonly name = "InputFileError";
}

/** The JSON in a file, named from the folder in which the command was given. Throws `InputFileError`. */
export function readJson(named: string): unknown {
  // npm changes the folder and keeps the one in which the command was given.
  const file = resolve(process.env["INIT_CWD"] ?? ".", named);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputFileError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputFileError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Runs a command; what the person can put right is told in plain words and ends with 1. */
export function runWithInputFile(command: () => void): void {
  try {
    command();
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
