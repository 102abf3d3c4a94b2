import {
  createHash,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** Who signs: the registered serial and its private Ed25519 key. */
export type DeviceKey = { readonly keyId: string; readonly privateKeyJwk: JsonWebKey };

export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Headers };

/** A JSON client that signs as a device does (RFC 9421 over RFC 9530 digests). Paths start with `/`. */
export type DeviceClient = {
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: unknown) => Promise<Answer>;
};

/** The signature headers of one request. `created` is in whole Unix seconds. */
export function signRequest(
  request: {
    readonly method: string;
    readonly path: string;
    readonly query?: string;
    readonly body?: string;
  },
  signer: { readonly keyId: string; readonly key: KeyObject },
  created: number,
  nonce: string,
): Record<string, string> {
  const lines = [`"@method": ${request.method}`, `"@path": ${request.path}`];
  const covered = ['"@method"', '"@path"'];
  const headers: Record<string, string> = {};
  if (request.query) {
    covered.push('"@query"');
    lines.push(`"@query": ${request.query}`);
  }
  if (request.body !== undefined) {
    const digest = `sha-256=:${createHash("sha256").update(request.body).digest("base64")}:`;
    headers["content-type"] = "application/json";
    headers["content-digest"] = digest;
    covered.push('"content-digest"');
    lines.push(`"content-digest": ${digest}`);
  }
  const parameters = `(${covered.join(" ")});created=${created};keyid="${signer.keyId}";alg="ed25519";nonce="${nonce}"`;
  const base = [...lines, `"@signature-params": ${parameters}`].join("\n");
  headers["signature-input"] = `sig1=${parameters}`;
  headers["signature"] = `sig1=:${sign(null, Buffer.from(base), signer.key).toString("base64")}:`;
  return headers;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: json && text ? JSON.parse(text) : text, headers: response.headers };
}

export function createDeviceClient(baseUrl: string, device: DeviceKey): DeviceClient {
  const signer = { keyId: device.keyId, key: createPrivateKey({ key: device.privateKeyJwk, format: "jwk" }) };
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const url = new URL(path, baseUrl);
    const headers = signRequest(
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
