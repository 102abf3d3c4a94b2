import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import {
  barriersOn,
  follow,
  overflowOf,
  press,
  signOut,
  tabTo,
  visitAs,
  widths,
  wordsOf,
} from "#test/support/browser-person.ts";
import { hasChromium, launchChromium } from "#test/support/chromium.ts";
import { OFFICER, reportUses } from "#test/support/console-with-uses.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";

const REFERENCE = "CAD 77/01MAR26";
const uses = [
  { at: "2026-03-01T21:00:00Z", seq: 1 },
  { at: "2026-03-01T22:00:00Z", seq: 2 },
];

const folder = temporaryFolder();
let local: LocalProcess;
/** The first was explained and decided, the second is open and asked about. */
let decided = "";
let open = "";

/** Somebody goes out alone with a Taser and no camera: told of once it has settled, while the other tests run. */
async function bookWeaponAlone(): Promise<void> {
  const { baseUrl, tokens, gateway } = local.access;
  const admin = createPersonClient(baseUrl, tokens.admin);
  const weapon = { kind: "weapon", model: "TASER 7", status: "active" };
  await admin.put("/v1/devices/X12-ALONE", weapon);
  await admin.put("/v1/officers/P-7001", {
    collarNumber: "7001SW",
    team: "Response C",
    borough: "Lambeth",
    taserTrained: true,
    cameraIssued: true,
  });
  const booking = { deviceSerial: "X12-ALONE", officerId: "P-7001", from: new Date().toISOString() };
  await createDeviceClient(baseUrl, gateway).post("/v1/bookings", { ...booking, singleCrewed: true });
}

beforeAll(async () => {
  local = await startLocalProcess(folder.path);
  const { baseUrl, tokens } = local.access;
  await bookWeaponAlone();
  [decided = "", open = ""] = await reportUses(local, uses, REFERENCE);
  const acts: readonly (readonly [token: string, incidentId: string, act: string, body: object])[] = [
    [tokens.supervisor, decided, "acknowledgement", {}],
    [tokens.supervisor, decided, "explanation", { code: "IMMEDIATE_DANGER", text: "He had a knife." }],
    [tokens.supervisor, decided, "decision", { accept: true, reason: "There was no time." }],
    [tokens.supervisor2, decided, "decision", { approve: true, reason: "I agree." }],
    [tokens.supervisor, open, "explanation-requests", { code: "FORGOT", text: "Why was it off, Tom?" }],
  ];
  for (const [token, incidentId, act, body] of acts) {
    await createPersonClient(baseUrl, token).post(`/v1/incidents/${incidentId}/${act}`, body);
  }
}, 180_000);

afterAll(async () => {
  await local?.end("SIGTERM");
  folder[Symbol.dispose]();
});

describe.skipIf(!hasChromium())("those who read and do not act, in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const visit = (person: string, width: number, javaScriptEnabled = false) =>
    visitAs(person, { browser, baseUrl: local.access.baseUrl, width, javaScriptEnabled });

  async function type(page: Page, selector: string, keys: string): Promise<void> {
    await tabTo(page, selector);
    await page.keyboard.type(keys);
  }

  const ended = async (context: BrowserContext, complaints: readonly string[]) => {
    expect(complaints).toEqual([]);
    await context.close();
  };

  test.each(widths)(
    "oversight sees what was decided, and nobody's words or names, at %i px",
    async (width) => {
      const { context, page, complaints } = await visit("oversight", width);
      const start = await wordsOf(page);
      expect(start).toContain("Closed and reopened");
      expect(start).toContain("a decision that two supervisors took");
      expect(start).toContain("Explanation accepted: immediate danger");
      await follow(page, `main a[href="/incidents/${decided}"]`);
      await type(page, "#reason", "Panel of the first quarter");
      await follow(page, "main form button");
      const incident = await wordsOf(page);
      expect(incident).toContain("Taser discharge: not recorded");
      expect(incident).toContain("accepted an explanation: immediate danger. The fact stays: not recorded.");
      for (const words of [start, incident]) {
        expect(words).not.toMatch(/knife|no time|I agree|Tom|CAD 77|Panel of|4711/);
      }
      expect(await page.locator(`main form[action^="/incidents/"]`).count()).toBe(0);
      await follow(page, 'nav a[href="/search"]');
      expect(await page.locator("#reference").count()).toBe(0);
      await type(page, "#serial", "X12-CONSOLE");
      await follow(page, "main form button");
      expect(await wordsOf(page)).toContain("2 incidents found");
      expect(await wordsOf(page)).not.toMatch(/CAD 77|P-1001/);
      await signOut(page);
      await ended(context, complaints);
      const token = local.access.tokens.supervisor;
      const { body } = await createPersonClient(local.access.baseUrl, token).get(
        `/v1/incidents/${decided}/custody`,
      );
      const { custody } = body as { custody: readonly { what: string; why?: string }[] };
      expect(custody.map(({ what, why }) => [what, why])).toContainEqual([
        "read",
        "Panel of the first quarter",
      ]);
    },
    60_000,
  );

  test.each(widths)(
    "an officer sees the question, answers it, and sees nothing else, at %i px",
    async (width) => {
      const { context, page, complaints } = await visit("officer", width);
      expect(await page.locator("nav a").allTextContents()).toEqual(["Questions to you"]);
      await follow(page, `a[href="/incidents/${open}"]`);
      expect(await wordsOf(page)).toContain("Why was it off, Tom?");
      await type(page, "#explain-code", "Battery");
      await type(page, "#explain-text", `The battery was flat at ${width}.`);
      await follow(page, "#explain button");
      const words = await wordsOf(page);
      expect(words).toContain(`The battery was flat at ${width}.`);
      expect(words).not.toMatch(/not recorded|video|camera on|X12-CONSOLE/i);
      for (const path of ["/search", "/figures", "/closures", "/accounted-for", "/incidents"]) {
        const refused = await page.goto(local.access.baseUrl + path);
        expect([path, refused?.status()]).toEqual([path, 403]);
      }
      await context.close();
      expect(complaints.filter((each) => !each.includes("403"))).toEqual([]);
    },
    60_000,
  );

  test.each(widths)(
    "a supervisor searches and counts by keyboard, at %i px",
    async (width) => {
      const { context, page, complaints } = await visit("supervisor", width);
      await follow(page, 'nav a[href="/search"]');
      await type(page, "#reference", REFERENCE);
      await type(page, "#officer", OFFICER);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/search?**");
      expect(await wordsOf(page)).toContain("2 incidents found");
      expect(await wordsOf(page)).toContain(`Searched: reference ${REFERENCE}, officer ${OFFICER}.`);
      await press(page, "main details summary");
      await type(page, "#reference", "x");
      await follow(page, "main form button");
      expect(await wordsOf(page)).toContain("Nothing was found");

      await page.goto(`${local.access.baseUrl}/figures?from=2026-03-01&to=2026-03-01`);
      const figures = await wordsOf(page);
      expect(figures).toContain("2 Taser discharges, of which 0 captured (0 %).");
      expect(figures).toContain(
        "Not recorded 2, of which an explanation was accepted for 1 (immediate danger 1).",
      );
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        press(page, 'a[href^="/figures/download"]'),
      ]);
      expect(download.suggestedFilename()).toBe("figures-2026-03-01-to-2026-03-01.csv");
      expect(readFileSync(await download.path(), "utf8")).toContain('"UNRECORDED","2","1","1"');
      await ended(context, complaints);
    },
    60_000,
  );

  test("nobody signs out in one place and stays in another, if they want it so", async () => {
    const [one, other] = [await visit("supervisor", 1280), await visit("supervisor", 360)];
    await follow(one.page, ".foot button");
    expect(await wordsOf(one.page)).toContain("You are signed out of Witnessed everywhere");
    await other.page.goto(`${local.access.baseUrl}/search`);
    expect(other.page.url()).toContain("/local/sign-in");
    await one.context.close();
    await other.context.close();
  }, 60_000);

  test("an accepted explanation stands beside the fact in print too", async () => {
    const { context, page } = await visit("supervisor", 1280, true);
    await page.goto(`${local.access.baseUrl}/incidents/${decided}`);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("p.govuk-inset-text", { hasText: "immediate danger" }).isVisible()).toBe(true);
    expect(await page.locator("nav").isVisible()).toBe(false);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await context.close();
  }, 60_000);

  test("no page has a barrier that axe knows of, or is wider than the window, at either width", async () => {
    const day = "from=2026-03-01&to=2026-03-02";
    const reading = [
      "/",
      `/search?${day}`,
      "/search?serial=a%20b",
      `/figures?${day}`,
      "/figures?from=x",
      "/closures",
    ];
    const visits: readonly (readonly [person: string, paths: readonly string[]])[] = [
      ["supervisor", [...reading, "/search", "/accounted-for", `/incidents/${decided}`]],
      ["oversight", [...reading, "/search", `/incidents/${decided}`]],
      ["admin", ["/accounted-for", "/search?officer=nobody", "/incidents"]],
      ["officer", ["/", `/incidents/${open}`, `/incidents/${decided}`, "/search"]],
    ];
    for (const width of widths) {
      for (const [person, paths] of visits) {
        const { context, page } = await visit(person, width, true);
        for (const path of paths) {
          await page.goto(local.access.baseUrl + path);
          if ((await page.locator("form[action='/visit']").count()) > 0) {
            expect([person, path, await barriersOn(page)]).toEqual([person, path, []]);
            await page.locator("#reason").fill("Panel");
            await page.locator("main form button").click();
          }
          expect([person, path, await barriersOn(page)]).toEqual([person, path, []]);
          expect([person, path, (await overflowOf(page)) <= 0]).toEqual([person, path, true]);
        }
        await context.close();
      }
    }
  }, 240_000);

  test("an officer who is out alone without a camera is alerted of, with a link to the kit check", async () => {
    const inbox = async () => (await fetch(`${local.access.baseUrl}/local/inbox`)).text();
    const alert = "Single-crewed officer with a Taser and no working camera, Lambeth";
    await vi.waitFor(async () => expect(await inbox()).toContain(alert), { timeout: 90_000, interval: 500 });
    for (const width of widths) {
      const { context, page } = await visit("supervisor", width, true);
      await page.goto(`${local.access.baseUrl}/local/inbox`);
      const letter = 'details:has(a[href$="/kit"])';
      await press(page, `${letter} summary`);
      await follow(page, `${letter} a`);
      expect(await wordsOf(page)).toMatch(/7001SW\s*Single-crewed\s*X12-ALONE/);
      expect(await barriersOn(page)).toEqual([]);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      await context.close();
    }
  }, 120_000);
});

if (!hasChromium()) {
  process.stderr.write("LEFT OUT: those who read and do not act, in a real browser: there is no Chromium.\n");
}
