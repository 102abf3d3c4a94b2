import * as z from "zod";
import {
  ConcurrentWriteError,
  ConflictError,
  DependencyUnavailableError,
  type FieldError,
  InvalidInputError,
  NotAllowedError,
  PermanentError,
  RecordNotFoundError,
} from "#contracts/errors.ts";

/**
 * Every problem that the API can answer, by the stable suffix of its `type`. Vendors' software branches on
 * these: a suffix is never renamed and never changes its status.
 */
export const problemTypes = {
  "invalid-request": { status: 400, title: "The request has fields that must be changed" },
  "malformed-json": { status: 400, title: "The body is not JSON in UTF-8" },
  "malformed-path": { status: 400, title: "The path is written in a way that cannot be signed safely" },
  "not-signed-in": { status: 401, title: "The request carries neither a signature nor a bearer token" },
  "token-rejected": { status: 401, title: "The bearer token is not accepted" },
  "signature-malformed": { status: 401, title: "The request signature does not have the required form" },
  "signature-created": { status: 401, title: "The signature's creation time is too far from ours" },
  "signature-rejected": { status: 401, title: "The signature is not accepted" },
  "signature-replayed": { status: 401, title: "The signature's nonce was used before" },
  "content-digest-mismatch": { status: 401, title: "The body is not the one that was signed" },
  "wrong-role": { status: 403, title: "This call needs another role" },
  "not-your-device": { status: 403, title: "This device may not speak for that one" },
  "not-allowed": { status: 403, title: "You may not do this to this record" },
  "no-such-route": { status: 404, title: "There is no such route" },
  "not-found": { status: 404, title: "There is no such record" },
  "method-not-allowed": { status: 405, title: "The route does not have this method" },
  conflict: { status: 409, title: "This does not fit what is already recorded" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body must be JSON" },
  "internal-error": { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "The service is busy" },
} as const;
export type ProblemType = keyof typeof problemTypes;

const TYPE_PREFIX = "urn:witnessed:problem:";

/** The `type` member of a problem's answer. */
export function typeUri(type: ProblemType): string {
  return `${TYPE_PREFIX}${type}`;
}

export const problemAnswer = z
  .object({
    type: z
      .enum(Object.keys(problemTypes).map((type) => typeUri(type as ProblemType)))
      .meta({ description: "Its last part, after the last colon, is stable" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What to do about it, for a person" }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: "Each bad field: a JSON pointer into the body, or `/name` of a parameter" }),
    now: z.string().optional().meta({ description: "Our time, when `created` of a signature is wrong" }),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details" });

/** A problem on its way to its answer: thrown by transport code, rendered once at the edge. */
export class ProblemError extends PermanentError {
  override readonly name = "ProblemError";
  readonly type: ProblemType;
  readonly detail: string;
  readonly members: { readonly errors?: readonly FieldError[]; readonly now?: string };
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    type: ProblemType,
    detail: string,
    members: ProblemError["members"] = {},
    headers: ProblemError["headers"] = {},
  ) {
    super(`${type}: ${detail}`);
    this.type = type;
    this.detail = detail;
    this.members = members;
    this.headers = headers;
  }
}

/** What the caller is told of an error; anything unforeseen is told as nothing but `internal-error`. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof InvalidInputError) {
    return new ProblemError("invalid-request", error.message, { errors: error.fields });
  }
  if (error instanceof NotAllowedError) return new ProblemError("not-allowed", error.message);
  if (error instanceof RecordNotFoundError) return new ProblemError("not-found", error.message);
  if (error instanceof ConflictError) return new ProblemError("conflict", error.message);
  if (error instanceof ConcurrentWriteError || error instanceof DependencyUnavailableError) {
    return new ProblemError(
      "unavailable",
      "Send the same request again in a few seconds; nothing is done twice.",
      {},
      { "retry-after": "5" },
    );
  }
  return new ProblemError(
    "internal-error",
    "Send the same request again later. If it keeps failing, tell the force's operations desk when it happened.",
  );
}

export function problemResponse(problem: ProblemError): Response {
  const { status, title } = problemTypes[problem.type];
  const body = {
    type: typeUri(problem.type),
    title,
    status,
    detail: problem.detail,
    ...problem.members,
  } satisfies z.input<typeof problemAnswer> | object;
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...problem.headers },
  });
}
