import { beforeEach, describe, expect, it } from "vitest";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  type PersonName,
  type TestDevice,
} from "#test/support/api-under-test.ts";

const roles = [
  "supervisor",
  "admin",
  "oversight",
  "officer",
  "nobody",
] as const satisfies readonly PersonName[];
const devices = ["gateway", "camera", "weapon"] as const;
type Principal = (typeof roles)[number] | (typeof devices)[number];

const reading: readonly Principal[] = ["supervisor", "admin", "oversight"];
const everyDevice: readonly Principal[] = devices;

/** Contract §3: who may call what. Everything that is not named is refused. */
const matrix: readonly [method: string, path: string, allowed: readonly Principal[]][] = [
  ["POST", "/v1/footage", everyDevice],
  ["POST", "/v1/footage/f1/complete", everyDevice],
  ["GET", "/v1/footage/f1", everyDevice],
  ["GET", "/v1/footage", ["supervisor", "admin"]],
  ["GET", "/v1/footage/f1/custody", ["supervisor", "admin"]],
  ["POST", "/v1/footage/f1/probe", ["admin"]],
  ["GET", "/v1/sweep", ["supervisor", "admin"]],
  ["POST", "/v1/weapon-logs", everyDevice],
  ["POST", "/v1/reports", ["admin", "gateway"]],
  ["PUT", "/v1/devices/X1", ["admin"]],
  ["POST", "/v1/devices", ["admin"]],
  ["GET", "/v1/devices/X1", ["admin"]],
  ["GET", "/v1/devices", ["admin"]],
  ["PUT", "/v1/officers/P-1", ["admin"]],
  ["POST", "/v1/officers", ["admin"]],
  ["GET", "/v1/officers/P-1", ["admin"]],
  ["GET", "/v1/officers", ["admin"]],
  ["POST", "/v1/bookings", ["admin", "gateway"]],
  ["GET", "/v1/bookings", ["admin", "gateway"]],
  ["GET", "/v1/incidents", reading],
  ["GET", "/v1/incidents/i1", reading],
  ["GET", "/v1/incidents/i1/custody", reading],
  ["GET", "/v1/incidents/i1/verdicts/1/inputs", reading],
  ["POST", "/v1/incidents/i1/acknowledgement", ["supervisor"]],
  ["POST", "/v1/incidents/i1/explanation-requests", ["supervisor"]],
  ["POST", "/v1/incidents/i1/explanation", ["supervisor", "officer"]],
  ["POST", "/v1/incidents/i1/decision", ["supervisor"]],
  ["POST", "/v1/incidents/i1/confirmations", ["supervisor"]],
  ["POST", "/v1/incidents/i1/holds", ["supervisor"]],
];
const open = ["/v1/time", "/v1/health", "/openapi.json"];

let under: ApiUnderTest;
const held = new Map<Principal, TestDevice>();

beforeEach(async () => {
  under = createApiUnderTest();
  for (const kind of devices) {
    const device = aDevice(`D-${kind}`);
    held.set(kind, device);
    await under.register(device, kind);
  }
});

async function call(principal: Principal, method: string, path: string) {
  const body = method === "GET" ? undefined : {};
  const device = held.get(principal);
  return device
    ? under.asDevice(device, method, path, body)
    : under.asPerson(principal as PersonName, method, path, body);
}

describe("the matrix of rights", () => {
  it("names every route", () => {
    const named = [
      ...matrix.map(([method, path]) => `${method} ${path}`),
      ...open.map((path) => `GET ${path}`),
    ];
    const mounted = under.api.routes.filter(({ method }) => method !== "ALL");
    expect(named).toHaveLength(mounted.length);
  });

  for (const [method, path, allowed] of matrix) {
    it(`${method} ${path} lets in ${allowed.join(", ")} and nobody else`, async () => {
      for (const principal of [...roles, ...devices]) {
        const { status, body } = await call(principal, method, path);
        const refused = (status === 401 || status === 403) && /not-signed-in|wrong-role/.test(body.type);
        expect([principal, refused ? "refused" : "let in"]).toEqual([
          principal,
          allowed.includes(principal) ? "let in" : "refused",
        ]);
      }
    });

    it(`${method} ${path} lets in nobody without proof`, async () => {
      const bare = await under.send(path, { method });
      expect([bare.status, bare.body.type]).toEqual([401, "urn:witnessed:problem:not-signed-in"]);
      const wrong = await under.send(path, { method, headers: { authorization: "Bearer stranger" } });
      expect(wrong.status).toBe(401);
    });
  }

  it.each(open)("%s is open to anyone", async (path) => {
    expect((await under.send(path)).status).toBe(200);
  });
});
