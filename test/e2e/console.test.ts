import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import { hasChromium, launchChromium } from "#test/support/chromium.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const OFFICER = "P-1001";
const WEAPON = "X12-CONSOLE";
/** Two uses of the same weapon, an hour apart: one for each width. */
const uses = [
  { width: 360, at: "2026-03-01T21:00:00Z", seq: 1, what: "a phone" },
  { width: 1280, at: "2026-03-01T22:00:00Z", seq: 2, what: "a desk" },
] as const;

const folder = temporaryFolder();
let local: LocalProcess;
let incidentIds: readonly string[];

beforeAll(async () => {
  local = await startLocalProcess(folder.path);
  const { access } = local;
  const admin = createPersonClient(access.baseUrl, access.tokens.admin);
  const gateway = createDeviceClient(access.baseUrl, access.gateway);
  await admin.put(`/v1/devices/${WEAPON}`, { kind: "weapon", model: "TASER 7", status: "active" });
  const span = { from: "2026-03-01T20:00:00Z", to: "2026-03-02T06:00:00Z" };
  await gateway.post("/v1/bookings", { deviceSerial: WEAPON, officerId: OFFICER, ...span });
  const events = uses.map(({ at, seq }) => ({
    seq,
    at,
    type: "trigger",
    durationSeconds: 5,
    cartridge: { kind: "live" },
  }));
  const log = await gateway.post("/v1/weapon-logs", { weapon: { serial: WEAPON, model: "TASER 7" }, events });
  incidentIds = (log.body as { incidents: { incidentId: string }[] }).incidents.map(
    ({ incidentId }) => incidentId,
  );
  const alerts = async () => (await fetch(`${access.baseUrl}/local/inbox`)).text();
  await vi.waitFor(
    async () => expect((await alerts()).split("without video").length).toBeGreaterThanOrEqual(3),
    { timeout: 20_000, interval: 200 },
  );
}, 180_000);

afterAll(async () => {
  await local?.end("SIGTERM");
  folder[Symbol.dispose]();
});

/** Presses Tab until the element is in focus: nobody here has a mouse. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const wanted = page.locator(selector).first();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard never came to ${selector} on ${page.url()}`);
}

async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press("Enter");
}

/** Presses what leads to another page, and waits until that is there. */
async function follow(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

const send = (page: Page, form: string): Promise<void> => follow(page, `#${form} button`);

/** Opens a folded form and fills it in; radios and lists by the keys that a person would press. */
async function fillIn(
  page: Page,
  form: string,
  fields: readonly (readonly [id: string, keys: string])[],
): Promise<void> {
  await press(page, `details:has(#${form}) summary`);
  for (const [id, keys] of fields) {
    await tabTo(page, `#${id}`);
    await page.keyboard.type(keys);
  }
}

const signInAs = (page: Page, person: string): Promise<void> => follow(page, `button[value=${person}]`);
const signOut = (page: Page): Promise<void> => follow(page, ".signed-in button");

async function wordsOf(page: Page, selector = "main"): Promise<string> {
  return (await page.locator(selector).textContent()) ?? "";
}

describe.skipIf(!hasChromium())("the console in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function overflowOf(page: Page): Promise<number> {
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
  }

  test.each(uses)(
    "leads from the alert to an approved decision on $what, by keyboard, without scripts",
    async ({ width, seq }) => {
      const { baseUrl } = local.access;
      const incidentId = incidentIds[seq - 1];
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        javaScriptEnabled: false,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.setDefaultTimeout(10_000);

      await page.goto(`${baseUrl}/local/inbox`);
      const letter = `details:has(a[href$="/incidents/${incidentId}"])`;
      await press(page, `${letter} summary`);
      await press(page, `${letter} a`);
      await page.waitForURL("**/local/sign-in?**");
      await signInAs(page, "supervisor");
      expect(page.url()).toBe(`${baseUrl}/incidents/${incidentId}`);
      expect(await wordsOf(page, "h1")).toBe("Taser discharge: not recorded");
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);

      await send(page, "acknowledge");
      expect(await wordsOf(page, ".govuk-notification-banner")).toContain("You acknowledged");
      await fillIn(page, "ask", [
        ["ask-code", "Forgot"],
        ["ask-text", "Why was your camera off?"],
      ]);
      await send(page, "ask");
      await signOut(page);

      await page.goto(`${baseUrl}/`);
      await signInAs(page, "officer");
      await press(page, `a[href="/incidents/${incidentId}"]`);
      await page.waitForURL(`**/incidents/${incidentId}`);
      expect(await wordsOf(page)).toContain("Why was your camera off?");
      expect(await wordsOf(page)).not.toMatch(/not recorded|video for|BWC/i);
      await tabTo(page, "#explain-code");
      await page.keyboard.type("Immediate");
      await tabTo(page, "#explain-text");
      await page.keyboard.type("He came at me with a knife.");
      await send(page, "explain");
      await signOut(page);

      await page.goto(`${baseUrl}/incidents/${incidentId}`);
      await signInAs(page, "supervisor");
      await fillIn(page, "propose", [
        ["propose-accept", " "],
        ["propose-reason", "There was no time to press."],
      ]);
      await send(page, "propose");
      expect(await page.locator("#approve").count()).toBe(0);
      await signOut(page);

      await page.goto(`${baseUrl}/incidents/${incidentId}`);
      await signInAs(page, "supervisor2");
      await tabTo(page, "#approve-approve");
      await page.keyboard.type(" ");
      await tabTo(page, "#approve-reason");
      await page.keyboard.type("I agree.");
      await send(page, "approve");
      const said = await wordsOf(page);
      expect(said).toContain("Decision approved");
      expect(said).toContain("Two supervisors accepted an explanation: immediate danger. The fact stays: not recorded.");
      expect(said).toMatch(/closed/i);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await context.close();
    },
    120_000,
  );

  test("has no barrier that axe knows of on any page, at either width", async () => {
    const { baseUrl } = local.access;
    const incident = `/incidents/${incidentIds[0]}`;
    const visits: readonly (readonly [person: string, paths: readonly string[]])[] = [
      ["supervisor", ["/", "/incidents", incident, `${incident}?done=ask`, "/?age=older&outcome=RECORDED"]],
      ["oversight", ["/", "/incidents", incident]],
      ["officer", ["/", incident, "/incidents/i-unknown"]],
      ["admin", ["/", "/nothing-here"]],
    ];
    for (const { width } of uses) {
      for (const [person, paths] of visits) {
        const context = await browser.newContext({ viewport: { width, height: 800 } });
        const page = await context.newPage();
        await page.goto(`${baseUrl}/`);
        expect(await barriersOn(page)).toEqual([]);
        await page.locator(`button[value=${person}]`).click();
        for (const path of paths) {
          await page.goto(baseUrl + path);
          await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
          expect([person, path, await barriersOn(page)]).toEqual([person, path, []]);
          expect([person, path, await overflowOf(page)]).toEqual([
            person,
            path,
            expect.toSatisfy((over) => over <= 0),
          ]);
        }
        await context.close();
      }
    }
  }, 240_000);

  test("has none either where something went wrong, or after signing out", async () => {
    const { baseUrl } = local.access;
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    await page.goto(`${baseUrl}/sign-in/done?code=x&state=y`);
    expect(await wordsOf(page)).toContain("You are not signed in");
    expect(await barriersOn(page)).toEqual([]);
    await page.goto(`${baseUrl}/incidents/${incidentIds[1]}`);
    await page.locator("button[value=supervisor]").click();
    await page.locator("details:has(#hold) summary").click();
    await page.locator("#hold button").click();
    expect(await wordsOf(page, ".govuk-error-summary")).toContain("Nothing was recorded yet");
    expect(await barriersOn(page)).toEqual([]);
    await page.locator(".signed-in button").click();
    expect(await wordsOf(page)).toContain("You are signed out");
    expect(await barriersOn(page)).toEqual([]);
    await page.goto(`${baseUrl}/local/inbox`);
    expect(await barriersOn(page)).toEqual([]);
    await page.close();
  }, 60_000);

  test("prints an incident on one sheet of A4", async () => {
    const page = await browser.newPage();
    await page.goto(`${local.access.baseUrl}/incidents/${incidentIds[1]}`);
    await page.locator("button[value=supervisor]").click();
    // A page that is still on its way cannot be printed.
    await page.waitForURL(({ pathname }) => pathname.startsWith("/incidents/"));
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.close();
  });
});

async function barriersOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate("axe.run(document)")) as {
    violations: readonly { id: string; nodes: readonly { html: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

if (!hasChromium()) process.stderr.write("LEFT OUT: the console in a real browser: there is no Chromium.\n");
