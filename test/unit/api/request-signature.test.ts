import { createPrivateKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  digestMatches,
  importPublicKey,
  readRequestSignature,
  SignatureFormError,
  verifiesWith,
} from "#handlers/api/request-signature.ts";
import { signByHand } from "#test/support/sign-by-hand.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const BODY = '{"a":1}';

function signed(changes: { readonly query?: string; readonly body?: string } = {}) {
  const request = { method: "POST", path: "/v1/footage", query: "", body: BODY, ...changes };
  const headers = new Headers(
    signByHand(
      { ...request, query: request.query === "" ? "" : `?${request.query}` },
      { keyId: "GW-1", key: privateKey },
      1_700_000_000,
      "n-1",
    ),
  );
  return { ...request, headers, body: new TextEncoder().encode(request.body) };
}

/** The request with its `Signature-Input` rewritten. */
function withInput(change: (input: string) => string) {
  const request = signed();
  request.headers.set("signature-input", change(request.headers.get("signature-input") ?? ""));
  return request;
}

describe("the form of a request signature", () => {
  it("reads the parameters of label sig1", () => {
    expect(readRequestSignature(signed())).toMatchObject({
      keyId: "GW-1",
      created: 1_700_000_000,
      nonce: "n-1",
    });
  });

  it("asks for @query when there is a query", () => {
    expect(readRequestSignature(signed({ query: "a=1&b=%20" })).keyId).toBe("GW-1");
    expect(() => readRequestSignature({ ...signed(), query: "a=1" })).toThrow(
      /exactly \("@method" "@path" "@query"/,
    );
  });

  it("asks for no content-digest without a body", () => {
    expect(() => readRequestSignature({ ...signed(), body: new Uint8Array() })).toThrow(SignatureFormError);
  });

  it.each<[string, (input: string) => string]>([
    ["another label", (input) => input.replace("sig1=", "sig2=")],
    ["no list of components", () => 'sig1="x"'],
    ["a component too few", (input) => input.replace(' "content-digest"', "")],
    ["a component too many", (input) => input.replace('"@path"', '"@path" "date"')],
    ["a component twice", (input) => input.replace('"@path"', '"@method"')],
    ["a component with a parameter", (input) => input.replace('"@path"', '"@path";req')],
    ["another algorithm", (input) => input.replace("ed25519", "hmac-sha256")],
    ["no algorithm", (input) => input.replace(';alg="ed25519"', "")],
    ["no keyid", (input) => input.replace(';keyid="GW-1"', "")],
    ["a keyid that is a token", (input) => input.replace('"GW-1"', "GW-1")],
    ["no created", (input) => input.replace(";created=1700000000", "")],
    ["a created with a fraction", (input) => input.replace("1700000000", "1700000000.5")],
    ["a created in quotes", (input) => input.replace("1700000000", '"1700000000"')],
    ["no nonce", (input) => input.replace(';nonce="n-1"', "")],
    ["an empty nonce", (input) => input.replace('"n-1"', '""')],
    ["an unknown parameter", (input) => `${input};context="x"`],
    ["what is no dictionary", () => "sig1=("],
  ])("refuses %s", (_name, change) => {
    expect(() => readRequestSignature(withInput(change))).toThrow(SignatureFormError);
  });

  it.each(["signature", "signature-input"])("refuses a missing %s header", (name) => {
    const request = signed();
    request.headers.delete(name);
    expect(() => readRequestSignature(request)).toThrow(/header is missing/);
  });

  it("takes the one label among several", async () => {
    const request = withInput((input) => `proxy=("@method");created=1, ${input}`);
    request.headers.set("signature", `proxy=:AAAA:, ${request.headers.get("signature")}`);
    expect(await verifiesWith(publicKey, request, readRequestSignature(request))).toBe(true);
  });
});

describe("the check of a request signature", () => {
  it("agrees with RFC 9421 B.2.6", async () => {
    const fields: Record<string, string> = {
      date: "Tue, 20 Apr 2021 02:07:55 GMT",
      "@authority": "example.com",
      "content-type": "application/json",
      "content-length": "18",
    };
    const request = {
      method: "POST",
      path: "/foo",
      query: "",
      headers: { get: (name: string) => fields[name] ?? null },
      body: new Uint8Array(),
    };
    const key = importPublicKey({
      kty: "OKP",
      crv: "Ed25519",
      x: "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs",
    });
    const vector = {
      keyId: "test-key-ed25519",
      created: 1618884473,
      expires: undefined,
      nonce: "",
      signatureInput:
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      signature:
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    };
    expect(await verifiesWith(key, request, vector)).toBe(true);
    expect(await verifiesWith(key, { ...request, path: "/fo" }, vector)).toBe(false);
  });

  it("is over RFC 9421's own signature base: its key (B.1.4) signs that of B.2.6 as the RFC prints it", () => {
    const key = createPrivateKey({
      key: {
        kty: "OKP",
        crv: "Ed25519",
        d: "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU",
        x: "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs",
      },
      format: "jwk",
    });
    const base = [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@authority": example.com',
      '"content-type": application/json',
      '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    ].join("\n");
    expect(sign(null, Buffer.from(base), key).toString("base64")).toBe(
      "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
    );
  });

  it.each([
    [
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
  ])("reads keys as RFC 8032 does: %s", (publicKeyHex, message, signature) => {
    const x = Buffer.from(publicKeyHex, "hex").toString("base64url");
    const key = importPublicKey({ kty: "OKP", crv: "Ed25519", x });
    const check = (text: string) =>
      verify(null, Buffer.from(text, "hex"), key, Buffer.from(signature, "hex"));
    expect([check(message), check(`${message}00`)]).toEqual([true, false]);
  });

  it("agrees with the client that signs by itself", async () => {
    const request = signed({ query: "x=1" });
    expect(await verifiesWith(publicKey, request, readRequestSignature(request))).toBe(true);
  });

  it.each([
    ["method", { method: "PUT" }],
    ["path", { path: "/v1/footage/" }],
    ["query", { query: "x=2" }],
  ])("fails when the %s is another", async (_name, change) => {
    const request = signed({ query: "x=1" });
    expect(await verifiesWith(publicKey, { ...request, ...change }, readRequestSignature(request))).toBe(
      false,
    );
  });

  it("fails with another key", async () => {
    const request = signed();
    const other = generateKeyPairSync("ed25519").publicKey;
    expect(await verifiesWith(other, request, readRequestSignature(request))).toBe(false);
  });

  it("fails, and does not throw, on a signature of another length", async () => {
    const request = signed();
    request.headers.set("signature", "sig1=:AAAA:");
    expect(await verifiesWith(publicKey, request, readRequestSignature(request))).toBe(false);
    request.headers.set("signature", "sig1=7");
    expect(await verifiesWith(publicKey, request, readRequestSignature(request))).toBe(false);
  });
});

describe("the content digest", () => {
  const body = new TextEncoder().encode('{"hello": "world"}');
  const sha256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

  it("agrees with RFC 9530's examples", () => {
    expect(digestMatches(sha256, body)).toBe(true);
    const withNewline = new TextEncoder().encode('{"hello": "world"}\n');
    const ofNewline = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
    expect(digestMatches(ofNewline, withNewline)).toBe(true);
    expect(digestMatches(ofNewline, body)).toBe(false);
    expect(digestMatches(`sha-512=:AAAA:, ${sha256}`, body)).toBe(true);
  });

  it.each([null, "", "sha-256=", "sha-256=X48E", "sha-256=:AAAA:", "sha-512=:AAAA:", "sha-256"])(
    "refuses %s",
    (header) => {
      expect(digestMatches(header, body)).toBe(false);
    },
  );

  it("refuses another body", () => {
    expect(digestMatches(sha256, new TextEncoder().encode('{"hello": "World"}'))).toBe(false);
  });
});
