import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  barriersOn,
  follow,
  overflowOf,
  press,
  signInAs,
  signOut,
  tabTo,
  wordsOf,
} from "#test/support/browser-person.ts";
import { hasChromium, launchChromium } from "#test/support/chromium.ts";
import { reportUses } from "#test/support/console-with-uses.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

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
  incidentIds = await reportUses(local, uses);
}, 180_000);

afterAll(async () => {
  await local?.end("SIGTERM");
  folder[Symbol.dispose]();
});

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

describe.skipIf(!hasChromium())("the console in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

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
      expect(said).toContain(
        "Two supervisors accepted an explanation: immediate danger. The fact stays: not recorded.",
      );
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

if (!hasChromium()) process.stderr.write("LEFT OUT: the console in a real browser: there is no Chromium.\n");
