import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import type { ForceConfig } from "#contracts/force.ts";
import type { Role } from "#contracts/people.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

/** A person of the demonstration force, and what the issuer says of them. */
export type LocalPerson = {
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
  readonly officerId: string;
};

export type LocalIssuer = {
  readonly issuer: string;
  readonly audience: string;
  /** The public half, as an issuer publishes it. */
  readonly jwks: { readonly keys: JWK[] };
  readonly algorithm: string;
  /** `claims` are said beside who it is. */
  readonly tokenFor: (
    person: LocalPerson,
    now: Date,
    claims?: Readonly<Record<string, string>>,
  ) => Promise<string>;
};

/** Long enough for scripts that run beside a server left on; a restart gives new ones. */
const TOKEN_DAYS = 30;
const ALGORITHM = "ES256";

async function loadKey(path: string): Promise<JWK> {
  const kept = readPrivateFile(path);
  if (kept !== undefined) return JSON.parse(kept) as JWK;
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  writePrivateFile(path, JSON.stringify(jwk));
  return jwk;
}

/** The claim value that the force's file takes for this role; the role's own name where it says nothing. */
function claimValue(force: ForceConfig, role: Role): string {
  return force.signIn.roles[role]?.[0] ?? role;
}

/**
 * The half of an OIDC issuer that makes tokens: they are real JWTs, checked by the code that checks
 * Cognito's. The key lives in the data folder, so that tokens outlive a restart.
 */
export async function createLocalIssuer(keyFile: string, force: ForceConfig): Promise<LocalIssuer> {
  const jwk = await loadKey(keyFile);
  const key = await importJWK(jwk, ALGORITHM);
  const kid = await calculateJwkThumbprint(jwk);
  const issuer = "https://issuer.witnessed.invalid";
  const audience = "witnessed-local";
  const { kty, crv, x, y } = jwk as JWK & { crv: string; x: string; y: string };

  return {
    issuer,
    audience,
    jwks: { keys: [{ kty: kty as "EC", crv, x, y, kid, alg: ALGORITHM, use: "sig" }] },
    algorithm: ALGORITHM,
    tokenFor: (person, now, claims) =>
      new SignJWT({
        ...claims,
        name: person.name,
        [force.signIn.rolesClaim]: [claimValue(force, person.role)],
        [force.signIn.officerIdClaim]: person.officerId,
      })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: "JWT" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(person.subject)
        .setIssuedAt(now)
        .setExpirationTime(new Date(now.getTime() + TOKEN_DAYS * 86_400_000))
        .sign(key),
  };
}
