import { createPrivateKey, generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { problemTypes } from "#handlers/api/problem.ts";
import {
  type Answer,
  createDeviceClient,
  createPersonClient,
  readAnswer,
} from "#infra/local/device-client.ts";
import { type LocalProcess, startLocalProcess, temporaryFolder } from "#test/support/local-process.ts";
import { signByHand } from "#test/support/sign-by-hand.ts";

const folder = temporaryFolder();
let local: LocalProcess;

const gateway = () => createDeviceClient(local.access.baseUrl, local.access.gateway);
const person = (who: "supervisor" | "admin" | "officer") =>
  createPersonClient(local.access.baseUrl, local.access.tokens[who]);
const send = async (path: string, init: RequestInit): Promise<Answer> =>
  readAnswer(await fetch(`${local.access.baseUrl}${path}`, init));

const logOf = (seq: number) => ({
  weapon: { serial: "X12-90", model: "TASER 7" },
  events: [
    { seq, at: "2026-03-01T21:00:00Z", type: "trigger", durationSeconds: 5, cartridge: { kind: "live" } },
  ],
});
const declarationOf = (serial: string) => ({
  recordingId: "R-90",
  camera: { serial, kind: "body-worn" },
  startTime: "2026-03-01T21:00:00Z",
  endTime: "2026-03-01T21:01:00Z",
  file: { name: "a.mp4", bytes: 10, contentType: "video/mp4", sha256: "0".repeat(64) },
});

/** A log signed by the gateway, with one thing changed on its way. */
async function signed(change: {
  readonly created?: number;
  readonly nonce?: string;
  readonly key?: JsonWebKey;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<Answer> {
  const { keyId, privateKeyJwk } = local.access.gateway;
  const body = JSON.stringify(logOf(1));
  const headers = signByHand(
    { method: "POST", path: "/v1/weapon-logs", body },
    { keyId, key: createPrivateKey({ key: change.key ?? privateKeyJwk, format: "jwk" }) },
    change.created ?? Math.floor(Date.now() / 1000),
    change.nonce ?? randomBytes(16).toString("base64url"),
  );
  return send("/v1/weapon-logs", {
    method: "POST",
    headers: { ...headers, ...change.headers },
    body: change.body ?? body,
  });
}

async function incidentWithProposal(): Promise<string> {
  const { body } = await gateway().post("/v1/weapon-logs", logOf(1));
  const { incidents } = z.object({ incidents: z.array(z.object({ incidentId: z.string() })) }).parse(body);
  const path = `/v1/incidents/${incidents[0]?.incidentId}/decision`;
  await person("supervisor").post(path, { accept: true, reason: "the camera was broken" });
  return path;
}

type Case = { readonly type: keyof typeof problemTypes; readonly provoke: () => Promise<Answer> };
const asAdmin = () => ({
  authorization: `Bearer ${local.access.tokens.admin}`,
  "content-type": "application/json",
});

const cases: readonly Case[] = [
  {
    type: "invalid-request",
    provoke: () => gateway().post("/v1/weapon-logs", { ...logOf(1), colour: "blue" }),
  },
  {
    type: "malformed-json",
    provoke: () => send("/v1/devices/X-1", { method: "PUT", headers: asAdmin(), body: "{" }),
  },
  { type: "not-signed-in", provoke: () => send("/v1/incidents", {}) },
  {
    type: "token-rejected",
    provoke: () => send("/v1/incidents", { headers: { authorization: "Bearer a.b.c" } }),
  },
  { type: "signature-malformed", provoke: () => signed({ headers: { "signature-input": "sig2=()" } }) },
  { type: "signature-created", provoke: () => signed({ created: Math.floor(Date.now() / 1000) - 301 }) },
  {
    type: "signature-rejected",
    provoke: () => signed({ key: generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) }),
  },
  {
    type: "signature-replayed",
    provoke: async () => {
      const nonce = randomBytes(16).toString("base64url");
      await signed({ nonce });
      return signed({ nonce });
    },
  },
  { type: "content-digest-mismatch", provoke: () => signed({ body: JSON.stringify(logOf(2)) }) },
  { type: "wrong-role", provoke: () => person("officer").get("/v1/incidents") },
  {
    type: "not-your-device",
    provoke: async () => {
      const { publicKey, privateKey } = generateKeyPairSync("ed25519");
      const { kty, crv, x } = publicKey.export({ format: "jwk" });
      const camera = {
        kind: "camera",
        model: "Axon Body 3",
        status: "active",
        publicKeys: [{ kty, crv, x }],
      };
      expect((await person("admin").put("/v1/devices/BWC-90", camera)).status).toBe(201);
      const key = { keyId: "BWC-90", privateKeyJwk: privateKey.export({ format: "jwk" }) };
      return createDeviceClient(local.access.baseUrl, key).post("/v1/footage", declarationOf("BWC-91"));
    },
  },
  {
    type: "not-allowed",
    provoke: async () =>
      person("supervisor").post(await incidentWithProposal(), { approve: true, reason: "my own" }),
  },
  { type: "no-such-route", provoke: () => send("/v2/incidents", {}) },
  { type: "not-found", provoke: () => person("supervisor").get("/v1/incidents/i000000000000000000000000") },
  { type: "method-not-allowed", provoke: () => send("/v1/time", { method: "POST" }) },
  {
    type: "conflict",
    provoke: async () => {
      const device = { serial: "X12-95", kind: "weapon", model: "TASER 7", status: "active" };
      await person("admin").post("/v1/devices", device);
      return person("admin").post("/v1/devices", { ...device, model: "X26E" });
    },
  },
  {
    type: "body-too-large",
    provoke: () =>
      send("/v1/reports", { method: "POST", headers: asAdmin(), body: Buffer.alloc(4 * 1024 * 1024 + 1) }),
  },
  {
    type: "unsupported-media-type",
    provoke: () =>
      send("/v1/reports", {
        method: "POST",
        headers: { ...asAdmin(), "content-type": "text/plain" },
        body: "{}",
      }),
  },
];

describe("problems over HTTP", () => {
  beforeAll(async () => {
    local = await startLocalProcess(folder.path);
  });
  afterAll(async () => {
    await local?.end("SIGTERM");
    folder[Symbol.dispose]();
  });

  test.each(cases)("answers $type", async ({ type, provoke }) => {
    const { status, body, headers } = await provoke();
    expect(headers.get("content-type")).toContain("application/problem+json");
    expect(body).toMatchObject({
      type: expect.stringMatching(new RegExp(`:${type}$`)),
      status: problemTypes[type].status,
    });
    expect(status).toBe(problemTypes[type].status);
    expect(z.object({ detail: z.string().min(10) }).safeParse(body).success).toBe(true);
  });

  test("tells the time with a signature that is too old", async () => {
    const { body } = await signed({ created: 1_700_000_000 });
    const { now } = z.object({ now: z.string() }).parse(body);
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(5000);
  });

  test("names each bad field by its pointer", async () => {
    const { body } = await gateway().post("/v1/weapon-logs", {
      weapon: { serial: "a b", model: "" },
      events: [{ seq: -1, at: "yesterday", type: "trigger" }],
    });
    const { errors } = z.object({ errors: z.array(z.object({ pointer: z.string() })) }).parse(body);
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(
      expect.arrayContaining(["/events/0/at", "/events/0/seq", "/weapon/model", "/weapon/serial"]),
    );
  });
});
