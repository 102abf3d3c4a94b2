import { createHash, type KeyObject, sign } from "node:crypto";

/**
 * The signature headers of one request, put together by hand from RFC 9421: a second opinion on the library that
 * verifies them, and that the devices' client signs with. `created` is in whole Unix seconds.
 */
export function signByHand(
  request: {
    readonly method: string;
    readonly path: string;
    readonly query?: string;
    readonly body?: string;
  },
  signer: { readonly keyId: string; readonly key: KeyObject },
  created: number,
  nonce: string,
): Record<string, string> {
  const lines = [`"@method": ${request.method}`, `"@path": ${request.path}`];
  const covered = ['"@method"', '"@path"'];
  const headers: Record<string, string> = {};
  if (request.query) {
    covered.push('"@query"');
    lines.push(`"@query": ${request.query}`);
  }
  if (request.body !== undefined) {
    const digest = `sha-256=:${createHash("sha256").update(request.body).digest("base64")}:`;
    headers["content-type"] = "application/json";
    headers["content-digest"] = digest;
    covered.push('"content-digest"');
    lines.push(`"content-digest": ${digest}`);
  }
  const parameters = `(${covered.join(" ")});created=${created};keyid="${signer.keyId}";alg="ed25519";nonce="${nonce}"`;
  const base = [...lines, `"@signature-params": ${parameters}`].join("\n");
  headers["signature-input"] = `sig1=${parameters}`;
  headers["signature"] = `sig1=:${sign(null, Buffer.from(base), signer.key).toString("base64")}:`;
  return headers;
}
