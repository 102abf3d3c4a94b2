import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
/** What the section "Connect a device" asks of a reader's machine. */
const TOOLS = ["bash", "curl", "openssl"];
const missing = TOOLS.filter((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).error);

/** The shell blocks of a section of the README, in their order. */
function shellBlocksOf(section: string): string[] {
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  return [...text.matchAll(/^```sh\n(?<block>.*?)^```$/gms)].map(({ groups }) => groups?.["block"] ?? "");
}

if (missing.length === 0) {
  describe("the README's section on devices", () => {
    test("is a script that brings two cameras from nothing to an accepted clip", {
      timeout: 180_000,
    }, async () => {
      using folder = temporaryFolder();
      const local = await startLocalProcess(folder.path);
      const blocks = shellBlocksOf("Connect a device");
      expect(blocks.length).toBe(8);
      const script = ["set -eo pipefail", ...blocks].join("\n");
      try {
        const { stdout } = await promisify(execFile)("bash", ["-c", script], {
          cwd: packageFolder,
          env: { PATH: process.env["PATH"], HOME: process.env["HOME"], WITNESSED_DATA: folder.path },
          maxBuffer: 16 * 1024 * 1024,
        });
        expect(stdout.match(/"state":"ACCEPTED"/g)).toHaveLength(2);
        expect(stdout).toContain(" 0 failed, ");
        expect(readFileSync(join(folder.path, "conformance.md"), "utf8")).toContain("# Device contract");
      } finally {
        await local.end("SIGTERM");
      }
    });
  });
} else {
  test(`the README's examples are left out here: ${missing.join(", ")} not installed`, () => {
    expect(missing).not.toEqual([]);
  });
}
