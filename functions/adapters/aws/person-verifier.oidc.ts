// By their own paths: by the package's one name, what only the people's pages use would be loaded with every token.
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { JOSENotSupported, JWKSMultipleMatchingKeys, JWKSNoMatchingKey, JWKSTimeout } from "jose/errors";
import { createRemoteJWKSet } from "jose/jwks/remote";
import { jwtVerify } from "jose/jwt/verify";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { type Role, role } from "#contracts/people.ts";
import type { Clock } from "#ports/clock.ts";
import type { Person, PersonVerifier } from "#ports/identity.ts";

export type OidcSettings = {
  readonly issuer: string;
  readonly audience: string;
  readonly rolesClaim: string;
  /** Claim values that give a role. A role that is not named here is given by its own name. */
  readonly roles: { readonly [name in Role]?: readonly string[] | undefined };
  readonly officerIdClaim: string;
};

/** Asymmetric only: a key set that anybody can read must not be able to make tokens. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];
const CLOCK_TOLERANCE_SECONDS = 5;
const REQUEST_TIMEOUT_MS = 3000;

/**
 * Checks bearer tokens of one OIDC issuer: signature, issuer, audience, expiry. Cognito's access tokens name
 * their client in `client_id` instead of `aud`; either is taken for the audience.
 */
export function createOidcPersonVerifier(
  settings: OidcSettings,
  deps: { readonly keys: JWTVerifyGetKey; readonly clock: Clock },
): PersonVerifier {
  return async (bearerToken) => {
    try {
      const { payload } = await jwtVerify(bearerToken, deps.keys, {
        issuer: settings.issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ["sub", "exp"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: deps.clock.now(),
      });
      return isMeantFor(payload, settings.audience) ? personOf(payload, settings) : undefined;
    } catch (error) {
      if (error instanceof DependencyUnavailableError) throw error;
      if (error instanceof JWKSTimeout) {
        throw new DependencyUnavailableError("the issuer's keys could not be fetched", { cause: error });
      }
      return undefined;
    }
  };
}

function isMeantFor(payload: JWTPayload, audience: string): boolean {
  if (payload.aud !== undefined) return [payload.aud].flat().includes(audience);
  return payload["client_id"] === audience;
}

function personOf(payload: JWTPayload, settings: OidcSettings): Person | undefined {
  if (!payload.sub) return undefined;
  const name = payload["name"];
  const officerId = payload[settings.officerIdClaim];
  const held = [payload[settings.rolesClaim]].flat();
  return {
    subject: payload.sub,
    roles: role.options.filter((option) =>
      (settings.roles[option] ?? [option]).some((value) => held.includes(value)),
    ),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof officerId === "string" && officerId !== "" ? { officerId } : {}),
  };
}

/**
 * The issuer's published keys, found by its discovery document when the first token comes and fetched again
 * when a token names a key that is not among them. Throws `DependencyUnavailableError` when they cannot be had.
 */
export function publishedKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  const discover = async (): Promise<JWTVerifyGetKey> => {
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const document = response.ok ? ((await response.json()) as { issuer?: unknown; jwks_uri?: unknown }) : {};
    if (document.issuer !== issuer || typeof document.jwks_uri !== "string") {
      throw new DependencyUnavailableError("the issuer's discovery document is missing or not its own");
    }
    return createRemoteJWKSet(new URL(document.jwks_uri), { timeoutDuration: REQUEST_TIMEOUT_MS });
  };
  return async (header, token) => {
    found ??= discover();
    try {
      return await (await found)(header, token);
    } catch (error) {
      // A token with a key that the issuer does not have is the token's fault; all else is worth another try.
      if (isFaultOfToken(error)) throw error;
      found = undefined;
      throw new DependencyUnavailableError("the issuer's keys could not be had", { cause: error });
    }
  };
}

function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof JWKSNoMatchingKey ||
    error instanceof JWKSMultipleMatchingKeys ||
    error instanceof JOSENotSupported
  );
}
