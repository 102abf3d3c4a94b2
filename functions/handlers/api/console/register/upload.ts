import type { Context } from "hono";
import { checkRole } from "#handlers/api/authenticate-person.ts";
import { checkCsrf, type Fields } from "#handlers/api/console/frame/form.ts";
import type { Session } from "#handlers/api/console/visit/session.ts";
import type { VisitDeps } from "#handlers/api/console/visit/visit.ts";
import { ProblemError } from "#handlers/api/problem.ts";
import { readBody } from "#handlers/api/read-body.ts";

/** A file that was chosen, or what was typed where there was none. */
export type Upload = {
  /** Undefined for somebody who has to sign in again, whoever they were. */
  readonly session: Session | undefined;
  readonly isLive: boolean;
  readonly file: Uint8Array | undefined;
  readonly typed: string;
};

const TOO_LARGE = "The file is over 4 MB. Cut it into files of at most 5,000 lines.";

/**
 * The form with a file that an administrator sent, also when the visit has ended meanwhile. Throws a 403 problem for
 * a form of another visit and for everybody else, and a 413 or 415 problem for what is none of our forms.
 */
export async function uploadOf(c: Context, { sessions }: VisitDeps): Promise<Upload> {
  const form = await readUpload(c);
  const typed = textIn(form, "text");
  const fields: Fields = { csrf: textIn(form, "csrf") };
  const chosen = form.get("file");
  const bytes = chosen instanceof File ? new Uint8Array(await chosen.arrayBuffer()) : undefined;
  const file = bytes && bytes.length > 0 ? bytes : undefined;
  const found = await sessions.find(c);
  if (found) {
    checkCsrf(fields, found.session);
    checkRole(found.session.person, ["admin"]);
  }
  const isLive = found?.state === "live";
  if (found && isLive) await sessions.keep(c, found.session);
  return { session: found?.session, isLive, file, typed };
}

async function readUpload(c: Context): Promise<FormData> {
  const type = c.req.header("content-type") ?? "";
  const wrong = new ProblemError("unsupported-media-type", "Send the file from its page.");
  if (!type.toLowerCase().startsWith("multipart/form-data")) throw wrong;
  const body = await bodyOf(c);
  try {
    return await new Response(body.slice(), { headers: { "content-type": type } }).formData();
  } catch {
    throw wrong;
  }
}

async function bodyOf(c: Context): Promise<Uint8Array> {
  try {
    return await readBody(c);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError(error.type, TOO_LARGE);
  }
}

/** A browser sends every line break of a text field as two characters; a file is left as it is. */
function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
}
