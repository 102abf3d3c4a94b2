/** What one attempt to sign in must remember until the browser comes back: nobody else may know it. */
export type SignInAttempt = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

/**
 * The people's sign-in, by OIDC: authorization code with PKCE.
 * All methods throw `DependencyUnavailableError` when the issuer does not answer.
 */
export type SignIn = {
  /** Where to send the browser, and what to remember until it is back at `redirectUri`. */
  readonly begin: (redirectUri: string) => Promise<{
    readonly address: string;
    readonly attempt: SignInAttempt;
  }>;
  /**
   * The ID token for the address at which the browser came back. Undefined when the issuer or the person refused,
   * or when the address does not belong to the attempt. Who it is and may be is for the person verifier to say.
   */
  readonly finish: (callback: URL, attempt: SignInAttempt) => Promise<string | undefined>;
  /** Where the issuer's own session is ended, if it has such a place; it leads back to `afterwards`. */
  readonly endAddress: (afterwards: string) => Promise<string | undefined>;
};
