import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { runConformance } from "#infra/device/conformance/run-conformance.ts";
import { createPersonClient } from "#infra/local/device-client.ts";
import { runDevice } from "#test/support/device-process.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";
import { type Meddling, startMeddlingProxy } from "#test/support/meddling-proxy.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let local: LocalProcess;

beforeAll(async () => {
  local = await startLocalProcess(at("data"));
});
afterAll(async () => {
  await local.end("SIGTERM");
  folder[Symbol.dispose]();
});

const report = z.object({
  passed: z.number(),
  failed: z.number(),
  notPossible: z.number(),
  checks: z.array(
    z.object({ id: z.string(), clause: z.string(), result: z.string(), detail: z.string().optional() }),
  ),
});

describe("the conformance run against the local run", () => {
  test("passes every check but those that take minutes or days, and writes both reports", {
    timeout: 180_000,
  }, async () => {
    const { baseUrl, tokens } = local.access;
    const run = await runDevice(
      ...[
        "conformance",
        "--base-url",
        baseUrl,
        "--key",
        at("data/access.json"),
        "--admin-token",
        tokens.admin,
      ],
      ...["--json", at("report.json"), "--markdown", at("report.md")],
    );
    expect(run.code, run.stdout).toBe(0);
    const { checks, failed, passed } = report.parse(JSON.parse(readFileSync(at("report.json"), "utf8")));
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThanOrEqual(80);
    const left = checks.filter(({ result }) => result === "not possible");
    expect(left.map(({ id }) => id)).toEqual(["put-expired", "status-expired"]);
    expect(left.every(({ detail }) => detail !== undefined)).toBe(true);
    const markdown = readFileSync(at("report.md"), "utf8");
    for (const { id, clause } of checks) expect(markdown).toContain(`\`${id}\` | ${clause} |`);
  });

  test("leaves drills alone, none of them a use of force, and alerts nobody", async () => {
    const supervisor = createPersonClient(local.access.baseUrl, local.access.tokens.supervisor);
    const { body } = await supervisor.get("/v1/incidents?limit=200");
    const { incidents } = z
      .object({ incidents: z.array(z.object({ kind: z.string(), drill: z.boolean() })) })
      .parse(body);
    expect(incidents.length).toBeGreaterThan(5);
    expect(incidents.every(({ drill }) => drill)).toBe(true);
    expect(new Set(incidents.map(({ kind }) => kind))).toEqual(new Set(["TEST", "TRAINING"]));
    expect((await supervisor.get("/v1/local/alerts")).body).toEqual({ alerts: [] });
  });

  test("takes a camera's own key, and says what a camera cannot show", { timeout: 120_000 }, async () => {
    const key = at("camera.json");
    const enrolled = await runDevice(
      ...["enrol", "--serial", "CAM-SPARE", "--kind", "camera", "--model", "M", "--out", key],
    );
    const body = JSON.parse(String(/^\{.*\}$/m.exec(enrolled.stdout)?.[0]));
    const admin = createPersonClient(local.access.baseUrl, local.access.tokens.admin);
    expect((await admin.put("/v1/devices/CAM-SPARE", body)).status).toBe(201);
    const run = await runDevice(
      ...["conformance", "--base-url", local.access.baseUrl, "--key", key, "--as", "camera", "--skip-large"],
      ...["--json", at("camera-report.json")],
    );
    expect(run.code, run.stdout).toBe(0);
    const { checks } = report.parse(JSON.parse(readFileSync(at("camera-report.json"), "utf8")));
    const resultOf = (id: string) => checks.find((check) => check.id === id)?.result;
    expect(resultOf("put-stored")).toBe("passed");
    expect(resultOf("log-new")).toBe("not possible");
    expect(resultOf("revoked")).toBe("not possible");
  });
});

const declared = z.looseObject({ footageId: z.string(), upload: z.unknown() });
const isDeclaring = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path === "/v1/footage";

/** Ways in which a service could depart from the contract, and the checks that must notice. */
const broken: readonly { what: string; meddling: Meddling; noticed: readonly string[] }[] = [
  {
    what: "takes whatever signature there is",
    meddling: {
      changeAnswer: (_, answer) =>
        answer.status === 401 ? { status: 201, body: { footageId: "f1", upload: null } } : answer,
    },
    noticed: [
      ...["unsigned", "body-not-covered", "signature-of-another-key", "serial-unknown", "path-foreign"],
      ...["body-altered", "created-old", "nonce-replayed", "query-signed", "status-unsigned"],
    ],
  },
  {
    what: "does not tell its time to whom has a wrong clock",
    meddling: {
      changeAnswer: (_, answer) =>
        answer.status === 401 ? { ...answer, body: { ...(answer.body as object), now: undefined } } : answer,
    },
    noticed: ["created-old", "created-ahead"],
  },
  {
    what: "does not name bad fields",
    meddling: {
      changeAnswer: (_, answer) =>
        answer.status === 400 ? { ...answer, body: { ...(answer.body as object), errors: [] } } : answer,
    },
    noticed: ["field-unknown", "fields-missing", "fields-bad", "log-empty", "log-duration-missing"],
  },
  {
    what: "refuses unknown fields of a vendor, and large bodies",
    meddling: {
      changeAnswer: (call, answer) =>
        call.body.length > 3000 ? { status: 400, body: { type: "x", detail: "too long" } } : answer,
    },
    noticed: ["vendor-accepted", "body-large"],
  },
  {
    what: "gives a repeat another id",
    meddling: {
      changeAnswer: (call, answer) =>
        isDeclaring(call) && answer.status === 200
          ? { ...answer, body: { ...declared.parse(answer.body), footageId: "f-other" } }
          : answer,
    },
    noticed: ["declared-again", "declared-defaults", "declared-another-clock", "nothing-missing"],
  },
  {
    what: "refuses a clip number that it knows with another file",
    meddling: {
      changeAnswer: (call, answer) =>
        isDeclaring(call) && call.body.includes("DRILL") && answer.status === 201 && knowsRecording(call.body)
          ? { status: 409, body: { type: "conflict", detail: "known" } }
          : answer,
    },
    noticed: ["duplicate-number"],
  },
  {
    what: "has a store that takes anything",
    meddling: { changePutStatus: () => 200 },
    noticed: [
      ...["put-header-changed", "put-header-missing", "put-length-changed", "put-url-changed"],
      ...["put-wrong-checksum", "put-exists", "put-twice-at-once"],
    ],
  },
  {
    what: "forgets why it rejected a clip, and what it found in an accepted one",
    meddling: {
      changeAnswer: (call, answer) =>
        call.method === "GET" && call.path.startsWith("/v1/footage/") && answer.status === 200
          ? { ...answer, body: { state: z.object({ state: z.string() }).parse(answer.body).state } }
          : answer,
    },
    noticed: ["put-stored", "status-rejected"],
  },
  {
    what: "counts a repeated log as new, and refuses one that conflicts",
    meddling: {
      changeAnswer: (call, answer) => {
        if (call.path !== "/v1/weapon-logs") return answer;
        if (call.body.includes("batteryPercent")) {
          return { status: 409, body: { type: "conflict", detail: "known" } };
        }
        return { ...answer, status: answer.status === 200 ? 202 : answer.status };
      },
    },
    noticed: ["log-repeated", "log-conflict"],
  },
  {
    what: "does not say which parts it has",
    meddling: {
      changeAnswer: (call, answer) => {
        const upload = declared.safeParse(answer.body).data?.upload;
        return isDeclaring(call) && upload !== null && typeof upload === "object" && "have" in upload
          ? { ...answer, body: { ...declared.parse(answer.body), upload: { ...upload, have: [] } } }
          : answer;
      },
    },
    noticed: ["parts-from-nothing-to-accepted"],
  },
];

const recordings = new Set<string>();
/** Whether the recording of this declaration was declared before. */
function knowsRecording(body: Buffer): boolean {
  const { recordingId } = z.object({ recordingId: z.string() }).parse(JSON.parse(body.toString("utf8")));
  const known = recordings.has(recordingId);
  recordings.add(recordingId);
  return known;
}

describe("the conformance run against a service that", () => {
  test.each(broken)("$what", { timeout: 120_000 }, async ({ meddling, noticed }) => {
    const proxy = await startMeddlingProxy(local.access.baseUrl, meddling);
    try {
      const { checks } = await runConformance(
        {
          baseUrl: proxy.baseUrl,
          key: local.access.gateway,
          speaksAs: "gateway",
          adminToken: local.access.tokens.admin,
          large: true,
          waitForExpiry: false,
          only: noticed,
        },
        () => undefined,
      );
      const failed = checks.filter(({ result }) => result === "failed").map(({ id }) => id);
      expect(failed.toSorted()).toEqual([...noticed].toSorted());
    } finally {
      await proxy.stop();
    }
  });

  test("is told by the exit code and by the report", async () => {
    const proxy = await startMeddlingProxy(local.access.baseUrl, {
      changeAnswer: (_, answer) => (answer.status === 401 ? { ...answer, status: 200 } : answer),
    });
    try {
      const run = await runDevice(
        ...["conformance", "--base-url", proxy.baseUrl, "--key", at("data/access.json")],
        ...["--only", "unsigned,time", "--markdown", at("broken.md")],
      );
      expect(run).toMatchObject({ code: 1, stdout: expect.stringContaining("1 passed, 1 failed") });
      expect(readFileSync(at("broken.md"), "utf8")).toContain("## Failed\n");
    } finally {
      await proxy.stop();
    }
  });
});
