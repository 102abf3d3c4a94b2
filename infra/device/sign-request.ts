import { createHash, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import { signMessage } from "http-message-signatures/lib/httpbis/index.js";

/** Who signs: the registered serial and its private Ed25519 key. */
export type DeviceKey = { readonly keyId: string; readonly privateKeyJwk: JsonWebKey };

export type RequestSigner = { readonly keyId: string; readonly key: KeyObject };

/** What is signed, as it will be sent: the path undecoded, the query with its `?` (empty when there is none). */
export type RequestToSign = {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
};

/**
 * The headers of one signed request (contract §3: RFC 9421, label `sig1`, over RFC 9530's `Content-Digest`).
 * Each attempt needs a nonce of its own, so a request that is sent again is signed again.
 *
 * @param created whole Unix seconds
 */
export async function signRequest(
  { method, path, query = "", body }: RequestToSign,
  signer: RequestSigner,
  created: number,
  nonce: string,
): Promise<Record<string, string>> {
  const headers = body === undefined ? {} : headersOf(body);
  const components: Readonly<Record<string, string>> = { "@method": method, "@path": path, "@query": query };
  const signed = await signMessage(
    {
      name: "sig1",
      key: { id: signer.keyId, alg: "ed25519", sign: async (data) => sign(null, data, signer.key) },
      fields: [
        "@method",
        "@path",
        ...(query === "" ? [] : ["@query"]),
        ...(body === undefined ? [] : ["content-digest"]),
      ],
      params: ["created", "keyid", "alg", "nonce"],
      paramValues: { created: new Date(created * 1000), nonce },
      // What is sent, never a URL that a parser has tidied.
      componentParser: (name) => (components[name] === undefined ? null : [components[name]]),
    },
    { method, url: "https://unused.invalid/", headers },
  );
  return Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function headersOf(body: string): Record<string, string> {
  const digest = createHash("sha256").update(body).digest("base64");
  return { "content-type": "application/json", "content-digest": `sha-256=:${digest}:` };
}
