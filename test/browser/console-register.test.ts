import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPersonClient } from "#infra/local/device-client.ts";
import {
  barriersOn,
  follow,
  overflowOf,
  tabTo,
  visitAs,
  widths,
  wordsOf,
} from "#test/support/browser-person.ts";
import { hasChromium, launchChromium } from "#test/support/chromium.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const folder = temporaryFolder();
let local: LocalProcess;

beforeAll(async () => {
  local = await startLocalProcess(folder.path);
  const { baseUrl, tokens } = local.access;
  const admin = createPersonClient(baseUrl, tokens.admin);
  const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await admin.put("/v1/devices/X1", { kind: "weapon", model: "TASER 7", status: "active" });
  await admin.put("/v1/devices/X2", { kind: "camera", model: "Axon Body 3", status: "revoked" });
  const officer = {
    collarNumber: "4471SW",
    team: "A",
    borough: "Lambeth",
    taserTrained: true,
    cameraIssued: true,
  };
  await admin.put("/v1/officers/P-7001", officer);
  await admin.put("/v1/officers/P-7002", {
    ...officer,
    supervisor: "P-7001",
    cameraIssued: false,
    cameraNotIssuedReason: "Waits for stock",
  });
  await admin.post("/v1/bookings", [
    { deviceSerial: "X1", officerId: "P-7001", from: hour(-3), singleCrewed: true },
    { deviceSerial: "X2", officerId: "P-7001", from: hour(-3), to: hour(3) },
    { deviceSerial: "X2", officerId: "P-7002", from: hour(-2), to: hour(2) },
  ]);
}, 180_000);

afterAll(async () => {
  await local?.end("SIGTERM");
  folder[Symbol.dispose]();
});

describe.skipIf(!hasChromium())("the register in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const adminAt = (width: number, javaScriptEnabled = false) =>
    visitAs("admin", { browser, baseUrl: local.access.baseUrl, width, javaScriptEnabled });

  async function openImport(page: Page): Promise<void> {
    await follow(page, 'a[href="/register"]');
    await follow(page, 'a[href="/register/devices/import"]');
  }

  async function sendFile(page: Page, name: string, content: string): Promise<void> {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    await page.locator("#file").setInputFiles(path);
    await follow(page, "form[enctype] button");
  }

  test.each(widths)(
    "takes a file to its confirmation at %i px, by keyboard, without scripts",
    async (width) => {
      const { context, page, complaints } = await adminAt(width);
      const serial = `CAM-${width}`;
      await openImport(page);
      await sendFile(page, "wrong.csv", `serial,kind,model,status\r\n${serial},camra,Axon Body 4,active\r\n`);
      expect(await wordsOf(page)).toContain("1 line to be mended");
      expect(await wordsOf(page, "tbody")).toMatch(/Line 2.*kind.*camra/s);
      expect(await page.locator("#apply").count()).toBe(0);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);

      await follow(page, 'a:text("send the file again")');
      const model = `TASER ${width}`;
      const rows = [`${serial};camera;"Axon; Body 4";active`, `X1;weapon;${model};active`];
      await sendFile(page, "right.csv", `\ufeffserial;kind;model;status\r\n${rows.join("\r\n")}\r\n`);
      const said = await wordsOf(page);
      expect(said).toMatch(/Line 3.*X1.*Changed.*model.*→.*TASER/s);
      expect(said).toMatch(/Line 2.*New.*Axon; Body 4/s);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      await follow(page, "#apply button");
      expect(await wordsOf(page, ".govuk-notification-banner")).toContain("The import is done");

      await page.goto(`${local.access.baseUrl}/register/device/X1`);
      expect(await wordsOf(page, ".govuk-summary-list")).toContain(model);
      expect(await wordsOf(page)).toMatch(
        new RegExp(`local-admin.*changes model from .* to “${model}”`, "s"),
      );
      expect(complaints).toEqual([]);
      await context.close();
    },
    60_000,
  );

  test.each(widths)(
    "registers, books and hands back at %i px, by keyboard, without scripts",
    async (width) => {
      const { context, page, complaints } = await adminAt(width);
      const serial = `NEW-${width}`;
      const type = async (selector: string, keys: string) => {
        await tabTo(page, selector);
        await page.keyboard.type(keys);
      };
      await follow(page, 'a[href="/register"]');
      await follow(page, 'a[href="/register/devices/new"]');
      await type("#serial", serial);
      await follow(page, "main form button");
      expect(await wordsOf(page, ".govuk-error-summary")).toContain("Nothing was registered yet");
      expect(await page.locator("#serial").inputValue()).toBe(serial);
      await type("#kind", "Weapon");
      await type("#model", "TASER 7");
      await follow(page, "main form button");
      expect(await wordsOf(page, ".govuk-notification-banner")).toContain("It is registered");

      await page.goto(`${local.access.baseUrl}/register/bookings/new`);
      await page.locator("#from").fill("2026-07-01T18:00");
      await type("#deviceSerial", serial);
      await type("#officerId", "P-7001");
      await follow(page, "main form button");
      expect(await wordsOf(page, ".govuk-summary-list")).toMatch(/4471SW.*Wed 1 Jul 2026, 18:00:00.*Open/s);
      await page.locator("#to").fill("2026-07-02T02:00");
      await follow(page, "main form button");
      expect(await wordsOf(page, ".govuk-summary-list")).toContain("2 Jul 2026, 02:00");

      await page.goto(`${local.access.baseUrl}/register/device/${serial}`);
      await follow(page, "#revoke button");
      expect(await wordsOf(page, ".govuk-notification-banner")).toContain("Within 60 seconds");
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      // The form that came back with its errors, and nothing else.
      expect(complaints).toEqual([expect.stringContaining("status of 400")]);
      await context.close();
    },
    60_000,
  );

  test("gives a file that a spreadsheet opens and that comes back unchanged", async () => {
    const { context, page } = await adminAt(1280);
    await page.goto(`${local.access.baseUrl}/register/officers`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator('a[href="/register/officers/export"]').click(),
    ]);
    const path = join(folder.path, download.suggestedFilename());
    await download.saveAs(path);
    await page.goto(`${local.access.baseUrl}/register/officers/import`);
    await page.locator("#file").setInputFiles(path);
    await follow(page, "form[enctype] button");
    expect(await wordsOf(page)).toContain("There is nothing to do");
    await context.close();
  }, 60_000);

  test("has no barrier that axe knows of on any page, at either width", async () => {
    const lists = ["devices", "officers", "bookings"];
    const paths = [
      "/register",
      ...lists.flatMap((list) => [`/register/${list}`, `/register/${list}/new`, `/register/${list}/import`]),
      "/register/device/X1",
      "/register/device/UNKNOWN-1",
      "/register/officer/P-7002",
      "/register/none",
    ];
    for (const width of widths) {
      const { context, page } = await adminAt(width, true);
      const free = async (what: string) => {
        expect([what, width, await barriersOn(page)]).toEqual([what, width, []]);
        expect([what, width, await overflowOf(page)]).toEqual([
          what,
          width,
          expect.toSatisfy((over) => over <= 0),
        ]);
      };
      for (const path of paths) {
        await page.goto(local.access.baseUrl + path);
        await free(path);
      }
      await page.goto(`${local.access.baseUrl}/register/bookings`);
      await follow(page, 'a[href^="/register/booking?"]');
      await free("a booking");
      await page.goto(`${local.access.baseUrl}/register/officers/new`);
      await follow(page, "main form button");
      await free("a form with errors");
      await openImport(page);
      await sendFile(page, "axe.csv", "serial,kind,model,status\nX9,camra,B,active\nX8,camera,B,active\n");
      await free("a preview with errors");
      await openImport(page);
      await sendFile(page, "axe.csv", "serial,model\nX9,B\n");
      await free("a file that is none");
      await context.close();
    }
  }, 240_000);
});

if (!hasChromium()) process.stderr.write("LEFT OUT: the register in a real browser: there is no Chromium.\n");
