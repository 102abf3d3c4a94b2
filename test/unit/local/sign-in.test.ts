import { createHash } from "node:crypto";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readForceConfig } from "#infra/force-config.ts";
import { createLocalIssuer, type LocalIssuer } from "#infra/local/issuer.ts";
import { createLocalSignIn } from "#infra/local/sign-in.ts";
import { temporaryFolder } from "#test/support/local-process.ts";

const BASE = "http://127.0.0.1:8787";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const folder = temporaryFolder();

let issuer: LocalIssuer;
let now: number;
let routes: ReturnType<typeof createLocalSignIn>["routes"];

beforeAll(async () => {
  issuer = await createLocalIssuer(join(folder.path, "key.json"), readForceConfig("infra/forces/local.json"));
});
afterAll(() => folder[Symbol.dispose]());
beforeEach(() => {
  now = Date.parse("2026-11-22T06:00:00.000Z");
  const frame = async () => ({ forceName: "Testshire", stylesheet: "/assets/x.css" });
  const clock = { now: () => new Date(now) };
  ({ routes } = createLocalSignIn({ issuer, baseUrl: () => BASE, frame, clock }));
});

const send = (path: string, fields?: Readonly<Record<string, string>>, host = "127.0.0.1:8787") =>
  routes.request(BASE + path, {
    method: fields ? "POST" : "GET",
    headers: { host, "content-type": "application/x-www-form-urlencoded" },
    ...(fields ? { body: new URLSearchParams(fields).toString() } : {}),
  });

const choice = {
  person: "supervisor",
  redirect_uri: `${BASE}/sign-in/done`,
  state: "state-1",
  nonce: "nonce-1",
  code_challenge: CHALLENGE,
};

async function codeFor(fields: Readonly<Record<string, string>> = choice): Promise<string> {
  const { headers } = await send("/local/sign-in", fields);
  return new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
}

const exchange = async (code: string, verifier = VERIFIER) => {
  const answer = await send("/local/token", { code, code_verifier: verifier });
  return { status: answer.status, body: (await answer.json()) as { id_token: string; error?: string } };
};

describe("the sign-in of the local run", () => {
  it("lets one choose among all its people, and says that it is no real sign-in", async () => {
    const page = await (await send("/local/sign-in?state=%22%3E%3Cscript%3E")).text();
    for (const person of ["supervisor", "supervisor2", "admin", "oversight", "officer"]) {
      expect(page).toContain(`name="person" value="${person}"`);
    }
    expect(page).toContain("nobody is asked for a password");
    expect(page).not.toContain("<script");
  });

  it("gives a real token for the person, once, to whoever holds the verifier", async () => {
    const code = await codeFor();
    const { status, body } = await exchange(code);
    expect(status).toBe(200);
    expect(decodeJwt(body.id_token)).toMatchObject({
      iss: issuer.issuer,
      aud: issuer.audience,
      sub: "local-supervisor",
      nonce: "nonce-1",
      roles: ["supervisor"],
    });
    expect((await exchange(code)).body.error).toBe("invalid_grant");
  });

  it("gives none for another verifier, after a minute, or for a code that it did not give", async () => {
    expect((await exchange(await codeFor(), "w".repeat(43))).status).toBe(400);
    const late = await codeFor();
    now += 60_001;
    expect((await exchange(late)).status).toBe(400);
    expect((await exchange("made-up")).status).toBe(400);
  });

  it("sends nobody to another place, and knows no other person", async () => {
    for (const changes of [
      { redirect_uri: "https://evil.example/" },
      { redirect_uri: `${BASE}.evil.example/` },
      { person: "nobody" },
      { person: "toString" },
    ]) {
      expect((await send("/local/sign-in", { ...choice, ...changes })).status).toBe(400);
    }
  });

  it("answers only under this machine's own name", async () => {
    for (const host of ["evil.example", "127.0.0.1.evil.example:8787", "localhost.evil.example"]) {
      expect((await send("/local/sign-in", undefined, host)).status).toBe(421);
      expect((await send("/local/sign-in", choice, host)).status).toBe(421);
    }
    expect((await send("/local/sign-in", undefined, "localhost:8787")).status).toBe(200);
  });
});
