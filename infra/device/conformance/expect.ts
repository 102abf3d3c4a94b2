import * as z from "zod";
import { CheckFailedError } from "./check.ts";
import type { Reply } from "./requests.ts";

const LONGEST_QUOTE = 300;

/** What came, short enough for a line of the report. */
function quote({ status, body }: Reply): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return `${status} ${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}`;
}

/** The reply, when it has one of these statuses. Throws `CheckFailedError`. */
export function expectStatus(reply: Reply, ...statuses: readonly number[]): Reply {
  if (statuses.includes(reply.status)) return reply;
  throw new CheckFailedError(`expected ${statuses.join(" or ")}, got ${quote(reply)}`);
}

/** The reply's body in this shape, when it also has one of these statuses. Throws `CheckFailedError`. */
export function expectBody<Schema extends z.ZodType>(
  reply: Reply,
  schema: Schema,
  ...statuses: readonly number[]
): z.output<Schema> {
  const parsed = schema.safeParse(expectStatus(reply, ...statuses).body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CheckFailedError(`/${issue?.path.join("/")}: ${issue?.message}, in ${quote(reply)}`);
}

const problem = z.looseObject({
  type: z.string().min(1),
  detail: z.string().min(1),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string().min(1) })).optional(),
});

/** The problem document of a refusal (contract §3: RFC 9457). Throws `CheckFailedError`. */
export function expectProblem(reply: Reply, ...statuses: readonly number[]) {
  const body = expectBody(reply, problem, ...statuses);
  if (reply.contentType.startsWith("application/problem+json")) return body;
  throw new CheckFailedError(`expected application/problem+json, got ${reply.contentType}`);
}

/** A 400 that names exactly these fields. Throws `CheckFailedError`. */
export function expectPointers(reply: Reply, ...pointers: readonly string[]): void {
  const named = (expectProblem(reply, 400).errors ?? []).map(({ pointer }) => pointer);
  const missing = pointers.filter((pointer) => !named.includes(pointer));
  if (missing.length === 0) return;
  throw new CheckFailedError(
    `expected errors to name ${missing.join(", ")}; named are ${named.join(", ") || "none"}`,
  );
}

/** Throws `CheckFailedError` with the sentence when it does not hold. */
export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new CheckFailedError(otherwise);
}
