import type { Person } from "#ports/identity.ts";
import { ProblemError } from "./problem.ts";
import type { Caller } from "./route.ts";

/** The person who calls a route that is for people alone. */
export function personOf(caller: Caller): Person {
  if (caller.type === "person") return caller.person;
  throw new ProblemError("wrong-role", "Only a person may do this.");
}
