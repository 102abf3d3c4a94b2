import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { forceConfig } from "#contracts/force.ts";
import type { Role } from "#contracts/people.ts";
import type { Device, PublicKeyJwk } from "#contracts/register.ts";
import { type ApiDeps, createApi } from "#handlers/api/app.ts";
import type { Person } from "#ports/identity.ts";
import type { LogFields } from "#ports/log.ts";
import type { Records } from "#ports/records.ts";
import type { SignIn } from "#ports/sign-in.ts";
import { createNonceRecords } from "#records/nonce-records.ts";
import { thumbprintOf } from "#use-cases/register/public-keys.ts";
import { createRepositories, type Repositories } from "#use-cases/repositories.ts";
import { createMemoryEvidence, type MemoryEvidence } from "./memory-evidence.ts";
import { createMemoryRecords } from "./memory-records.ts";
import { signByHand } from "./sign-by-hand.ts";

export const NOW = new Date("2026-11-22T06:00:00.000Z");

const someForce = forceConfig.parse({
  code: "testshire",
  name: "Testshire Police",
  timeZone: "Europe/London",
  region: "eu-west-2",
  operations: { emails: ["platform@example.police.uk"] },
  alerts: { levels: [{ name: "duty" }, { name: "standards" }] },
  policies: [{ version: "2019-07", effectiveFrom: "2019-07-15" }],
});

/** People by the token that they carry; the second supervisor is for what one alone may not do. */
export const people = {
  supervisor: { subject: "s-1", roles: ["supervisor"], officerId: "P-2001", name: "Amara Okafor" },
  supervisor2: { subject: "s-2", roles: ["supervisor"], officerId: "P-2002" },
  admin: { subject: "a-1", roles: ["admin"], officerId: "P-3001" },
  oversight: { subject: "o-1", roles: ["oversight"], officerId: "P-4001" },
  officer: { subject: "p-1", roles: ["officer"], officerId: "P-1001" },
  nobody: { subject: "n-1", roles: [] },
} as const satisfies Record<string, Person & { roles: readonly Role[] }>;
export type PersonName = keyof typeof people;

export type TestDevice = { readonly serial: string; readonly key: KeyObject; readonly jwk: PublicKeyJwk };

export function aDevice(serial: string): TestDevice {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  return { serial, key: privateKey, jwk: { kty: "OKP", crv: "Ed25519", x: String(x) } };
}

/** Where the console stands in these tests. */
export const CONSOLE = "https://witnessed.test";

/** An issuer whose code is the name of the person, and whose token is that name too. */
const fakeSignIn: SignIn = {
  begin: async (redirectUri) => ({
    address: `https://issuer.test/authorize?redirect_uri=${encodeURIComponent(redirectUri)}&state=state-1`,
    attempt: { state: "state-1", nonce: "nonce-1", verifier: "verifier-1" },
  }),
  finish: async (callback, { state }) =>
    callback.searchParams.get("state") === state
      ? (callback.searchParams.get("code") ?? undefined)
      : undefined,
  endAddress: async (afterwards) => `https://issuer.test/logout?to=${encodeURIComponent(afterwards)}`,
};

type Reply = {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
};

export type ApiUnderTest = {
  readonly api: Hono;
  readonly records: Records;
  readonly repositories: Repositories;
  readonly evidence: MemoryEvidence;
  readonly started: { incidentId: string; cause: string }[];
  readonly logged: { code: string; fields: LogFields | undefined }[];
  /** Registers a device with its key. */
  readonly register: (device: TestDevice, kind?: Device["kind"], status?: Device["status"]) => Promise<void>;
  readonly asPerson: (who: PersonName, method: string, path: string, body?: unknown) => Promise<Reply>;
  readonly asDevice: (device: TestDevice, method: string, path: string, body?: unknown) => Promise<Reply>;
  readonly send: (path: string, init?: RequestInit) => Promise<Reply>;
  /** Lets time pass. */
  readonly wait: (milliseconds: number) => void;
};

/** The whole API over records in memory, with a clock that stands still until it is told. */
export function createApiUnderTest(changes: Partial<ApiDeps> = {}): ApiUnderTest {
  const records = createMemoryRecords();
  const repositories = createRepositories(records);
  const evidence = createMemoryEvidence();
  const started: ApiUnderTest["started"] = [];
  const logged: ApiUnderTest["logged"] = [];
  let now = NOW.getTime();
  const log = (code: string, fields?: LogFields) => {
    logged.push({ code, fields });
  };
  const api = createApi({
    ...repositories,
    nonces: createNonceRecords(records),
    evidence,
    workflow: {
      start: async (run) => {
        started.push(run);
      },
    },
    force: someForce,
    clock: { now: () => new Date(now) },
    log: { info: log, warn: log, error: log },
    verifyPerson: async (token) => people[token as PersonName],
    console: {
      signIn: fakeSignIn,
      baseUrl: () => CONSOLE,
      readStylesheet: async () => "body{margin:0}",
    },
    newUlid: () => randomUUID(),
    behind: async (work) => {
      await work();
    },
    ...changes,
  });
  const send = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const response = await api.request(path, init);
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: json && text ? JSON.parse(text) : text,
    };
  };
  return {
    api,
    records,
    repositories,
    evidence,
    started,
    logged,
    send,
    register: async ({ serial, jwk }, kind = "gateway", status = "active") => {
      const device: Device = { serial, kind, model: "Model", status, publicKeys: [jwk] };
      await repositories.register.putDevice(device, [thumbprintOf(jwk)]);
    },
    asPerson: (who, method, path, body) =>
      send(path, {
        method,
        headers: { authorization: `Bearer ${who}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    asDevice: (device, method, path, body) => send(path, signedInit(device, method, path, body, now)),
    wait: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** A request as a device signs it. */
export function signedInit(
  device: Pick<TestDevice, "serial" | "key">,
  method: string,
  path: string,
  body?: unknown,
  nowMs: number = NOW.getTime(),
): Omit<RequestInit, "headers"> & { headers: Record<string, string> } {
  const url = new URL(path, "http://localhost");
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string> = signByHand(
    { method, path: url.pathname, query: url.search, ...(text === undefined ? {} : { body: text }) },
    { keyId: device.serial, key: device.key },
    Math.floor(nowMs / 1000),
    randomUUID(),
  );
  return { method, headers, ...(text === undefined ? {} : { body: text }) };
}
