import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createDeviceClient } from "#infra/device/device-client.ts";
import { makeDeviceKey } from "#infra/device/device-key.ts";
import { GaveUpError, RefusedError } from "#infra/device/failures.ts";
import { listen } from "#infra/local/server.ts";
import { aDevice, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";

const { privateKeyJwk } = makeDeviceKey({ serial: "GW-1", kind: "gateway", model: "Dock" });

function clientOf(baseUrl: string, patienceMs = 20_000) {
  const retries: string[] = [];
  const client = createDeviceClient({
    baseUrl,
    keyId: "GW-1",
    privateKeyJwk,
    patienceMs,
    onRetry: (reason) => void retries.push(reason),
  });
  return { client, retries };
}

type Answer = { readonly status: number; readonly body?: object; readonly headers?: Record<string, string> };

/** A service that gives these answers in turn; "drop" breaks the connection instead. */
async function startService(...answers: readonly (Answer | "drop")[]) {
  const requests: IncomingMessage[] = [];
  const queue = [...answers];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    const answer = queue.shift() ?? { status: 200, body: {} };
    if (answer === "drop") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/problem+json", ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

describe("the devices' client", () => {
  it("asks again, signed anew, when the service is busy, broken or away", async () => {
    await using service = await startService(
      { status: 503 },
      "drop",
      { status: 500 },
      { status: 200, body: { a: 1 } },
    );
    const { client, retries } = clientOf(service.baseUrl);
    expect(await client.post("/v1/weapon-logs", {})).toEqual({ status: 200, body: { a: 1 } });
    expect(retries).toHaveLength(3);
    expect(retries[0]).toContain("503");
    const signatures = service.requests.map(({ headers }) => headers["signature-input"]);
    expect(new Set(signatures).size).toBe(4);
  });

  it("waits as long as it is told to", async () => {
    await using service = await startService({ status: 429, headers: { "retry-after": "2" } });
    const { client } = clientOf(service.baseUrl);
    const started = performance.now();
    await client.get("/v1/footage/f1");
    expect(performance.now() - started).toBeGreaterThanOrEqual(1990);
  });

  it("says why it was refused and asks no more", async () => {
    const problem = {
      type: "urn:witnessed:problem:invalid-request",
      detail: "Change the fields.",
      errors: [{ pointer: "/clip", detail: "expected at least 1" }],
    };
    await using service = await startService({ status: 400, body: problem });
    const { client } = clientOf(service.baseUrl);
    const refused = await client.post("/v1/footage", {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ status: 400, problem: "invalid-request", errors: problem.errors });
    expect(String(refused)).toContain("/clip: expected at least 1");
    expect(service.requests).toHaveLength(1);
  });

  it("tells what the gateway in front says", async () => {
    await using service = await startService({ status: 413, body: { message: "Request Entity Too Large" } });
    const { client } = clientOf(service.baseUrl);
    await expect(client.post("/v1/footage", {})).rejects.toThrow("(413): Request Entity Too Large");
  });

  it("gives up in the end, and says that nothing came through", async () => {
    const { baseUrl } = await (async () => {
      await using service = await startService();
      return service;
    })();
    const { client } = clientOf(baseUrl, 600);
    await expect(client.get("/v1/footage/f1")).rejects.toThrow(GaveUpError);
  });

  it.each([3_600_000, -3_600_000])("sets its clock by the service's when it is %i ms off", async (offMs) => {
    const service = createApiUnderTest();
    service.wait(Date.now() + offMs - NOW.getTime());
    const gateway = aDevice("GW-1");
    await service.register(gateway);
    const server = await listen(service.api, 0);
    const key = gateway.key.export({ format: "jwk" });
    const retries: string[] = [];
    const client = createDeviceClient({
      baseUrl: server.baseUrl,
      keyId: "GW-1",
      privateKeyJwk: key,
      patienceMs: 10_000,
      onRetry: (reason) => void retries.push(reason),
    });
    try {
      expect((await client.get("/v1/bookings?limit=1")).status).toBe(200);
      expect((await client.get("/v1/bookings?limit=1")).status).toBe(200);
      // Set once, and kept.
      expect(retries).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});
