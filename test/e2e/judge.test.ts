import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "#domain/verdict/canonical.ts";
import { judge } from "#domain/verdict/judge.ts";
import { aClip, anInputs, aReport } from "#test/support/build-inputs.ts";
import { temporaryFolder } from "#test/support/local-process.ts";
import { type Ended, runScript } from "#test/support/run-script.ts";

/** What `npm run judge -- <args>` runs, given in the folder. */
const judgeFile = (folder: string, ...args: readonly string[]): Promise<Ended> =>
  runScript("infra/local/judge.ts", { folder, args });

describe("judging a file", () => {
  const inputs = anInputs({ footage: [aClip({ from: -31 })], reports: [aReport()] });

  test("prints the verdict with the same bytes, and the explanation", async () => {
    using folder = temporaryFolder();
    // Neither the order of fields nor of lists, nor white space, nor a repeated entry means anything.
    const { footage, ...others } = inputs;
    const rewritten = { footage: [...footage, ...footage], ...others };
    writeFileSync(join(folder.path, "inputs.json"), JSON.stringify(rewritten, null, 4));
    const { code, out, err } = await judgeFile(folder.path, "inputs.json", "--version", "3");
    const verdict = { ...judge(inputs), version: 3, decidedAt: inputs.now };
    expect(err).toBe("");
    expect(out).toBe(`${canonicalJson(verdict)}\n\n${verdict.explanation}\n`);
    expect(code).toBe(0);
  });

  test("takes a file written by hand, with what has a default left out", async () => {
    using folder = temporaryFolder();
    const policies = [{ version: "2019-07", effectiveFrom: "2019-07-15" }];
    writeFileSync(join(folder.path, "by-hand.json"), JSON.stringify({ ...inputs, policies }));
    const { code, out } = await judgeFile(folder.path, join(folder.path, "by-hand.json"));
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toBe(canonicalJson({ ...judge(inputs), decidedAt: inputs.now }));
  });

  test("names what is wrong with a file by JSON pointers", async () => {
    using folder = temporaryFolder();
    const wrong = { ...inputs, now: "yesterday", extra: 1, incident: { ...inputs.incident, drill: "no" } };
    writeFileSync(join(folder.path, "wrong.json"), JSON.stringify(wrong));
    const { code, out, err } = await judgeFile(folder.path, "wrong.json");
    expect([code, out]).toEqual([1, ""]);
    for (const pointer of ["/now", "/extra", "/incident/drill"]) expect(err).toContain(`  ${pointer}: `);
    expect(err).not.toContain("    at ");
  });

  test.each([
    [
      "a zone that does not exist",
      JSON.stringify({ ...inputs, timeZone: "Europe/Londinium" }),
      "  /timeZone: expected",
    ],
    ["a list", "[]", "  (the whole file): "],
    ["no JSON", "{", "is not JSON: "],
  ])("refuses %s", async (_what, text, said) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "file.json"), text);
    const { code, out, err } = await judgeFile(folder.path, "file.json");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(said);
  });

  test.each([
    [[], "Expected one file; usage: npm run judge"],
    [["a.json", "b.json"], "Expected one file"],
    [["a.json", "--fast"], "usage: npm run judge"],
    [["a.json", "--version", "0"], '--version is "0": expected a whole number from 1'],
    [["nowhere.json"], "nowhere.json cannot be read: "],
  ])("says how to ask when given %j", async (args, said) => {
    using folder = temporaryFolder();
    const { code, err } = await judgeFile(folder.path, ...args);
    expect(code).toBe(1);
    expect(err).toContain(said);
  });
});
