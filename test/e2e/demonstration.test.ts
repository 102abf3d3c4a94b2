import { expect, test } from "vitest";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import { runToEnd, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

test("`--once` plays the nine situations as expected, and compares them again on the same folder", {
  timeout: 90_000,
}, async () => {
  using folder = temporaryFolder();
  const ended = await runToEnd(["--once"], { WITNESSED_DATA: folder.path });
  expect(ended.output).not.toContain("DIFFERENT");
  expect(ended.output).toContain("Everything came out as expected.");
  expect(ended.code).toBe(0);
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9]) expect(ended.output).toContain(`| ${number} |`);

  const again = await runToEnd(["--once"], { WITNESSED_DATA: folder.path });
  expect(again.output).toContain("comparing what it holds");
  expect(again.output).toContain("Everything came out as expected.");
  expect(again.code).toBe(0);

  const serving = await startLocalProcess(folder.path);
  const { baseUrl, tokens } = serving.access;
  const inbox = await (await fetch(`${baseUrl}/local/inbox`)).text();
  expect(inbox).toMatch(/Alert inbox \([1-9]\d*\)/);
  const listed = await createPersonClient(baseUrl, tokens.supervisor).get("/v1/incidents");
  expect((listed.body as { incidents: unknown[] }).incidents).toHaveLength(9);
  expect(await serving.end("SIGTERM")).toBe(0);
});

test("`--once` plays nothing on a folder that holds other incidents", { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  const serving = await startLocalProcess(folder.path);
  const gateway = createDeviceClient(serving.access.baseUrl, serving.access.gateway);
  const drawn = { seq: 1, at: "2026-06-01T10:00:00Z", type: "armed" };
  const weapon = { serial: "X12-OTHER", model: "TASER 7" };
  expect((await gateway.post("/v1/weapon-logs", { weapon, events: [drawn] })).status).toBe(202);
  expect(await serving.end("SIGTERM")).toBe(0);

  const ended = await runToEnd(["--once"], { WITNESSED_DATA: folder.path });
  expect(ended.code).toBe(1);
  expect(ended.output).toContain("already holds incidents");
});
