import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  signedInit,
  type TestDevice,
} from "#test/support/api-under-test.ts";
import { createVisitor, hiddenFields } from "#test/support/console-visitor.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";

let under: ApiUnderTest;
let gateway: TestDevice;

beforeEach(async () => {
  under = createApiUnderTest();
  gateway = aDevice("GW-1");
  await under.register(gateway);
});

/** What an HTTP API hands over: payload format 2.0, header names in lower case, binary bodies in base64. */
function gatewayEvent(of: {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}): LambdaEvent {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: of.rawPath,
    rawQueryString: of.rawQueryString ?? "",
    headers: { host: "a1b2c3.execute-api.eu-west-2.amazonaws.com", ...of.headers },
    requestContext: {
      accountId: "111122223333",
      apiId: "a1b2c3",
      authentication: null,
      authorizer: {},
      domainName: "a1b2c3.execute-api.eu-west-2.amazonaws.com",
      domainPrefix: "a1b2c3",
      http: {
        method: of.method,
        path: of.rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: "dock/1",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "22/Nov/2026:06:00:00 +0000",
      timeEpoch: 1795327200000,
    },
    body: of.body ?? null,
    isBase64Encoded: of.isBase64Encoded ?? false,
  } as LambdaEvent;
}

async function answerTo(event: LambdaEvent) {
  const { statusCode, body, headers } = await handle(under.api)(event);
  return { status: statusCode, body: JSON.parse(body), headers };
}

describe("an event of the gateway in front", () => {
  it.each([false, true])("is verified over its body (base64: %s)", async (isBase64Encoded) => {
    const { headers, body } = signedInit(gateway, "POST", "/v1/footage", aDeclaration());
    const text = String(body);
    const reply = await answerTo(
      gatewayEvent({
        method: "POST",
        rawPath: "/v1/footage",
        headers,
        body: isBase64Encoded ? Buffer.from(text).toString("base64") : text,
        isBase64Encoded,
      }),
    );
    expect(reply.status).toBe(201);
  });

  it("brings a file that an administrator sends to its preview, byte for byte", async () => {
    const visitor = createVisitor(under);
    await visitor.signIn("admin");
    const form = new FormData();
    form.set("csrf", hiddenFields((await visitor.get("/")).html, "/sign-out")["csrf"] ?? "");
    form.set(
      "file",
      new File(['\ufeffserial,kind,model,status\r\nX1,camera,"Kör""per""",active\r\n'], "a.csv"),
    );
    const written = new Response(form);
    const event = gatewayEvent({
      method: "POST",
      rawPath: "/register/devices/import",
      headers: { "content-type": written.headers.get("content-type") ?? "" },
      body: Buffer.from(await written.arrayBuffer()).toString("base64"),
      isBase64Encoded: true,
    });
    const cookies = [...visitor.cookies].map(([name, value]) => `${name}=${value}`);
    const { statusCode, headers } = await handle(under.api)({ ...event, cookies } as LambdaEvent);
    expect(statusCode).toBe(303);
    expect((await visitor.get(String(headers?.["location"]))).text).toContain('model “Kör"per"”');
  });

  it("is verified over its query as it was sent", async () => {
    const { headers } = signedInit(gateway, "GET", "/v1/bookings?cursor=YQ%3D%3D&limit=5");
    const event = { method: "GET", rawPath: "/v1/bookings", headers };
    const reply = await answerTo(gatewayEvent({ ...event, rawQueryString: "cursor=YQ%3D%3D&limit=5" }));
    // The signature holds; what stands in the query is no cursor of ours.
    expect([reply.status, reply.body.type]).toEqual([400, "urn:witnessed:problem:invalid-request"]);
    const decoded = await answerTo(gatewayEvent({ ...event, rawQueryString: "cursor=YQ==&limit=5" }));
    expect(decoded.body.type).toBe("urn:witnessed:problem:signature-rejected");
  });

  it("may carry several values of a header", async () => {
    const { headers, body } = signedInit(gateway, "POST", "/v1/footage", aDeclaration());
    const several = {
      ...headers,
      "signature-input": `other=("@method");created=1,${headers["signature-input"]}`,
      signature: `other=:AAAA:,${headers["signature"]}`,
    };
    const event = gatewayEvent({
      method: "POST",
      rawPath: "/v1/footage",
      headers: several,
      body: String(body),
    });
    expect((await answerTo(event)).status).toBe(201);
  });

  it("is answered in full, headers included", async () => {
    const reply = await answerTo(gatewayEvent({ method: "DELETE", rawPath: "/v1/time" }));
    expect(reply).toMatchObject({
      status: 405,
      headers: { allow: "GET", "content-type": "application/problem+json", "cache-control": "no-store" },
    });
  });
});

describe("a request over a socket", () => {
  /** Sends the path as it stands: `fetch` would tidy it first. */
  async function sendRaw(
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: unknown },
  ) {
    const server = createServer(getRequestListener(under.api.fetch));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { method = "GET", headers = {}, body } = init;
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.on("error", reject).end(body);
    });
    await new Promise((resolve) => server.close(resolve));
    return status;
  }

  it("is verified over the path as it was sent", async () => {
    expect(await sendRaw("/v1/bookings", signedInit(gateway, "GET", "/v1/bookings"))).toBe(200);
    const init = signedInit(gateway, "POST", "/v1/footage", aDeclaration());
    expect(await sendRaw("/v1/footage", init)).toBe(201);
  });

  it("cannot reach a route by a path that was signed for another", async () => {
    const init = signedInit(gateway, "GET", "/v1/bookings");
    expect(await sendRaw("/v1/x/../bookings", init)).toBe(400);
    expect(await sendRaw("/v1/%62ookings", init)).toBe(401);
  });
});
