import type { IncidentRecord } from "#contracts/incident.ts";
import type { Role } from "#contracts/people.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { ProblemError } from "#handlers/api/problem.ts";
import type { Person } from "#ports/identity.ts";

const readingRoles: readonly Role[] = ["supervisor", "admin", "oversight"];

/** Whether the person reads incidents that are not their own. */
export function isReader({ roles }: Pick<Person, "roles">): boolean {
  return roles.some((role) => readingRoles.includes(role));
}

/**
 * How much of an incident a person reads. Whoever may be the officer whose use it is reads the questions put to them
 * and no more, whatever else they are: an account is given before any footage or finding is seen.
 */
export function readsIncidents(person: Person, record: IncidentRecord): "all" | "own" | "nothing" {
  if (isInvolved(record, person))
    return isReader(person) || person.roles.includes("officer") ? "own" : "nothing";
  return isReader(person) ? "all" : "nothing";
}

/** Throws a 403 problem unless the person may read incidents. */
export function checkReader({ person }: { readonly person: Person }): void {
  if (isReader(person)) return;
  throw new ProblemError(
    "wrong-role",
    "Your account has no role in Witnessed that this page is for. Ask your force's administrator for it.",
  );
}
