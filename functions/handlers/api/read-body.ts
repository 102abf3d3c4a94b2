import type { Context } from "hono";
import { ProblemError } from "./problem.ts";

/** Bodies up to 4 MB; a longer weapon log is sent in several downloads. */
export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** Nothing that we take is nested deeper than ten; `vendor` is anybody's. */
const MOST_LEVELS = 32;

const TOO_LARGE = `The body is over ${BODY_LIMIT_BYTES} bytes. Send a long weapon log in several downloads, by seq.`;

/** The raw body, never more of it than the limit. */
export async function readBody(c: Context): Promise<Uint8Array> {
  const declared = Number(c.req.header("content-length") ?? 0);
  if (declared > BODY_LIMIT_BYTES) throw new ProblemError("body-too-large", TOO_LARGE);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new ProblemError("body-too-large", TOO_LARGE);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** The body as JSON. Only called once it is known who sent it. */
export function parseJson(body: Uint8Array, contentType: string | undefined): unknown {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? "")) {
    throw new ProblemError(
      "unsupported-media-type",
      "Send the body as JSON with `Content-Type: application/json`.",
    );
  }
  const value = parse(body);
  const mistake = findMistake(value);
  if (mistake) throw new ProblemError("malformed-json", mistake);
  return value;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ProblemError("malformed-json", "The body does not parse: send one JSON value in UTF-8.");
  }
}

/**
 * What JSON's grammar allows and nothing behind this can take: text that is no Unicode (half a surrogate pair, by
 * an escape) has no canonical form and no hash, and deep nesting ends the stack of whoever walks through it.
 */
function findMistake(root: unknown): string | undefined {
  let level = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return `The body is nested deeper than ${MOST_LEVELS} levels.`;
    const texts = level.flatMap((value) => (typeof value === "string" ? [value] : namesOf(value)));
    if (!texts.every((text) => text.isWellFormed())) {
      return "The body has text with half of a surrogate pair: escape characters as whole pairs, or not at all.";
    }
    level = level.flatMap((value) => (isComposite(value) ? Object.values(value) : []));
  }
  return undefined;
}

const isComposite = (value: unknown): value is object => typeof value === "object" && value !== null;

const namesOf = (value: unknown): string[] =>
  isComposite(value) && !Array.isArray(value) ? Object.keys(value) : [];
