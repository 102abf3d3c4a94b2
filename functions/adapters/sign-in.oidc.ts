import type { Configuration } from "openid-client";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { SignIn } from "#ports/sign-in.ts";

/** Loaded with the first sign-in: devices' requests, which are nearly all, never wait for it. */
const load = () => import("openid-client");
export type OidcLibrary = Awaited<ReturnType<typeof load>>;

/** The issuer's addresses and how this client speaks to it. */
export type Discover = (library: OidcLibrary) => Promise<Configuration>;

const SCOPES = "openid email profile";
const TIMEOUT_SECONDS = 5;

/**
 * Sign-in at an issuer by authorization code with PKCE, as a public client: there is no secret to keep. What the
 * library checks: state, nonce, issuer, audience and times; the signature is for the person verifier.
 */
export function createOidcSignIn(discover: Discover): SignIn {
  let known: Promise<Configuration> | undefined;
  const configuration = async (library: OidcLibrary): Promise<Configuration> => {
    known ??= discover(library);
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw new DependencyUnavailableError("the issuer's addresses could not be had", { cause: error });
    }
  };
  return {
    begin: async (redirectUri) => {
      const library = await load();
      const issuer = await configuration(library);
      const attempt = {
        state: library.randomState(),
        nonce: library.randomNonce(),
        verifier: library.randomPKCECodeVerifier(),
      };
      const address = library.buildAuthorizationUrl(issuer, {
        redirect_uri: redirectUri,
        scope: SCOPES,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await library.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: "S256",
      });
      return { address: address.href, attempt };
    },
    finish: async (callback, { state, nonce, verifier }) => {
      const library = await load();
      const issuer = await configuration(library);
      try {
        const tokens = await library.authorizationCodeGrant(issuer, callback, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        return tokens.id_token;
      } catch (error) {
        if (isRefusal(error, library)) return undefined;
        throw new DependencyUnavailableError("the issuer did not answer as it should", { cause: error });
      }
    },
    endAddress: async (afterwards) => {
      const library = await load();
      const issuer = await configuration(library);
      if (issuer.serverMetadata().end_session_endpoint === undefined) return undefined;
      // Cognito has a name of its own for where to go afterwards.
      return library.buildEndSessionUrl(issuer, {
        post_logout_redirect_uri: afterwards,
        logout_uri: afterwards,
      }).href;
    },
  };
}

/** The person or the issuer said no, or what came back is not for this attempt: another try may do better. */
function isRefusal(error: unknown, library: OidcLibrary): boolean {
  if (error instanceof library.AuthorizationResponseError) return true;
  if (error instanceof library.ResponseBodyError) return error.status < 500;
  return error instanceof library.ClientError && !TRANSPORT_CODES.has(error.code ?? "");
}

/** Of the library's own errors, those that say nothing of the answer. */
const TRANSPORT_CODES: ReadonlySet<string> = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
]);

/** The addresses that the issuer publishes, for a client that it knows by this id. */
export function publishedBy(issuer: string, clientId: string): Discover {
  return (library) =>
    library.discovery(new URL(issuer), clientId, undefined, library.None(), { timeout: TIMEOUT_SECONDS });
}
