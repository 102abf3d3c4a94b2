import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import type { Log, LogFields } from "#ports/log.ts";
import { loggable } from "#runtime/log.ts";
import { writePrivateFile } from "./private-file.ts";

const KEPT_BYTES = 20 * 1024 * 1024;

/**
 * The log of the local run: one JSON line each in a file, so that the terminal stays readable. The same
 * filter as in a force's stack decides what may be in a line. At most one older file is kept.
 */
export function createLocalLog(file: string): Log {
  if (existsSync(file) && statSync(file).size > KEPT_BYTES) renameSync(file, `${file}.1`);
  if (!existsSync(file)) writePrivateFile(file, "");
  const write = (severity: string) => (code: string, fields?: LogFields) =>
    appendFileSync(
      file,
      `${JSON.stringify({ at: new Date().toISOString(), severity, code, ...loggable(fields) })}\n`,
    );
  return { info: write("info"), warn: write("warn"), error: write("error") };
}
