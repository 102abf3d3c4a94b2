import { createHash } from "node:crypto";
import type { PublicKeyJwk } from "#contracts/register.ts";

/**
 * Points of small order, little-endian y without the sign bit, and the two encodings beyond the field that mean
 * the same: a key among them would let anybody make signatures that verify.
 */
const WEAK_POINTS = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** What is wrong with a public key, or undefined. */
export function faultOfKey(jwk: PublicKeyJwk): string | undefined {
  const point = Buffer.from(jwk.x, "base64url");
  if (point.toString("base64url") !== jwk.x) {
    return "expected 32 bytes in base64url, written the one shortest way";
  }
  point[31] = (point[31] ?? 0) & 0x7f;
  return WEAK_POINTS.has(point.toString("hex"))
    ? "this key is a known weak one: make a new key pair"
    : undefined;
}

/** RFC 7638: the name of a key by what it is. */
export function thumbprintOf({ crv, kty, x }: PublicKeyJwk): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
}
