import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as plain from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bundleHandler,
  bundleSource,
  type FileWeight,
  filesAtStart,
  handlersFolder,
  weighFiles,
  withWrittenOutKeys,
} from "#infra/bundle-handler.ts";
import { handlerNames } from "#infra/constructs/handler-function.ts";

const KIB = 1024;
const folder = mkdtempSync(join(tmpdir(), "witnessed-bundles-"));
const weights = new Map<string, readonly FileWeight[]>();
const atStart = new Map<string, readonly string[]>();

beforeAll(async () => {
  await Promise.all(
    readdirSync(handlersFolder).map(async (name) => {
      const metafile = await bundleHandler(name, join(folder, name));
      weights.set(name, weighFiles(metafile));
      atStart.set(name, filesAtStart(metafile));
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
      const early = files.filter(({ file }) => atStart.get(name)?.includes(file));
      const ours = early.reduce((all, { bytes, sdkBytes }) => all + bytes - sdkBytes, 0);
      if (name !== "api") expect(ours, name).toBeLessThanOrEqual(250 * KIB);
    }
  });

  it("load the reader of footage into the sweep with the first file that has to be read", () => {
    const holdsReader = (name: string, file: string) =>
      readFileSync(join(folder, name, file), "utf8").includes("UNSUPPORTED_CONTAINER");
    const early = atStart.get("sweep") ?? [];
    expect(early.filter((file) => holdsReader("sweep", file))).toEqual([]);
    const later = (weights.get("sweep") ?? []).filter(({ file }) => !early.includes(file));
    expect(later.filter(({ file }) => holdsReader("sweep", file))).toHaveLength(1);
    expect(holdsReader("footage-intake", "handler.mjs")).toBe(true);
  });

  /** What even the first page does not load: the register's own pages, what describes the API, a browser's SDK. */
  const LATER = /^(register-pages|describe-api|bowser)-/;

  /** Bytes of api that are loaded with it, those that wait for the first page, and those that wait longer. */
  function weightsOfApi() {
    const early = new Set(atStart.get("api"));
    const files = weights.get("api") ?? [];
    const sum = (of: readonly FileWeight[]) => of.reduce((all, { bytes }) => all + bytes, 0);
    return {
      start: sum(files.filter(({ file }) => early.has(file))),
      pages: sum(files.filter(({ file }) => !early.has(file) && !LATER.test(file))),
      later: sum(files.filter(({ file }) => LATER.test(file))),
    };
  }

  it("load at most 700 KiB in all with api, and the people's pages not before one is asked for", () => {
    const { start, pages, later } = weightsOfApi();
    expect(start).toBeLessThanOrEqual(700 * KIB);
    expect(pages).toBeGreaterThan(50 * KIB);
    expect(pages).toBeLessThanOrEqual(250 * KIB);
    expect(later).toBeLessThanOrEqual(150 * KIB);
    const early = (atStart.get("api") ?? []).map((file) => readFileSync(join(folder, "api", file), "utf8"));
    expect(early.join()).not.toContain("govuk-template__body");
    expect(early.join()).not.toContain("OAUTH_RESPONSE_BODY_ERROR");
  });

  it("hold the pages' stylesheet beside api, without what is not ours to use", () => {
    const css = readFileSync(join(folder, "api", "console.css"), "utf8");
    expect(css.length).toBeLessThanOrEqual(64 * KIB);
    expect(css).toContain(".govuk-button");
    expect(css).toContain(".moj-timeline");
    expect(css).not.toMatch(/Transport|crest|crown-copyright|@font-face|@import|url\(/i);
    expect(existsSync(join(folder, "sweep", "console.css"))).toBe(false);
  });

  it("bring the worker that reads Matroska as a file of its own", () => {
    expect(weights.get("footage-intake")?.map(({ file }) => file)).toEqual([
      "handler.mjs",
      "matroska-reader-worker.mjs",
    ]);
    expect(existsSync(join(folder, "footage-intake", "matroska-reader-worker.mjs"))).toBe(true);
  });

  it("hold zod's JSON Schema for api alone, which publishes it", () => {
    const writers = [...weights].filter(([name, files]) =>
      files.some(({ file }) =>
        readFileSync(join(folder, name, file), "utf8").includes("json-schema.org/draft-07"),
      ),
    );
    expect(writers.map(([name]) => name)).toEqual(["api"]);
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

  it("speak to the store as the SDK does that was not shaken", async () => {
    const file = join(folder, "s3.mjs");
    const names = "S3Client, PutObjectCommand, HeadObjectCommand, ListPartsCommand";
    await bundleSource(`export { ${names} } from "@aws-sdk/client-s3";`, file);
    const shaken: Sdk = await import(file);
    const [ours, theirs] = [await conversation(shaken), await conversation(plain)];
    expect(ours.requests).toHaveLength(3);
    expect(ours).toEqual(theirs);
    expect(ours.requests[0]?.headers).toMatchObject({
      "if-none-match": "*",
      "x-amz-checksum-sha256": "c3Vt",
    });
    expect(ours.head).toMatchObject({ ChecksumSHA256: "c3Vt", ObjectLockLegalHoldStatus: "ON" });
    expect(ours.parts.Parts).toEqual([{ PartNumber: 1, Size: 5, ChecksumSHA256: "c3Vt" }]);
  });
});

type Sdk = Pick<typeof plain, "S3Client" | "PutObjectCommand" | "HeadObjectCommand" | "ListPartsCommand">;
type Sent = { readonly method: string; readonly path: string; readonly headers: Record<string, string> };

/** What a client says and what it understands, with a store that answers the same to everything. */
async function conversation(sdk: Sdk) {
  const requests: Sent[] = [];
  const partList =
    "<ListPartsResult><Part><PartNumber>1</PartNumber><Size>5</Size><ChecksumSHA256>c3Vt</ChecksumSHA256></Part></ListPartsResult>";
  const handle = async ({ method, path, headers }: Sent) => {
    const kept = Object.entries(headers).filter(
      ([name]) => !/^(authorization|amz-sdk|user-agent|x-amz-(date|user))/.test(name),
    );
    requests.push({ method, path, headers: Object.fromEntries(kept) });
    const answered = {
      "content-length": "5",
      "x-amz-checksum-sha256": "c3Vt",
      "x-amz-object-lock-legal-hold": "ON",
    };
    const body = method === "GET" ? new Response(partList).body : undefined;
    return { response: { statusCode: 200, headers: answered, body } };
  };
  const client = new sdk.S3Client({
    region: "eu-west-2",
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    requestHandler: { handle } as never,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const at = { Bucket: "bucket", Key: "footage/1" };
  await client.send(
    new sdk.PutObjectCommand({
      ...at,
      Body: "video",
      ContentType: "video/mp4",
      ChecksumSHA256: "c3Vt",
      IfNoneMatch: "*",
    }),
  );
  const { $metadata: _, ...head } = await client.send(
    new sdk.HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" }),
  );
  const { $metadata: __, ...parts } = await client.send(
    new sdk.ListPartsCommand({ ...at, UploadId: "upload" }),
  );
  return { requests, head, parts };
}
