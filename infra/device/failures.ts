import type { FieldError } from "#contracts/errors.ts";

/** What the shell is told. Documented by `npm run device -- help` and in the README. */
export const exitCodes = {
  done: 0,
  checkFailed: 1,
  wrongUsage: 2,
  refused: 3,
  rejected: 4,
  gaveUp: 5,
  unexpected: 70,
} as const;

/** A command that cannot be carried out as it was given: an option, a file, a key. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The service answered, and the same request will be refused again. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;
  /** The stable suffix of the problem's `type`; absent when the answer was no problem document. */
  readonly problem: string | undefined;
  readonly errors: readonly FieldError[];
  constructor(what: string, status: number, answer: Problem) {
    const fields = (answer.errors ?? []).map(
      ({ pointer, detail }) => `\n  ${pointer || "(body)"}: ${detail}`,
    );
    super(`${what} was refused (${status}): ${answer.detail}${fields.join("")}`);
    this.status = status;
    this.problem = answer.type;
    this.errors = answer.errors ?? [];
  }
}

/** Nothing was lost and nothing is settled: the same command goes on from here. */
export class GaveUpError extends Error {
  override readonly name = "GaveUpError";
}

/** What an answer that is none of success says; `type` is the stable suffix. */
export type Problem = {
  readonly type?: string | undefined;
  readonly detail: string;
  readonly errors?: readonly FieldError[] | undefined;
  readonly now?: string | undefined;
};
