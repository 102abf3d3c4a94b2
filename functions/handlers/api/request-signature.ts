import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import { verifyMessage } from "http-message-signatures/lib/httpbis/index.js";
import {
  type InnerList,
  isInnerList,
  type Parameters,
  parseDictionary,
  serializeDictionary,
} from "structured-headers";
import { PermanentError } from "#contracts/errors.ts";
import type { PublicKeyJwk } from "#contracts/register.ts";

/** What was signed, as the client sent it: the path undecoded, the query without `?` (empty when there is none). */
export type SignedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Pick<Headers, "get">;
  readonly body: Uint8Array;
};

/** A signature that has the required form, not yet verified. `created` and `expires` are Unix seconds. */
export type RequestSignature = {
  readonly keyId: string;
  readonly created: number;
  readonly expires: number | undefined;
  readonly nonce: string;
  readonly signatureInput: string;
  readonly signature: string;
};

/** Why a signature does not have the required form, in words for the device's vendor. */
export class SignatureFormError extends PermanentError {
  override readonly name = "SignatureFormError";
}

const LABEL = "sig1";
const ALGORITHM = "ed25519";
/** RFC 9421 §2.3's parameters. `tag` is signed like the rest and says nothing that we use. */
const TOLERATED_PARAMETERS = new Set(["created", "keyid", "alg", "nonce", "expires", "tag"]);
const NONCE = /^[\x21-\x7e]{1,128}$/;

function memberOf(header: string | null, name: string): ReturnType<typeof parseDictionary> {
  if (header === null) throw new SignatureFormError(`the ${name} header is missing`);
  let members: ReturnType<typeof parseDictionary>;
  try {
    members = parseDictionary(header);
  } catch {
    throw new SignatureFormError(`the ${name} header is not a structured dictionary (RFC 9651)`);
  }
  const member = members.get(LABEL);
  if (!member) throw new SignatureFormError(`the ${name} header has no member "${LABEL}"`);
  return new Map([[LABEL, member]]);
}

/** The components that a request of this shape must cover: exactly these, in any order. */
function requiredComponents(request: SignedRequest): string[] {
  return [
    "@method",
    "@path",
    ...(request.query === "" ? [] : ["@query"]),
    ...(request.body.length === 0 ? [] : ["content-digest"]),
  ];
}

function checkComponents(covered: InnerList, request: SignedRequest): void {
  const names = covered[0].map(([name, parameters]) => {
    if (typeof name !== "string" || parameters.size > 0) {
      throw new SignatureFormError("the covered components must be plain names without parameters");
    }
    return name;
  });
  const required = requiredComponents(request);
  const exact = names.length === required.length && required.every((name) => names.includes(name));
  if (!exact) {
    const list = required.map((name) => `"${name}"`).join(" ");
    throw new SignatureFormError(`the signature must cover exactly (${list}) for this request`);
  }
}

function textParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (typeof value !== "string") throw new SignatureFormError(`the parameter ${name} must be a string`);
  return value;
}

/** Reads label `sig1` and holds it to the contract's form. Throws `SignatureFormError` when it departs from it. */
export function readRequestSignature(request: SignedRequest): RequestSignature {
  const inputs = memberOf(request.headers.get("signature-input"), "Signature-Input");
  const signatures = memberOf(request.headers.get("signature"), "Signature");
  const input = inputs.get(LABEL);
  if (!input || !isInnerList(input)) {
    throw new SignatureFormError(`"${LABEL}" of Signature-Input must list the covered components`);
  }
  checkComponents(input, request);
  const parameters = input[1];
  for (const name of parameters.keys()) {
    if (!TOLERATED_PARAMETERS.has(name)) throw new SignatureFormError(`the parameter ${name} is unknown`);
  }
  if (textParameter(parameters, "alg") !== ALGORITHM) {
    throw new SignatureFormError(`the parameter alg must be "${ALGORITHM}"`);
  }
  const created = parameters.get("created");
  if (typeof created !== "number" || !Number.isInteger(created)) {
    throw new SignatureFormError("the parameter created must be whole Unix seconds");
  }
  const expires = parameters.get("expires");
  if (expires !== undefined && typeof expires !== "number") {
    throw new SignatureFormError("the parameter expires must be Unix seconds");
  }
  const nonce = textParameter(parameters, "nonce");
  if (!NONCE.test(nonce)) {
    throw new SignatureFormError("the parameter nonce must be 1 to 128 visible ASCII characters");
  }
  return {
    keyId: textParameter(parameters, "keyid"),
    created,
    expires,
    nonce,
    signatureInput: serializeDictionary(inputs),
    signature: serializeDictionary(signatures),
  };
}

/** Covered components come from the request as it was sent, never from a URL that a parser has tidied. */
function componentOf(request: SignedRequest, name: string): string[] {
  switch (name) {
    case "@method":
      return [request.method];
    case "@path":
      return [request.path];
    case "@query":
      return [`?${request.query}`];
    default:
      return [(request.headers.get(name) ?? "").trim()];
  }
}

/** Whether the signature is one of this key over this request. Never throws. */
export async function verifiesWith(
  key: KeyObject,
  request: SignedRequest,
  read: RequestSignature,
): Promise<boolean> {
  try {
    const verified = await verifyMessage(
      {
        keyLookup: async () => ({
          algs: [ALGORITHM],
          verify: async (data, signature) => verify(null, data, key, signature),
        }),
        componentParser: (name) => componentOf(request, name),
        // The library would compare with the machine's own clock; the caller compares with the injected one.
        tolerance: Number.POSITIVE_INFINITY,
      },
      {
        method: request.method,
        url: "https://unused.invalid/",
        headers: { "signature-input": read.signatureInput, signature: read.signature },
      },
    );
    return verified === true;
  } catch {
    return false;
  }
}

export function importPublicKey(jwk: PublicKeyJwk): KeyObject {
  return createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: "jwk" });
}

/** Whether `Content-Digest` (RFC 9530) names the body's SHA-256. Other digests beside it are not looked at. */
export function digestMatches(header: string | null, body: Uint8Array): boolean {
  try {
    const member = parseDictionary(header ?? "").get("sha-256");
    const claimed = member?.[0];
    if (!(claimed instanceof ArrayBuffer)) return false;
    const actual = createHash("sha256").update(body).digest();
    return claimed.byteLength === actual.length && timingSafeEqual(actual, new Uint8Array(claimed));
  } catch {
    return false;
  }
}
