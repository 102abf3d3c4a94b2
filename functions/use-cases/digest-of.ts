import { createHash } from "node:crypto";

/** Twenty-four hex digits of the SHA-256 over the value as JSON: short, and the same for the same content. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);
}
