import type * as z from "zod";
import type { FieldError } from "#contracts/errors.ts";

/** So that a body of twenty thousand bad rows gives an answer that a person can read. */
const MOST_ERRORS = 50;

/** How the library words a field that is not there. */
const MISSING = /^Invalid input: (expected .*), received undefined$/;

function describe(message: string): string {
  const missing = MISSING.exec(message)?.[1];
  return missing ? `required: ${missing}` : message;
}

type Path = readonly PropertyKey[];

/** RFC 6901: `~` and `/` inside a name are escaped. */
function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** How little a branch of a union looks like what was sent: another type at all, unknown fields, bad values. */
function strangeness(issues: readonly z.core.$ZodIssue[]): number {
  const weights = issues.map((issue) => {
    if (issue.code === "invalid_type" && issue.path.length === 0) return 10_000;
    return issue.code === "unrecognized_keys" ? 100 * issue.keys.length : 1;
  });
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** Of a union's branches, the issues of the one that the caller most likely meant. */
function likeliestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  return [...branches].sort((a, b) => strangeness(a) - strangeness(b))[0] ?? [];
}

/** The allowed values of a union that has nothing but literals. */
function literalsOf(branches: readonly (readonly z.core.$ZodIssue[])[]): unknown[] | undefined {
  const issues = branches.map((branch) => branch[0]);
  if (!issues.every((issue) => issue?.code === "invalid_value" && issue.path.length === 0)) return undefined;
  return issues.flatMap((issue) => (issue?.code === "invalid_value" ? issue.values : []));
}

function fieldErrorsOf(issue: z.core.$ZodIssue, above: Path): FieldError[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      detail: "unknown field: remove it",
    }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const values = literalsOf(issue.errors);
    if (values) return [{ pointer: pointerOf(path), detail: `expected one of ${values.join(", ")}` }];
    return likeliestBranch(issue.errors).flatMap((inner) => fieldErrorsOf(inner, path));
  }
  if (issue.code === "invalid_key") {
    return [{ pointer: pointerOf(path), detail: "this name is not allowed here" }];
  }
  return [{ pointer: pointerOf(path), detail: describe(issue.message) }];
}

/** Each bad field by its JSON pointer. The root itself is `""`. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => fieldErrorsOf(issue, [])).slice(0, MOST_ERRORS);
}
