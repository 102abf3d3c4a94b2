import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { createOidcPersonVerifier, publishedKeys } from "#adapters/aws/person-verifier.oidc.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { NOW } from "#test/support/api-under-test.ts";

const ISSUER = "https://issuer.example/pool";
const AUDIENCE = "witnessed";
const settings = {
  issuer: ISSUER,
  audience: AUDIENCE,
  rolesClaim: "cognito:groups",
  roles: { supervisor: ["Taser-Supervisors", "Inspectors"] },
  officerIdClaim: "custom:officer_id",
};
const clock = { now: () => NOW };
const seconds = NOW.getTime() / 1000;

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Pair;
let theirs: Pair;
let keys: ReturnType<typeof createLocalJWKSet>;

beforeAll(async () => {
  ours = await generateKeyPair("ES256", { extractable: true });
  theirs = await generateKeyPair("ES256", { extractable: true });
  keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(ours.publicKey)), kid: "k1", alg: "ES256" }] });
});

const verify = (token: string) => createOidcPersonVerifier(settings, { keys, clock })(token);
const claims = { sub: "s-1", iss: ISSUER, aud: AUDIENCE, iat: seconds, exp: seconds + 3600 };
const sign = (payload: JWTPayload, pair = ours, kid = "k1") =>
  new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid }).sign(pair.privateKey);

describe("a bearer token", () => {
  it("tells who a person is and what they may do", async () => {
    const token = await sign({
      ...claims,
      name: "Amara Okafor",
      "cognito:groups": ["Inspectors", "admin", "visitors"],
      "custom:officer_id": "P-2001",
    });
    expect(await verify(token)).toEqual({
      subject: "s-1",
      name: "Amara Okafor",
      roles: ["supervisor", "admin"],
      officerId: "P-2001",
    });
  });

  it("gives a role that the force names otherwise only by those names", async () => {
    const person = await verify(await sign({ ...claims, "cognito:groups": "supervisor" }));
    expect(person?.roles).toEqual([]);
    expect((await verify(await sign({ ...claims, "cognito:groups": "Taser-Supervisors" })))?.roles).toEqual([
      "supervisor",
    ]);
  });

  it("may name its client as Cognito's access tokens do", async () => {
    const { aud: _, ...rest } = claims;
    expect(await verify(await sign({ ...rest, client_id: AUDIENCE }))).toBeDefined();
    expect(await verify(await sign({ ...rest, client_id: "other" }))).toBeUndefined();
    expect(await verify(await sign({ ...claims, aud: "other", client_id: AUDIENCE }))).toBeUndefined();
  });

  it.each<[string, JWTPayload]>([
    ["of another issuer", { ...claims, iss: "https://issuer.example/other" }],
    ["for another audience", { ...claims, aud: ["other"] }],
    ["without audience", { ...claims, aud: undefined as unknown as string }],
    ["that has expired", { ...claims, exp: seconds - 6 }],
    ["that never expires", { ...claims, exp: undefined as unknown as number }],
    ["that is not valid yet", { ...claims, nbf: seconds + 60 }],
    ["of nobody", { ...claims, sub: "" }],
  ])("is refused %s", async (_name, payload) => {
    expect(await verify(await sign(payload))).toBeUndefined();
  });

  it("is refused with another key, an unknown key, no key and no sense", async () => {
    const token = await sign(claims);
    const [header, payload] = token.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: "k1" })
      .sign(new TextEncoder().encode("x".repeat(32)));
    for (const bad of [
      await sign(claims, theirs),
      await sign(claims, theirs, "k2"),
      `${none}.${payload}.`,
      `${header}.${payload}.AAAA`,
      shared,
      "a.b.c",
      "",
    ]) {
      expect(await verify(bad)).toBeUndefined();
    }
  });
});

describe("the keys of an issuer", () => {
  async function serve(answers: Record<string, (base: string) => unknown>) {
    const server = createServer((request, response) => {
      const answer = answers[request.url ?? ""];
      response.statusCode = answer ? 200 : 404;
      response.end(answer ? JSON.stringify(answer(base)) : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { base, close: () => new Promise((resolve) => server.close(resolve)) };
  }

  it("are found by its discovery document", async () => {
    const jwk = { ...(await exportJWK(ours.publicKey)), kid: "k1", alg: "ES256" };
    const { base, close } = await serve({
      "/.well-known/openid-configuration": (issuer) => ({ issuer, jwks_uri: `${issuer}/keys` }),
      "/keys": () => ({ keys: [jwk] }),
    });
    const verifier = createOidcPersonVerifier(
      { ...settings, issuer: base },
      { keys: publishedKeys(base), clock },
    );
    expect(await verifier(await sign({ ...claims, iss: base }))).toBeDefined();
    expect(await verifier(await sign({ ...claims, iss: base }, theirs, "k2"))).toBeUndefined();
    await close();
  });

  it("that cannot be had are no reason to send a person away", async () => {
    const { base, close } = await serve({
      "/.well-known/openid-configuration": () => ({
        issuer: "https://another.example",
        jwks_uri: "https://x",
      }),
    });
    const verifier = createOidcPersonVerifier(
      { ...settings, issuer: base },
      { keys: publishedKeys(base), clock },
    );
    await expect(verifier(await sign({ ...claims, iss: base }))).rejects.toThrow(DependencyUnavailableError);
    await close();
    await expect(verifier(await sign({ ...claims, iss: base }))).rejects.toThrow(DependencyUnavailableError);
  });
});
