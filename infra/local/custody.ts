import { parseArgs } from "node:util";
import * as z from "zod";
import { custodyAnswer, footageCustodyAnswer } from "#contracts/answers.ts";
import { firstBreak } from "#contracts/custody-chain.ts";
import { type CustodyEntry, custodyEntry } from "#contracts/incident.ts";
import { InputFileError, readJson, runWithInputFile } from "./input-file.ts";

/**
 * `npm run custody -- verify file.json`: checks the file that `GET /v1/incidents/{id}/custody` gives, or `GET
 * /v1/footage/{id}/custody`, without asking anybody. Says that nothing was changed, taken out or put in, and what the last hash is; or where it was.
 */
const usage = "usage: npm run custody -- verify file.json";

function readArguments(): string {
  try {
    const { positionals } = parseArgs({ allowPositionals: true });
    const [verb, file, ...others] = positionals;
    if (verb === "verify" && file !== undefined && others.length === 0) return file;
  } catch (error) {
    throw new InputFileError(`${error instanceof Error ? error.message : error}; ${usage}.`);
  }
  throw new InputFileError(`Expected "verify" and one file; ${usage}.`);
}

function readLog(file: string): { readonly id: string; readonly custody: readonly CustodyEntry[] } {
  const answer = z.union([custodyAnswer, footageCustodyAnswer]).safeParse(readJson(file));
  if (!answer.success)
    throw new InputFileError(`${file} is no custody log as GET /v1/incidents/{id}/custody gives it.`);
  const { custody } = answer.data;
  const id = "incidentId" in answer.data ? answer.data.incidentId : answer.data.footageId;
  const whole = custodyEntry.array().safeParse(custody);
  if (!whole.success)
    throw new InputFileError(
      `${file} leaves names out, as oversight is shown it: names are part of what is hashed. Check a supervisor's copy.`,
    );
  return { id, custody: whole.data };
}

runWithInputFile(() => {
  const { id, custody } = readLog(readArguments());
  const broken = firstBreak(custody);
  if (broken !== undefined) {
    const { seq, at } = custody[broken.index] as CustodyEntry;
    throw new InputFileError(
      `The custody log of ${id} is NOT what was written: at entry ${seq} of ${at}, ${broken.fault}.`,
    );
  }
  const last = custody.at(-1);
  console.log(
    last === undefined
      ? `The custody log of ${id} is empty.`
      : `The custody log of ${id} is whole: ${custody.length} entries, the last of ${last.at} with the hash ${last.hash}.`,
  );
});
