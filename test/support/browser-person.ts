import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

/** The widths at which every page is looked at: a phone's and a desk's. */
export const widths = [360, 1280] as const;

/** Presses Tab until the element is in focus: nobody here has a mouse. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  const wanted = page.locator(selector).first();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard never came to ${selector} on ${page.url()}`);
}

export async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press("Enter");
}

/** Presses what leads to another page, and waits until that is there. */
export async function follow(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

export const signInAs = (page: Page, person: string): Promise<void> =>
  follow(page, `button[value=${person}]`);
export const signOut = (page: Page): Promise<void> => follow(page, ".signed-in button");

/** Somebody signed in at this width, without scripts unless asked; what the browser complains of is kept. */
export async function visitAs(
  person: string,
  at: {
    readonly browser: Browser;
    readonly baseUrl: string;
    readonly width: number;
    readonly javaScriptEnabled?: boolean;
  },
) {
  const { browser, baseUrl, width, javaScriptEnabled = false } = at;
  const context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${baseUrl}/`);
  await signInAs(page, person);
  return { context, page, complaints };
}

export async function wordsOf(page: Page, selector = "main"): Promise<string> {
  return (await page.locator(selector).textContent()) ?? "";
}

/** How far the page is wider than the window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - window.innerWidth");

/** What axe finds wrong on the page, everything that folds opened. */
export async function barriersOn(page: Page): Promise<readonly string[]> {
  await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
  await page.evaluate(axe.source);
  const found = (await page.evaluate("axe.run(document)")) as {
    violations: readonly { id: string; nodes: readonly { html: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
