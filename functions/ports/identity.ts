import type { Role } from "#contracts/people.ts";

export type Person = {
  readonly subject: string;
  readonly name?: string;
  readonly roles: readonly Role[];
  readonly officerId?: string;
};

/** Checks a bearer token: issuer, audience, signature, expiry. Undefined when it is not acceptable. */
export type PersonVerifier = (bearerToken: string) => Promise<Person | undefined>;
