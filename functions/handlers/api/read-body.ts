import type { Context } from "hono";
import { ProblemError } from "./problem.ts";

/** Bodies up to 4 MB; a longer weapon log is sent in several downloads. */
export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

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
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ProblemError("malformed-json", "The body does not parse: send one JSON value in UTF-8.");
  }
}
