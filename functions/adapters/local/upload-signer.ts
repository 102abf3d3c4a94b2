import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#ports/clock.ts";
import { replaceFileSync } from "./durable-files.ts";

/** What one URL allows: one PUT of one object or part, with these headers. */
export type UploadGrant = {
  readonly key: string;
  readonly part?: { readonly uploadId: string; readonly number: number };
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
};

export type UploadRequest = {
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
};

export type UploadSigner = {
  /** The query of a URL, and when it ends. */
  readonly sign: (grant: UploadGrant, seconds: number) => { query: URLSearchParams; expiresAt: Date };
  /** What a request is allowed to do; a sentence when it is not allowed. */
  readonly verify: (request: UploadRequest) => UploadGrant | string;
};

/**
 * Presigned URLs as S3 makes them: the signature covers method, key, part, expiry and the exact values of the
 * named headers, so a request with another length, type or checksum is not the one that was signed.
 */
export function createUploadSigner(deps: {
  readonly secret: Uint8Array;
  readonly clock: Clock;
}): UploadSigner {
  const signatureOf = (grant: UploadGrant, expires: number): Buffer =>
    createHmac("sha256", deps.secret)
      .update(
        JSON.stringify(["PUT", grant.key, grant.part ?? null, expires, Object.entries(grant.headers).sort()]),
      )
      .digest();

  return {
    sign: (grant, seconds) => {
      const expiresAt = new Date(deps.clock.now().getTime() + seconds * 1000);
      const query = new URLSearchParams({
        expires: String(expiresAt.getTime()),
        signedHeaders: Object.keys(grant.headers).sort().join(";"),
      });
      if (grant.part) {
        query.set("uploadId", grant.part.uploadId);
        query.set("partNumber", String(grant.part.number));
      }
      query.set("signature", signatureOf(grant, expiresAt.getTime()).toString("hex"));
      return { query, expiresAt };
    },
    verify: (request) => {
      const grant = claimedGrant(request);
      if (typeof grant === "string") return grant;
      const expires = Number(request.query.get("expires"));
      const expected = signatureOf(grant, expires);
      const given = Buffer.from(request.query.get("signature") ?? "", "hex");
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        return "The signature does not belong to this request: send exactly the headers that came with the URL.";
      }
      return deps.clock.now().getTime() <= expires
        ? grant
        : "The URL has expired: declare the footage again for a fresh one.";
    },
  };
}

function claimedGrant({ key, query, headers }: UploadRequest): UploadGrant | string {
  const names = (query.get("signedHeaders") ?? "").split(";").filter((name) => name !== "");
  const missing = names.find((name) => !headers.has(name));
  if (missing !== undefined) return `The header ${missing} was signed and is missing.`;
  const unsigned = [...headers.keys()].find((name) => name.startsWith("x-amz-") && !names.includes(name));
  if (unsigned !== undefined) return `The header ${unsigned} was not signed.`;
  const uploadId = query.get("uploadId");
  return {
    key,
    ...(uploadId === null ? {} : { part: { uploadId, number: Number(query.get("partNumber")) } }),
    headers: Object.fromEntries(names.map((name) => [name, headers.get(name) ?? ""])),
  };
}

const KEY_BYTES = 32;

/**
 * The key that signs upload URLs; made once and kept in the folder, so that URLs outlive a restart. One that was
 * not kept whole is replaced, at the cost of the URLs that are out: anybody could sign with an empty one.
 */
export function readSigningKey(folder: string): Uint8Array {
  const path = join(folder, "upload-signing-key");
  const kept = existsSync(path) ? Buffer.from(readFileSync(path, "utf8"), "hex") : undefined;
  if (kept?.length === KEY_BYTES) return kept;
  const key = randomBytes(KEY_BYTES);
  replaceFileSync(path, key.toString("hex"));
  return key;
}
