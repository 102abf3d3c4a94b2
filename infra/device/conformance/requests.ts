import { createPrivateKey, randomBytes } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as pauseFor } from "node:timers/promises";
import type { UploadUrl } from "#infra/device/put-piece.ts";
import { reasonOf } from "#infra/device/reason-of.ts";
import { type DeviceKey, type RequestSigner, signRequest } from "#infra/device/sign-request.ts";

/** `body` is JSON where the answer is. */
export type Reply = { readonly status: number; readonly contentType: string; readonly body: unknown };

/** What is done to a request between signing and sending, or signed instead of what is sent. */
export type Tampering = {
  readonly signer?: RequestSigner;
  /** Unix seconds. */
  readonly created?: number;
  readonly nonce?: string;
  readonly signed?: {
    readonly method?: string;
    readonly path?: string;
    /** With its `?`; empty: not covered. */
    readonly query?: string;
    /** Null: not covered. */
    readonly body?: string | null;
  };
  readonly headers?: (signed: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
};

export type Send = (method: string, path: string, body?: unknown, tampering?: Tampering) => Promise<Reply>;

const BUSY_PAUSE_MS = 2000;
const MOST_ATTEMPTS = 8;

/** One request to the API. A busy service is asked again; everything else is what is to be looked at. */
async function exchange(url: string, init: () => Promise<RequestInit>): Promise<Reply> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, await init());
    const told = await response.text();
    const busy = response.status === 429 || response.status === 503;
    if (!busy || attempt === MOST_ATTEMPTS) {
      const contentType = response.headers.get("content-type") ?? "";
      return { status: response.status, contentType, body: jsonOf(told) };
    }
    await pauseFor(BUSY_PAUSE_MS);
  }
}

function jsonOf(told: string): unknown {
  try {
    return JSON.parse(told);
  } catch {
    return told;
  }
}

export function signerOf({ keyId, privateKeyJwk }: DeviceKey): RequestSigner {
  return { keyId, key: createPrivateKey({ key: privateKeyJwk, format: "jwk" }) };
}

/** Requests as a device signs them. A body that is text is sent as it is. */
export function createSender(baseUrl: string, key: DeviceKey): Send {
  const own = signerOf(key);
  return (method, path, body, tampering = {}) => {
    const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    return exchange(`${baseUrl}${path}`, async () => {
      const headers = await tamperedHeaders(`${baseUrl}${path}`, method, sent, own, tampering);
      return { method, headers, ...(sent === undefined ? {} : { body: sent }) };
    });
  };
}

async function tamperedHeaders(
  address: string,
  method: string,
  body: string | undefined,
  own: RequestSigner,
  { signer = own, created, nonce, signed = {}, headers = (same) => same }: Tampering,
): Promise<Readonly<Record<string, string>>> {
  const { pathname, search } = new URL(address);
  const signedBody = signed.body === undefined ? body : signed.body;
  return headers(
    await signRequest(
      {
        method: signed.method ?? method,
        path: signed.path ?? pathname,
        query: signed.query ?? search,
        ...(signedBody === undefined || signedBody === null ? {} : { body: signedBody }),
      },
      signer,
      created ?? Math.floor(Date.now() / 1000),
      nonce ?? randomBytes(16).toString("base64url"),
    ),
  );
}

/** Requests without a signature, of a person when there is a token. */
export function createPlainSender(baseUrl: string, token?: string) {
  return (method: string, path: string, body?: unknown): Promise<Reply> =>
    exchange(`${baseUrl}${path}`, async () => ({
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }));
}

/** The store's answer; status 0 when the connection ended without one. */
export type StoreReply = { readonly status: number; readonly body: string };

/** One PUT to the store of whatever body with whatever headers. `hold` keeps its last byte back until it settles. */
export function putBytes(
  { url, headers }: UploadUrl,
  body: Uint8Array,
  { hold }: { readonly hold?: Promise<unknown> } = {},
): Promise<StoreReply> {
  return new Promise((resolve) => {
    const send = url.startsWith("https:") ? requestHttps : requestHttp;
    const request = send(url, { method: "PUT", headers, agent: false });
    request.on("error", (error) => resolve({ status: 0, body: reasonOf(error) }));
    request.on("response", (response) => {
      text(response).then(
        (told) => resolve({ status: response.statusCode ?? 0, body: told }),
        (error) => resolve({ status: 0, body: reasonOf(error) }),
      );
    });
    if (hold === undefined) {
      request.end(body);
      return;
    }
    request.write(body.subarray(0, -1));
    void hold.finally(() => request.end(body.subarray(-1)));
  });
}

/** A PUT that promises the whole body, sends `length` bytes of it and ends the connection's sending side. */
export function putAndHangUp(upload: UploadUrl, body: Uint8Array, length: number): Promise<StoreReply> {
  return new Promise((resolve) => {
    const { url, headers } = upload;
    const send = url.startsWith("https:") ? requestHttps : requestHttp;
    const request = send(url, { method: "PUT", headers, agent: false });
    request.on("error", (error) => resolve({ status: 0, body: reasonOf(error) }));
    request.on("close", () => resolve({ status: 0, body: "the connection ended" }));
    request.on("response", (response) => {
      text(response).then(
        (told) => resolve({ status: response.statusCode ?? 0, body: told }),
        () => resolve({ status: response.statusCode ?? 0, body: "" }),
      );
    });
    request.write(body.subarray(0, length), () => request.socket?.end());
  });
}
