import { readFileSync } from "node:fs";
import * as z from "zod";
import { type ForceConfig, forceConfig } from "#contracts/force.ts";

/** The force's configuration from its file, which the synthesis has checked before it was deployed. */
export function readForce(file: string): ForceConfig {
  const result = forceConfig.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`the force's file ${file} is wrong: ${z.prettifyError(result.error)}`);
  return result.data;
}
