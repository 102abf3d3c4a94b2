import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { ruleTable } from "#domain/rules/register.ts";

const file = new URL("../../README.md", import.meta.url);
const section = /(<!-- rules:start -->\n)[\s\S]*?(<!-- rules:end -->)/;

/** The README as it is, and as it must be for its rule table to say what the code does. */
export function readmeWithRules(): { readonly is: string; readonly mustBe: string } {
  const is = readFileSync(file, "utf8");
  return { is, mustBe: is.replace(section, (_, start, end) => `${start}${ruleTable()}\n${end}`) };
}

// Run by hand (`npm run readme`) it writes the table into the README.
if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, readmeWithRules().mustBe);
