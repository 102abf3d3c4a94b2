import { createHash } from "node:crypto";
import type { UploadedPart } from "#ports/evidence-store.ts";

/** S3's SHA-256 of a multipart object, as hex: the hash of the parts' raw hashes, in order. */
export function compositeSha256(parts: readonly UploadedPart[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(Buffer.from(part.sha256, "hex"));
  return hash.digest("hex");
}

/** Whether the parts are 1 to n without a hole and their sizes add up to the declared size. */
export function isWhole(parts: readonly UploadedPart[], bytes: number): boolean {
  const consecutive = parts.every((part, index) => part.number === index + 1);
  return consecutive && parts.reduce((sum, part) => sum + part.bytes, 0) === bytes;
}

export function hexToBase64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

export function base64ToHex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
