/**
 * Pictures of the console's pages after the demonstration shift: `node test/bench/console-screenshots.ts <folder>`.
 *
 * Every page at the width of a phone and of a desk, for people to look at; and, when the folder is
 * `test/fixtures/console`, the one that the README shows alone.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { policyAt } from "#domain/time/policies.ts";
import { readForceConfig } from "#infra/force-config.ts";
import { startLocalRun } from "#infra/local/compose.ts";
import { runDemonstration } from "#infra/local/demonstration/run.ts";
import { createPersonClient } from "#infra/local/device-client.ts";
import { launchChromium } from "#test/support/chromium.ts";
import { temporaryFolder } from "#test/support/local-process.ts";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const README_FOLDER = join(packageFolder, "test/fixtures/console");
const WIDTHS = [360, 1280];
const out = join(process.cwd(), process.argv[2] ?? ".witnessed/console");

const force = readForceConfig(join(packageFolder, "infra/forces/local.json"));
using folder = temporaryFolder();
const run = await startLocalRun({ force, dataFolder: folder.path, packageFolder, port: 0 });
const browser = await launchChromium();

type Listed = { readonly incidents: readonly { readonly incidentId: string; readonly outcome?: string }[] };

async function signIn(width: number, person: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, javaScriptEnabled: false });
  await page.goto(`${run.access.baseUrl}/`);
  await page.locator(`button[value=${person}]`).click();
  return page;
}

try {
  mkdirSync(out, { recursive: true });
  const { baseUrl, tokens } = run.access;
  await runDemonstration(run.access, policyAt(force.policies, Date.now(), force.timeZone), () => {});
  const { body } = await createPersonClient(baseUrl, tokens.supervisor).get("/v1/incidents");
  const { incidents } = body as Listed;
  const incidentOf = (outcome: string): string =>
    `/incidents/${incidents.find((each) => each.outcome === outcome)?.incidentId}`;
  if (out === README_FOLDER) {
    const page = await signIn(1000, "supervisor");
    await page.setViewportSize({ width: 1000, height: 1160 });
    await page.goto(baseUrl + incidentOf("PARTLY_RECORDED"));
    await page.screenshot({ path: join(out, "incident.png") });
  } else {
    for (const width of WIDTHS) {
      const page = await signIn(width, "supervisor");
      for (const [name, path] of [
        ["queue", "/"],
        ["all", "/incidents"],
        ["partly", incidentOf("PARTLY_RECORDED")],
        ["unrecorded", incidentOf("UNRECORDED")],
        ["recorded", incidentOf("RECORDED")],
        ["search", "/search?from=2020-01-01&to=2099-12-31"],
        ["search-wrong", "/search?from=yesterday&serial=a%20b"],
        ["figures", "/figures?from=2020-01-01&to=2099-12-31"],
        ["closures", "/closures"],
        ["accounts", "/accounted-for"],
        ["nowhere", "/incidents/none"],
        ["inbox", "/local/inbox"],
      ] as const) {
        await page.goto(baseUrl + path);
        await page.screenshot({ path: join(out, `${name}-${width}.png`), fullPage: true });
      }
      const admin = await signIn(width, "admin");
      for (const name of ["", "/devices", "/officers", "/bookings", "/devices/new", "/officers/import"]) {
        await admin.goto(`${baseUrl}/register${name}`);
        const file = `register${name.replaceAll("/", "-")}-${width}.png`;
        await admin.screenshot({ path: join(out, file), fullPage: true });
      }
      for (const person of ["oversight", "officer"]) {
        const start = await signIn(width, person);
        await start.screenshot({ path: join(out, `${person}-${width}.png`), fullPage: true });
      }
    }
  }
} finally {
  await browser.close();
  await run.stop();
}
