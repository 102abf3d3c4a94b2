import middy, { type MiddlewareObj, type MiddyfiedHandler } from "@middy/core";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import { DependencyUnavailableError, InvalidInputError } from "#contracts/errors.ts";
import { errorFields } from "#ports/log.ts";
import type { RuntimeLog } from "./log.ts";

/** Kept back from the function's timeout, so that running out of time is an error that the machine retries. */
const TIMEOUT_EARLY_MS = 1000;

export type HandlerDefinition<Input, Output> = {
  readonly log: RuntimeLog;
  /** What is handed over; fields that it does not name are ignored, so that state can grow. */
  readonly input: z.ZodType<Input>;
  readonly run: (input: Input) => Promise<Output>;
};

/**
 * Wraps a use case for Lambda: log context, parsing of what is handed over, early timeout, and one log line
 * for whatever goes wrong. Errors are thrown on as they are, since their names are what Retry and Catch read.
 */
export function defineHandler<Input, Output>(
  definition: HandlerDefinition<Input, Output>,
): MiddyfiedHandler<unknown, Output> {
  const run = async (input: unknown): Promise<Output> => definition.run(input as Input);
  return middy<unknown, Output>(run, {
    timeoutEarlyInMillis: TIMEOUT_EARLY_MS,
    timeoutEarlyResponse: () => {
      throw new DependencyUnavailableError("the work was not done before the function's time ran out");
    },
  })
    .use(logged(definition.log))
    .use(parsed(definition.input));
}

function logged(log: RuntimeLog): MiddlewareObj<unknown, unknown, Error, Context> {
  return {
    before: ({ context }) => {
      log.begin(context);
    },
    after: () => {
      log.end();
    },
    onError: ({ error }) => {
      log.error("handler.failed", errorFields(error));
      log.end();
    },
  };
}

function parsed(input: z.ZodType): MiddlewareObj<unknown, unknown, Error, Context> {
  return {
    before: (request) => {
      const result = input.safeParse(request.event);
      if (!result.success)
        throw new InvalidInputError(`the input is not what this step takes: ${paths(result.error)}`);
      request.event = result.data;
    },
  };
}

/** Where it is wrong, without what was there. */
function paths(error: z.ZodError): string {
  return error.issues.map((issue) => `/${issue.path.join("/")} ${issue.code}`).join(", ");
}
