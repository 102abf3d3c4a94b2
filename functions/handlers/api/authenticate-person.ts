import type { Role } from "#contracts/people.ts";
import type { Person, PersonVerifier } from "#ports/identity.ts";
import { ProblemError } from "./problem.ts";

/** Longer than any issuer's token; what is longer is not looked at. */
const LONGEST_TOKEN = 8192;

/** The person behind a bearer token. Throws a 401 problem for anything else. */
export async function authenticatePerson(authorization: string, verify: PersonVerifier): Promise<Person> {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
  const person = token && token.length <= LONGEST_TOKEN ? await verify(token) : undefined;
  if (person) return person;
  throw new ProblemError(
    "token-rejected",
    "The bearer token is not one of this force's sign-in, or it has expired: sign in again.",
    {},
    { "www-authenticate": 'Bearer error="invalid_token"' },
  );
}

/** Throws a 403 problem unless the person has one of the roles. */
export function checkRole(person: Person, roles: readonly Role[]): void {
  if (person.roles.some((role) => roles.includes(role))) return;
  throw new ProblemError(
    "wrong-role",
    `This needs the role ${roles.join(" or ")}; ask the force's admin for it.`,
  );
}
