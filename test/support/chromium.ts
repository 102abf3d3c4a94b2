import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's package; the tests say what they leave out where it is not there. */
const BROWSER = "/usr/bin/chromium";

export const hasChromium = (): boolean => existsSync(BROWSER);

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: BROWSER,
    headless: true,
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
}
