import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import type { Session } from "#handlers/api/console/visit/session.ts";
import { ProblemError } from "#handlers/api/problem.ts";
import { readBody } from "#handlers/api/read-body.ts";

/** What a person filled in, by field; of a field that came twice the last. */
export type Fields = Readonly<Record<string, string>>;

/** Far more than a text that a person types: what is a little too long is told of beside its field. */
const MOST_BYTES = 256 * 1024;
const FORM = "application/x-www-form-urlencoded";

/** The form that was sent. Throws a 413 or 415 problem for anything that is none of our forms. */
export async function readForm(c: Context): Promise<Fields> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== FORM) throw new ProblemError("unsupported-media-type", "Send the form from its page.");
  const body = await readBody(c);
  if (body.length > MOST_BYTES) {
    throw new ProblemError("body-too-large", "Write less: a text may have 2000 characters.");
  }
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
}

/** Throws a 403 problem unless the form came from a page of this very visit. */
export function checkCsrf(fields: Fields, { csrf }: Session): void {
  const [sent, ours] = [Buffer.from(fields["csrf"] ?? ""), Buffer.from(csrf)];
  if (sent.length === ours.length && timingSafeEqual(sent, ours)) return;
  throw new ProblemError(
    "not-allowed",
    "This form was not sent from a page of your present visit. Open the page again and send it from there.",
  );
}
