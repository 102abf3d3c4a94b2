import { parseArgs } from "node:util";
import { type JudgementInputs, judgementInputs } from "#contracts/judgement-inputs.ts";
import { canonicalJson } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import { fieldErrors } from "#handlers/api/field-errors.ts";
import { InputFileError, readJson, runWithInputFile } from "./input-file.ts";

/**
 * `npm run judge -- file.json [--version n]`: judges the file that `GET /v1/incidents/{id}/verdicts/{version}/inputs`
 * gives, or one written by hand. Prints the verdict as canonical JSON on the first line, then its explanation. The
 * number of a verdict is no part of its inputs: with `--version` the line is byte for byte what is stored.
 */
const usage = "usage: npm run judge -- file.json [--version n]";

function readArguments(): { readonly file: string; readonly version: number | undefined } {
  const { values, positionals } = readFlags();
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new InputFileError(`Expected one file; ${usage}.`);
  const version = values.version === undefined ? undefined : Number(values.version);
  if (version !== undefined && !(Number.isInteger(version) && version >= 1))
    throw new InputFileError(`--version is "${values.version}": expected a whole number from 1; ${usage}.`);
  return { file, version };
}

function readFlags() {
  try {
    return parseArgs({ allowPositionals: true, options: { version: { type: "string" } } });
  } catch (error) {
    throw new InputFileError(`${error instanceof Error ? error.message : error}; ${usage}.`);
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

function wrongInputs(file: string, errors: ReturnType<typeof fieldErrors>): InputFileError {
  const lines = errors.map(
    ({ pointer, detail }) => `  ${pointer === "" ? "(the whole file)" : pointer}: ${detail}`,
  );
  return new InputFileError([`${file} cannot be judged:`, ...lines].join("\n"));
}

runWithInputFile(() => {
  const { file, version } = readArguments();
  const inputs = readInputs(file);
  const verdict = { ...judge(inputs), ...(version === undefined ? {} : { version }), decidedAt: inputs.now };
  console.log(canonicalJson(verdict));
  console.log(`\n${verdict.explanation}`);
});
