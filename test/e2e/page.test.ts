import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const BROWSER = "/usr/bin/chromium";
/** Markup, behind a character that turns the direction of all text after it. */
const HOSTILE = '\u202e<img src=x onerror="document.title=1"><script>document.title=2</script>';

describe("the page at /", () => {
  const folder = temporaryFolder();
  let local: LocalProcess;

  beforeAll(async () => {
    local = await startLocalProcess(folder.path);
    const { access } = local;
    const admin = createPersonClient(access.baseUrl, access.tokens.admin);
    const officer = {
      collarNumber: "77AB",
      team: HOSTILE,
      borough: HOSTILE,
      taserTrained: true,
      cameraIssued: true,
    };
    expect((await admin.put("/v1/officers/P-77", officer)).status).toBe(201);
    const weapon = { kind: "weapon", model: "TASER 7", status: "active" };
    expect((await admin.put("/v1/devices/X12-77", weapon)).status).toBe(201);
    const gateway = createDeviceClient(access.baseUrl, access.gateway);
    const booking = {
      deviceSerial: "X12-77",
      officerId: "P-77",
      from: "2026-03-01T20:00:00Z",
      to: "2026-03-02T06:00:00Z",
    };
    expect((await gateway.post("/v1/bookings", booking)).status).toBe(201);
    const log = {
      weapon: { serial: "X12-77", model: "TASER 7" },
      incidentRef: HOSTILE.slice(0, 64),
      events: [
        {
          seq: 1,
          at: "2026-03-01T21:00:00Z",
          type: "trigger",
          durationSeconds: 5,
          cartridge: { kind: "live" },
        },
      ],
    };
    expect((await gateway.post("/v1/weapon-logs", log)).status).toBe(202);
    await vi.waitFor(
      async () => expect(await (await fetch(`${access.baseUrl}/`)).text()).toContain("Not recorded"),
      { timeout: 10_000, interval: 200 },
    );
  });

  afterAll(async () => {
    await local?.end("SIGTERM");
    folder[Symbol.dispose]();
  });

  test("escapes whatever came in, runs no script and may not be framed", async () => {
    const answer = await fetch(`${local.access.baseUrl}/`);
    const text = await answer.text();
    expect(text).not.toContain("<img");
    expect(text).not.toContain("<script");
    expect(text).toContain("<bdi>\u202e&lt;img");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
  });

  if (!existsSync(BROWSER)) {
    process.stderr.write(`LEFT OUT: the page in a real browser, because there is no ${BROWSER}.\n`);
    return;
  }

  test("shows incidents, verdicts and the inbox in a real browser, at two widths", async () => {
    const context = await chromium.launchPersistentContext(join(folder.path, "chromium"), {
      executablePath: BROWSER,
      headless: true,
      viewport: { width: 1280, height: 800 },
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(`${local.access.baseUrl}/`);
      expect(await page.title()).toContain("Witnessed");
      expect(await page.getByRole("heading", { name: "Incidents (1)" }).isVisible()).toBe(true);
      expect(await page.getByRole("heading", { name: "Not recorded" }).isVisible()).toBe(true);
      expect(await page.getByRole("heading", { name: /^Alert inbox \(\d+\)$/ }).isVisible()).toBe(true);
      expect(await page.locator("img, script").count()).toBe(0);
      for (const width of [1280, 400]) {
        await page.setViewportSize({ width, height: 800 });
        const overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
        expect(overflow).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
