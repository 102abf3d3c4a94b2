import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bundleHandler,
  type FileWeight,
  handlersFolder,
  weighFiles,
  withWrittenOutKeys,
} from "#infra/bundle-handler.ts";
import { handlerNames } from "#infra/constructs/handler-function.ts";

const KIB = 1024;
const folder = mkdtempSync(join(tmpdir(), "witnessed-bundles-"));
const weights = new Map<string, readonly FileWeight[]>();

beforeAll(async () => {
  await Promise.all(
    readdirSync(handlersFolder).map(async (name) => {
      weights.set(name, weighFiles(await bundleHandler(name, join(folder, name))));
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the bundles", () => {
  it("are one for each function of the stack", () => {
    expect([...weights.keys()].sort()).toEqual([...handlerNames].sort());
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

  it("bring the worker that reads footage as a file of its own", () => {
    expect(weights.get("footage-intake")?.map(({ file }) => file)).toEqual([
      "handler.mjs",
      "media-probe-worker.mjs",
    ]);
    expect(existsSync(join(folder, "footage-intake", "media-probe-worker.mjs"))).toBe(true);
  });

  it("leave out operations that nobody calls, with the keys of the others unchanged", () => {
    const source = 'const _hH = "httpHeader";\nexport var A$ = [0, { [_hH]: _xaa, [_other]: 1 }];';
    expect(withWrittenOutKeys(source)).toBe(
      'const _hH = "httpHeader";\nexport var A$ = [0, { "httpHeader": _xaa, [_other]: 1 }];',
    );
    const bundle = readFileSync(join(folder, "footage-intake", "handler.mjs"), "utf8");
    expect(bundle).toContain("HeadObject");
    expect(bundle).not.toContain("PutBucketReplication");
  });
});
