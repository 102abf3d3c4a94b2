import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOidcSignIn, type Discover, publishedBy } from "#adapters/sign-in.oidc.ts";
import { DependencyUnavailableError } from "#contracts/errors.ts";

const ISSUER = "https://issuer.test";
const CLIENT = "client-1";
const RETURN = "https://console.test/sign-in/done";
const { privateKey } = await generateKeyPair("ES256");

type Answer = { readonly status: number; readonly body: object };

let server: Server;
let base: string;
/** What the token address answers to the form that it gets. */
let answer: (form: URLSearchParams) => Promise<Answer> | Answer;
let forms: URLSearchParams[];

beforeEach(async () => {
  forms = [];
  server = createServer(async (request, response) => {
    const form = new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString());
    forms.push(form);
    const { status, body } = await answer(form);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const discovered =
  (more: object = {}): Discover =>
  async (library) => {
    const metadata = {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${base}/token`,
      id_token_signing_alg_values_supported: ["ES256"],
      ...more,
    };
    const found = new library.Configuration(metadata, CLIENT, undefined, library.None());
    library.allowInsecureRequests(found);
    return found;
  };

const idToken = (nonce: string, audience = CLIENT) =>
  new SignJWT({ nonce })
    .setProtectedHeader({ alg: "ES256" })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject("s-1")
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(privateKey);

const granting = async (nonce: string, audience?: string): Promise<Answer> => ({
  status: 200,
  body: { access_token: "a", token_type: "Bearer", id_token: await idToken(nonce, audience) },
});

async function attempt() {
  const signIn = createOidcSignIn(discovered());
  const { address, attempt: secrets } = await signIn.begin(RETURN);
  const back = (query: Record<string, string>) => new URL(`${RETURN}?${new URLSearchParams(query)}`);
  return { signIn, secrets, back, query: new URL(address).searchParams };
}

describe("the sign-in at an OIDC issuer", () => {
  it("asks for a code with PKCE, and keeps back what proves whose it is", async () => {
    const { query, secrets } = await attempt();
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: "code",
      client_id: CLIENT,
      redirect_uri: RETURN,
      scope: "openid email profile",
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: createHash("sha256").update(secrets.verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    const again = await attempt();
    expect(again.secrets).not.toEqual(secrets);
  });

  it("exchanges the code with the verifier, without a secret, for the ID token", async () => {
    const { signIn, secrets, back } = await attempt();
    answer = () => granting(secrets.nonce);
    const token = await signIn.finish(back({ code: "c-1", state: secrets.state }), secrets);
    expect(token?.split(".")).toHaveLength(3);
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      grant_type: "authorization_code",
      code: "c-1",
      code_verifier: secrets.verifier,
      redirect_uri: RETURN,
      client_id: CLIENT,
    });
  });

  it("gives no token when the person or the issuer refused, or the answer is not for this attempt", async () => {
    const { signIn, secrets, back } = await attempt();
    const state = secrets.state;
    const finish = (query: Record<string, string>) => signIn.finish(back(query), secrets);
    answer = () => granting(secrets.nonce);
    expect(await finish({ error: "access_denied", state })).toBeUndefined();
    expect(await finish({ code: "c", state: "other" })).toBeUndefined();
    expect(await finish({ state })).toBeUndefined();
    expect(forms).toEqual([]);
    answer = () => ({ status: 400, body: { error: "invalid_grant" } });
    expect(await finish({ code: "used", state })).toBeUndefined();
    answer = () => granting("another-nonce");
    expect(await finish({ code: "c", state })).toBeUndefined();
    answer = () => granting(secrets.nonce, "another-client");
    expect(await finish({ code: "c", state })).toBeUndefined();
  });

  it("is worth another try when the issuer does not answer as it should", async () => {
    const { signIn, secrets, back } = await attempt();
    const callback = back({ code: "c", state: secrets.state });
    answer = () => ({ status: 503, body: {} });
    await expect(signIn.finish(callback, secrets)).rejects.toThrow(DependencyUnavailableError);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    await expect(signIn.finish(callback, secrets)).rejects.toThrow(DependencyUnavailableError);
  });

  it("looks for the issuer's addresses again after it could not have them", async () => {
    let isDown = true;
    const signIn = createOidcSignIn(async (library) => {
      if (isDown) throw new TypeError("fetch failed");
      return discovered()(library);
    });
    await expect(signIn.begin(RETURN)).rejects.toThrow(DependencyUnavailableError);
    isDown = false;
    expect((await signIn.begin(RETURN)).address).toContain(`${ISSUER}/authorize`);
    const nowhere = createOidcSignIn(publishedBy("https://127.0.0.1:1/", CLIENT));
    await expect(nowhere.begin(RETURN)).rejects.toThrow(DependencyUnavailableError);
  });

  it("knows where the issuer's own session ends, where it has such a place", async () => {
    expect(await createOidcSignIn(discovered()).endAddress("https://console.test/")).toBeUndefined();
    const end = { end_session_endpoint: `${ISSUER}/logout` };
    const address = new URL(
      (await createOidcSignIn(discovered(end)).endAddress("https://console.test/")) ?? "",
    );
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: CLIENT,
      post_logout_redirect_uri: "https://console.test/",
      logout_uri: "https://console.test/",
    });
  });
});
