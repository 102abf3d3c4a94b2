import { createPrivateKey, randomBytes } from "node:crypto";
import { type DeviceKey, signRequest } from "#infra/device/sign-request.ts";

export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Headers };

/** A JSON client that signs as a device does (RFC 9421 over RFC 9530 digests). Paths start with `/`. */
export type DeviceClient = {
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: unknown) => Promise<Answer>;
};

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: json && text ? JSON.parse(text) : text, headers: response.headers };
}

export function createDeviceClient(baseUrl: string, device: DeviceKey): DeviceClient {
  const signer = { keyId: device.keyId, key: createPrivateKey({ key: device.privateKeyJwk, format: "jwk" }) };
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const url = new URL(path, baseUrl);
    const headers = await signRequest(
      { method, path: url.pathname, query: url.search, ...(body === undefined ? {} : { body }) },
      signer,
      Math.floor(Date.now() / 1000),
      randomBytes(16).toString("base64url"),
    );
    return readAnswer(await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) }));
  };
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, JSON.stringify(body)),
  };
}

export type PersonClient = DeviceClient & { readonly put: (path: string, body: unknown) => Promise<Answer> };

/** A JSON client of a person, with the bearer token of `access.json`. */
export function createPersonClient(baseUrl: string, token: string): PersonClient {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    readAnswer(
      await fetch(new URL(path, baseUrl), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    put: (path, body) => send("PUT", path, body),
  };
}
