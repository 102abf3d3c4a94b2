/** Where an issuer sends people back to after signing in; it must know this address beforehand. */
export const SIGNED_IN_PATH = "/sign-in/done";
