import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundleHandler, handlersFolder, weightOf } from "#infra/bundle-handler.ts";

const KIB = 1024;
const handlers = readdirSync(handlersFolder).sort();

const folder = mkdtempSync(join(tmpdir(), "witnessed-bundles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weigh = (name: string) => weightOf(bundleHandler(name, join(folder, name)));

describe("the bundles", () => {
  it("are one for each function of the stack", () => {
    expect(handlers).toEqual([
      "api",
      "compliance-verdict",
      "footage-intake",
      "footage-matching",
      "ingestion",
      "notification",
      "sweep",
    ]);
  });

  it.each(handlers.filter((name) => name !== "api"))(
    "%s brings at most 250 KiB beyond its SDK clients",
    (name) => {
      const { bytes, sdkBytes } = weigh(name);
      expect(sdkBytes).toBeGreaterThan(0);
      expect(Math.round((bytes - sdkBytes) / KIB)).toBeLessThanOrEqual(250);
    },
  );

  it("api brings at most 700 KiB in all", () => {
    expect(Math.round(weigh("api").bytes / KIB)).toBeLessThanOrEqual(700);
  });
});
