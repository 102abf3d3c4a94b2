import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleHandler, type FileWeight, handlersFolder, weighFiles } from "#infra/bundle-handler.ts";

const KIB = 1024;
const folder = mkdtempSync(join(tmpdir(), "witnessed-bundles-"));
const weights = new Map<string, readonly FileWeight[]>();

beforeAll(() => {
  for (const name of readdirSync(handlersFolder)) {
    weights.set(name, weighFiles(bundleHandler(name, join(folder, name))));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the bundles", () => {
  it("are one for each function of the stack", () => {
    expect([...weights.keys()].sort()).toEqual([
      "api",
      "compliance-verdict",
      "footage-intake",
      "footage-matching",
      "ingestion",
      "notification",
      "sweep",
    ]);
  });

  it("hold the SDK, and bring at most 250 KiB beyond its clients", () => {
    for (const [name, files] of weights) {
      for (const { file, bytes, sdkBytes } of files) {
        if (file === "handler.mjs") expect(sdkBytes, name).toBeGreaterThan(100 * KIB);
        if (name !== "api") expect(bytes - sdkBytes, `${name}/${file}`).toBeLessThanOrEqual(250 * KIB);
      }
    }
  });

  it("bring at most 700 KiB in all for api", () => {
    expect(weights.get("api")?.map(({ file }) => file)).toEqual(["handler.mjs"]);
    for (const { bytes } of weights.get("api") ?? []) expect(bytes).toBeLessThanOrEqual(700 * KIB);
  });

  it("bring the thread that reads footage as a file of its own", () => {
    expect(weights.get("footage-intake")?.map(({ file }) => file)).toEqual([
      "handler.mjs",
      "media-probe-worker.mjs",
    ]);
    expect(existsSync(join(folder, "footage-intake", "media-probe-worker.mjs"))).toBe(true);
  });
});
