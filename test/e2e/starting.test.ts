import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runToEnd, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const localForce = fileURLToPath(new URL("../../infra/forces/local.json", import.meta.url));

describe("starting", () => {
  test("says which argument it does not know", async () => {
    const ended = await runToEnd(["--fast"], {});
    expect(ended.code).toBe(1);
    expect(ended.output).toContain("Unknown argument --fast; usage: npm start [-- --once | --serve].");
  });

  test("says what a port must be", async () => {
    const ended = await runToEnd(["--serve"], { PORT: "eighty" });
    expect(ended.code).toBe(1);
    expect(ended.output).toContain('PORT is "eighty": expected a number from 0 to 65535');
  });

  test("says that the port is taken, and how to choose another", async () => {
    using folder = temporaryFolder();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const ended = await runToEnd(["--serve"], { PORT: String(port), WITNESSED_DATA: folder.path });
    other.close();
    expect(ended.code).toBe(1);
    expect(ended.output).toContain(`Port ${port} of 127.0.0.1 is taken by another program.`);
    expect(ended.output).not.toContain("    at ");
  });

  test("names the file, the pointer and the expectation of a wrong force", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "force.json");
    const force = JSON.parse(readFileSync(localForce, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...force, timeZone: "Europe/Londinium" }));
    const ended = await runToEnd(["--serve"], { WITNESSED_FORCE: file, WITNESSED_DATA: folder.path });
    expect(ended.code).toBe(1);
    expect(ended.output).toContain(file);
    expect(ended.output).toContain("/timeZone: expected an IANA time zone such as Europe/London");
    expect(ended.output).not.toContain("    at ");
  });

  test("writes access.json for its owner alone, keeps one process per folder, and goes on within 3 s", async () => {
    using folder = temporaryFolder();
    const first = await startLocalProcess(folder.path);
    const accessFile = join(folder.path, "access.json");
    expect(statSync(accessFile).mode & 0o777).toBe(0o600);
    expect(Object.keys(first.access)).toEqual(["baseUrl", "tokens", "people", "gateway"]);
    expect(Object.keys(first.access.tokens)).toEqual([
      "supervisor",
      "supervisor2",
      "admin",
      "oversight",
      "officer",
    ]);
    expect(Object.keys(first.access.people)).toEqual(Object.keys(first.access.tokens));

    const second = await runToEnd(["--serve"], { WITNESSED_DATA: folder.path });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/is in use by process \d+/);
    expect(second.output).not.toContain("    at ");

    expect(await first.end("SIGTERM")).toBe(0);
    const started = performance.now();
    const third = await startLocalProcess(folder.path);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(third.access.gateway).toEqual(first.access.gateway);
    expect(await third.end("SIGTERM")).toBe(0);
  });
});
