import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDeployedForces } from "#infra/force-config.ts";

const run = promisify(execFile);
const outdir = mkdtempSync(join(tmpdir(), "witnessed-app-"));
let said = "";

/** As the CLI runs it, on a machine that keeps new files to their owner. */
beforeAll(async () => {
  const { stderr } = await run("sh", ["-c", 'umask 077 && exec "$0" infra/app.ts', process.execPath], {
    env: { PATH: process.env["PATH"] ?? "", CDK_OUTDIR: outdir },
  });
  said = stderr;
}, 120_000);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe("the app", () => {
  it("makes a template for every force without an account, and says what a person must still do", () => {
    for (const { code } of readDeployedForces()) {
      expect(existsSync(join(outdir, `witnessed-${code}.template.json`))).toBe(true);
      expect(said).toContain(`After deploying witnessed-${code}, a person must still:`);
    }
  });

  it("writes code and settings that Lambda, which is another user, can read", () => {
    const files = readdirSync(outdir, { recursive: true, encoding: "utf8" }).filter((name) =>
      /^asset\..*(\.mjs|\.css|force\.json)$/.test(name),
    );
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const file of files)
      expect([file, statSync(join(outdir, file)).mode & 0o044]).toEqual([file, 0o044]);
  });
});
