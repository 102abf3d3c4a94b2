import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type JudgementInputs, judgementInputs } from "#contracts/judgement-inputs.ts";
import { canonicalJson } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import { fieldErrors } from "#handlers/api/field-errors.ts";

/**
 * `npm run judge -- file.json [--version n]`: judges the file that `GET /v1/incidents/{id}/verdicts/{version}/inputs`
 * gives, or one written by hand. Prints the verdict as canonical JSON on the first line, then its explanation. The
 * number of a verdict is no part of its inputs: with `--version` the line is byte for byte what is stored.
 */
const usage = "usage: npm run judge -- file.json [--version n]";

/** Something that the person who asked can put right; shown as it is, without a stack. */
class JudgeError extends Error {
  override readonly name = "JudgeError";
}

function readArguments(): { readonly file: string; readonly version: number | undefined } {
  const { values, positionals } = readFlags();
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new JudgeError(`Expected one file; ${usage}.`);
  const version = values.version === undefined ? undefined : Number(values.version);
  if (version !== undefined && !(Number.isInteger(version) && version >= 1))
    throw new JudgeError(`--version is "${values.version}": expected a whole number from 1; ${usage}.`);
  // npm changes the folder and keeps the one in which the command was given.
  return { file: resolve(process.env["INIT_CWD"] ?? ".", file), version };
}

function readFlags() {
  try {
    return parseArgs({ allowPositionals: true, options: { version: { type: "string" } } });
  } catch (error) {
    throw new JudgeError(`${error instanceof Error ? error.message : error}; ${usage}.`);
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new JudgeError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JudgeError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function readInputs(file: string): JudgementInputs {
  const parsed = judgementInputs.safeParse(readJson(file));
  if (!parsed.success) throw wrongInputs(file, fieldErrors(parsed.error));
  const { timeZone } = parsed.data;
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone });
  } catch {
    const detail = "expected an IANA time zone such as Europe/London";
    throw wrongInputs(file, [{ pointer: "/timeZone", detail }]);
  }
  return parsed.data;
}

function wrongInputs(file: string, errors: ReturnType<typeof fieldErrors>): JudgeError {
  const lines = errors.map(
    ({ pointer, detail }) => `  ${pointer === "" ? "(the whole file)" : pointer}: ${detail}`,
  );
  return new JudgeError([`${file} cannot be judged:`, ...lines].join("\n"));
}

try {
  const { file, version } = readArguments();
  const inputs = readInputs(file);
  const verdict = { ...judge(inputs), ...(version === undefined ? {} : { version }), decidedAt: inputs.now };
  console.log(canonicalJson(verdict));
  console.log(`\n${verdict.explanation}`);
} catch (error) {
  if (!(error instanceof JudgeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
