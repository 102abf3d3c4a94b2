import { beforeEach, describe, expect, it } from "vitest";
import { ConcurrentWriteError, CorruptRecordError } from "#contracts/errors.ts";
import { BODY_LIMIT_BYTES } from "#handlers/api/read-body.ts";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  NOW,
  signedInit,
} from "#test/support/api-under-test.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";

let under: ApiUnderTest;
beforeEach(() => {
  under = createApiUnderTest();
});

const asAdmin = { authorization: "Bearer admin", "content-type": "application/json" };
const put = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = asAdmin) =>
  under.send("/v1/devices/X1", { method: "PUT", headers, body });

describe("a request body", () => {
  it.each([
    ["no JSON", "{"],
    ["two values", "{}{}"],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
    ["nothing", ""],
    ["text with half a surrogate pair", String.raw`{"model":"\ud83d"}`],
    ["a name with half a surrogate pair", String.raw`{"vendor":{"a":[{"\ude00":1}]}}`],
    ["nested without end", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`],
  ])("that is %s is 400 malformed-json", async (_name, body) => {
    const reply = await put(body);
    expect([reply.status, reply.body.type]).toEqual([400, "urn:witnessed:problem:malformed-json"]);
  });

  it.each(["text/plain", "application/jsonp", ""])("of type '%s' is 415", async (type) => {
    const reply = await put(new TextEncoder().encode("{}"), { ...asAdmin, "content-type": type });
    expect([reply.status, reply.body.type]).toEqual([415, "urn:witnessed:problem:unsupported-media-type"]);
  });

  it("may name its charset", async () => {
    const body = JSON.stringify({ kind: "camera", model: "M", status: "active" });
    expect((await put(body, { ...asAdmin, "content-type": "application/json; charset=utf-8" })).status).toBe(
      201,
    );
  });

  it("over 4 MB is 413, whether it says so or not", async () => {
    const large = "x".repeat(BODY_LIMIT_BYTES + 1);
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(large));
        controller.close();
      },
    });
    const told = await put("{}", { ...asAdmin, "content-length": String(BODY_LIMIT_BYTES + 1) });
    const untold = await under.send("/v1/devices/X1", {
      method: "PUT",
      headers: asAdmin,
      body: stream,
      duplex: "half",
    } as RequestInit);
    for (const reply of [told, untold]) {
      expect([reply.status, reply.body.type]).toEqual([413, "urn:witnessed:problem:body-too-large"]);
    }
  });

  it("is not looked at before it is known who sent it", async () => {
    expect((await put("{", { "content-type": "text/plain" })).status).toBe(401);
  });

  it("names an unknown field and its place", async () => {
    const reply = await put(JSON.stringify({ kind: "camera", model: "M", status: "active", "a/b~c": 1 }));
    expect(reply.body).toMatchObject({
      status: 400,
      title: expect.any(String),
      detail: expect.stringContaining("Nothing was stored"),
      errors: [{ pointer: "/a~1b~0c", detail: "unknown field: remove it" }],
    });
  });

  it("that is another thing altogether points at the root", async () => {
    expect((await put("[]")).body.errors[0].pointer).toBe("");
  });
});

describe("a route", () => {
  it("that does not exist is 404", async () => {
    const reply = await under.send("/v1/nothing");
    expect([reply.status, reply.body.type]).toEqual([404, "urn:witnessed:problem:no-such-route"]);
  });

  it("without the method is 405 and says which it has", async () => {
    const reply = await under.send("/v1/devices/X1", { method: "DELETE" });
    expect([reply.status, reply.body.type, reply.headers.get("allow")]).toEqual([
      405,
      "urn:witnessed:problem:method-not-allowed",
      "PUT, GET",
    ]);
    expect((await under.send("/v1/time", { method: "POST" })).status).toBe(405);
  });

  it("checks what stands in its path", async () => {
    const reply = await under.asPerson("admin", "GET", "/v1/devices/a%20b");
    expect([reply.status, reply.body.errors[0].pointer]).toEqual([400, "/serial"]);
    expect((await under.asPerson("admin", "GET", "/v1/incidents/i1/verdicts/x/inputs")).status).toBe(400);
  });

  it("refuses a signed path that was not sent as it is routed", async () => {
    const gateway = aDevice("GW-1");
    await under.register(gateway);
    const init = signedInit(gateway, "GET", "/v1/bookings");
    const response = await under.api.request("/v1/bookings", init, {
      incoming: { url: "/v1/x/../bookings" },
    });
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      400,
      "urn:witnessed:problem:malformed-path",
    ]);
  });
});

describe("an answer", () => {
  it("is not to be kept, framed, sniffed or read by other sites", async () => {
    for (const path of ["/v1/time", "/v1/nothing", "/v1/incidents"]) {
      const { headers } = await under.send(path, { headers: { origin: "https://evil.example" } });
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("strict-transport-security")).toContain("max-age=");
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  it("gives anyone the time and the health", async () => {
    expect((await under.send("/v1/time")).body).toEqual({ now: NOW.toISOString() });
    expect((await under.send("/v1/health")).body).toEqual({ status: "ok" });
  });
});

describe("an error on our side", () => {
  const failing = (error: Error) =>
    createApiUnderTest({
      verifyPerson: async () => {
        throw error;
      },
    });

  it("tells to try again when it may pass", async () => {
    const reply = await failing(new ConcurrentWriteError("busy")).asPerson("admin", "GET", "/v1/devices");
    expect([reply.status, reply.body.type, reply.headers.get("retry-after")]).toEqual([
      503,
      "urn:witnessed:problem:unavailable",
      "5",
    ]);
  });

  it.each([new TypeError("PC Tom Hale is not a function"), new CorruptRecordError("INCIDENT#i1")])(
    "tells nothing of itself (%s)",
    async (error) => {
      const api = failing(error);
      const reply = await api.asPerson("admin", "GET", "/v1/devices");
      expect([reply.status, reply.body.type]).toEqual([500, "urn:witnessed:problem:internal-error"]);
      expect(JSON.stringify(reply.body)).not.toContain(error.message);
      expect(api.logged).toMatchObject([{ code: "api.failed", fields: { error: error.name } }]);
      expect(JSON.stringify(api.logged)).not.toContain("Tom Hale");
    },
  );
});

describe("the log", () => {
  it("holds no token, signed URL, body or name", async () => {
    const gateway = aDevice("GW-1");
    await under.register(gateway);
    const canary = "canary-6f1e";
    await under.asDevice(
      gateway,
      "POST",
      "/v1/footage",
      aDeclaration({ vendor: { canary }, incidentRef: canary }),
    );
    await under.asDevice(aDevice("GW-1"), "POST", "/v1/footage", aDeclaration({ vendor: { canary } }));
    await under.send("/v1/incidents", { headers: { authorization: `Bearer ${canary}` } });
    await under.send(`/v1/incidents?borough=${canary}`);
    await under.asPerson("admin", "PUT", "/v1/officers/P-1", { collarNumber: canary });
    const forged = signedInit({ ...aDevice("x"), serial: `GW"\n${canary}` }, "GET", "/v1/bookings");
    await under.send("/v1/bookings", { headers: { ...forged.headers, "signature-input": "sig1=()" } });
    expect(under.logged.length).toBeGreaterThan(1);
    expect(JSON.stringify(under.logged)).not.toContain(canary);
    expect(JSON.stringify(under.logged)).not.toContain("evidence.invalid");
  });
});
