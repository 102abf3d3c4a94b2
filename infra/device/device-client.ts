import { createPrivateKey, randomBytes } from "node:crypto";
import * as z from "zod";
import { timeAnswer } from "#contracts/answers.ts";
import { type Problem, RefusedError } from "./failures.ts";
import { reasonOf } from "./reason-of.ts";
import { type DeviceKey, type RequestSigner, signRequest } from "./sign-request.ts";
import { type Attempt, type Patience, tryAgain } from "./try-again.ts";

export type DeviceClientOptions = Patience &
  DeviceKey & {
    /** Where the API is served, such as `https://api.example.police.uk`; no slash at its end. */
    readonly baseUrl: string;
  };

export type Answer = { readonly status: number; readonly body: unknown };

/**
 * Signed JSON requests that come through: sent again, each time with a new signature, while the service is busy or
 * cannot be reached. Throws `RefusedError` when asking again would not help, and `GaveUpError`.
 */
export type DeviceClient = {
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: unknown) => Promise<Answer>;
};

/** An answer that does not come within so long is taken as lost. */
const ANSWER_WITHIN_MS = 60_000;

export function createDeviceClient(options: DeviceClientOptions): DeviceClient {
  const signer = {
    keyId: options.keyId,
    key: createPrivateKey({ key: options.privateKeyJwk, format: "jwk" }),
  };
  const clock = createServiceClock(options.baseUrl);
  const request = async (method: "GET" | "POST", path: string, body?: string): Promise<Answer> => {
    let corrected = false;
    return tryAgain(`${method} ${path}`, options, async () => {
      const response = await send({ ...options, signer, method, path, body, created: clock.seconds() });
      if ("again" in response) return response;
      const { value } = response;
      if (value.status < 300) return response;
      const problem = problemOf(value);
      if (value.status === 401 && problem.now !== undefined && !corrected) {
        corrected = true;
        return (await clock.correct()) ?? { again: "our clock was wrong, signing again by the service's" };
      }
      throw new RefusedError(`${method} ${path}`, value.status, problem);
    });
  };
  return {
    get: (path) => request("GET", path),
    post: (path, body) => request("POST", path, JSON.stringify(body)),
  };
}

/** A clock that starts as this machine's and can be set by `GET /v1/time`. The machine's own is left alone. */
function createServiceClock(baseUrl: string) {
  let aheadMs = 0;
  return {
    seconds: () => Math.floor((Date.now() + aheadMs) / 1000),
    /** Undefined when it worked. */
    correct: async (): Promise<{ again: string } | undefined> => {
      const asked = Date.now();
      const response = await exchange(`${baseUrl}/v1/time`, { method: "GET" });
      if ("again" in response) return response;
      const { now } = timeAnswer.parse(response.value.body);
      aheadMs = Date.parse(now) - (asked + Date.now()) / 2;
      return undefined;
    },
  };
}

async function send(request: {
  readonly baseUrl: string;
  readonly signer: RequestSigner;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly created: number;
}): Promise<Attempt<Answer>> {
  const { baseUrl, signer, method, path, created } = request;
  const body = request.body === undefined ? {} : { body: request.body };
  const url = new URL(`${baseUrl}${path}`);
  const nonce = randomBytes(16).toString("base64url");
  const headers = await signRequest(
    { method, path: url.pathname, query: url.search, ...body },
    signer,
    created,
    nonce,
  );
  return exchange(url.href, { method, headers, ...body });
}

/** One exchange: what is answered, or why it should be tried again. */
async function exchange(url: string, init: RequestInit): Promise<Attempt<Answer>> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    const { status, headers } = response;
    if (status === 408 || status === 429 || status >= 500) {
      return { again: `the service answered ${status}`, afterMs: retryAfterMs(headers.get("retry-after")) };
    }
    return { value: { status, body: jsonOf(text) } };
  } catch (error) {
    return { again: `no answer (${reasonOf(error)})` };
  }
}

/** Seconds alone; the form with a date is not used by this service. */
function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? 0);
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : 0;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const problemDocument = z.looseObject({
  type: z.string(),
  detail: z.string(),
  /** The service's time, when the signature's `created` was the reason. */
  now: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
/** What the gateway in front answers by itself. */
const gatewayMessage = z.looseObject({ message: z.string() });

function problemOf({ body }: Answer): Problem {
  const problem = problemDocument.safeParse(body).data;
  if (problem) {
    const { type, detail, errors, now } = problem;
    return { type: type.replace(/^.*[:/]/, ""), detail, errors, now };
  }
  const message = gatewayMessage.safeParse(body).data?.message;
  return { detail: message ?? "the answer says no more" };
}
