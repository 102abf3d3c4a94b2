import { expect, test } from "vitest";
import { runToEnd, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

test("`--once` plays the nine situations as expected, and refuses a folder that holds incidents", {
  timeout: 90_000,
}, async () => {
  using folder = temporaryFolder();
  const ended = await runToEnd(["--once"], { WITNESSED_DATA: folder.path });
  expect(ended.output).not.toContain("DIFFERENT");
  expect(ended.output).toContain("Everything came out as expected.");
  expect(ended.code).toBe(0);
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9]) expect(ended.output).toContain(`| ${number} |`);

  const again = await runToEnd(["--once"], { WITNESSED_DATA: folder.path });
  expect(again.code).toBe(1);
  expect(again.output).toContain("already holds incidents");

  const serving = await startLocalProcess(folder.path);
  const page = await (await fetch(`${serving.access.baseUrl}/`)).text();
  expect(page).toContain("Incidents (9)");
  expect(await serving.end("SIGTERM")).toBe(0);
});
