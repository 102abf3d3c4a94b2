import { hash } from "node:crypto";

/** SHA-256 of the text's UTF-8, in lower-case hexadecimal. */
export function sha256Of(text: string): string {
  return hash("sha256", text);
}

/** Twenty-four hex digits of the SHA-256 over the value as JSON: short, and the same for the same content. */
export function digestOf(value: unknown): string {
  return sha256Of(JSON.stringify(value)).slice(0, 24);
}
