import * as z from "zod";
import { InvalidInputError } from "#contracts/errors.ts";
import type { Role } from "#contracts/people.ts";
import type { Person } from "#ports/identity.ts";
import type { DeviceCaller } from "./authenticate-device.ts";
import { fieldErrors } from "./field-errors.ts";
import type { ProblemType } from "./problem.ts";

type PersonCaller = { readonly type: "person"; readonly person: Person };
export type Caller = DeviceCaller | PersonCaller | { readonly type: "anyone" };

/** Who may call: roles of people, kinds of devices, or anyone without showing who they are. */
type Access = {
  readonly anyone?: true;
  readonly roles?: readonly Role[];
  /** `all`: every active device. `gateways`: gateways alone. */
  readonly devices?: "all" | "gateways";
};

/** An answer: JSON by default, or the exact bytes of a stored document. */
export type Answer =
  | { readonly status: 200 | 201 | 202; readonly body: object }
  | {
      readonly status: 200;
      readonly document: Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    };

type NoFields = Record<string, never>;

export type RouteDefinition<Params, Query, Body> = {
  readonly method: "GET" | "POST" | "PUT";
  /** As in OpenAPI: `/v1/footage/{footageId}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** A body may be left out altogether, which means `{}`. */
  readonly bodyOptional?: boolean;
  readonly answers: {
    readonly [status: number]: { readonly description: string; readonly schema: z.ZodType };
  };
  /** Problems beside those that access and input imply. */
  readonly problems?: readonly ProblemType[];
  readonly handle: (request: {
    readonly params: Params;
    readonly query: Query;
    readonly body: Body;
    /** The body as it came, for what is kept as it came. */
    readonly rawBody: Uint8Array;
    readonly caller: Caller;
  }) => Promise<Answer>;
};

type RawInput = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly rawBody: Uint8Array;
  readonly caller: Caller;
};

/** A route as it is mounted and documented: what it takes is checked inside `handle`. */
export type Route = Omit<
  RouteDefinition<unknown, unknown, unknown>,
  "handle" | "params" | "query" | "body" | "bodyOptional"
> & {
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyOptional: boolean;
  readonly handle: (input: RawInput) => Promise<Answer>;
};

function check<Output>(schema: z.ZodType<Output> | undefined, value: unknown, what: string): Output {
  const result = (schema ?? z.strictObject({})).safeParse(value);
  if (result.success) return result.data as Output;
  throw new InvalidInputError(
    `${what} has fields that must be changed: see \`errors\`. Nothing was stored.`,
    fieldErrors(result.error),
  );
}

/** One route: the same schemas check what comes in and describe it in the OpenAPI document. */
export function defineRoute<Params = NoFields, Query = NoFields, Body = undefined>(
  definition: RouteDefinition<Params, Query, Body>,
): Route {
  return {
    ...definition,
    params: definition.params,
    query: definition.query,
    body: definition.body,
    bodyOptional: definition.bodyOptional ?? false,
    handle: (input) =>
      definition.handle({
        params: check(definition.params, input.params, "The path"),
        query: check(definition.query, input.query, "The query"),
        body: definition.body ? check(definition.body, input.body, "The body") : (undefined as Body),
        rawBody: input.rawBody,
        caller: input.caller,
      }),
  };
}
