import { createHash, randomUUID } from "node:crypto";
import { Hono } from "hono";
import { html } from "hono/html";
import { createOidcSignIn } from "#adapters/sign-in.oidc.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { roleWords } from "#handlers/api/console/frame/words.ts";
import type { Clock } from "#ports/clock.ts";
import type { SignIn } from "#ports/sign-in.ts";
import type { LocalIssuer } from "./issuer.ts";
import { type LocalPersonKey, localPeople } from "./people.ts";

export type LocalSignIn = {
  readonly signIn: SignIn;
  /** The issuer's own addresses: the page to choose who one is, and the exchange of the code. */
  readonly routes: Hono;
};

type LocalSignInDeps = {
  readonly issuer: LocalIssuer;
  readonly baseUrl: () => string;
  readonly frame: () => Promise<Frame>;
  readonly clock: Clock;
};

const PAGE_PATH = "/local/sign-in";
const TOKEN_PATH = "/local/token";
const CODE_MS = 60_000;
/** A page that another site made the browser ask for under its own name is not ours to answer. */
export const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/** What of the request for a code goes through the page. */
const PASSED = ["redirect_uri", "state", "nonce", "code_challenge"] as const;

type Granted = {
  readonly person: LocalPersonKey;
  readonly nonce: string;
  readonly challenge: string;
  readonly until: number;
};

/**
 * The sign-in of the local run: the same authorization code with PKCE as at a force's issuer, with real tokens, only
 * that nobody is asked who they are. They choose.
 */
export function createLocalSignIn({ issuer, baseUrl, frame, clock }: LocalSignInDeps): LocalSignIn {
  const codes = new Map<string, Granted>();
  const routes = new Hono();
  routes.use("/local/*", async (c, next) => {
    if (!LOOPBACK.test(c.req.header("host") ?? "")) return c.text("Open this page by 127.0.0.1.\n", 421);
    await next();
    c.header("content-security-policy", POLICY);
    return;
  });

  routes.get(PAGE_PATH, async (c) => c.html(choosePage(await frame(), c.req.query())));

  routes.post(PAGE_PATH, async (c) => {
    const fields = await c.req.parseBody();
    const person = String(fields["person"]) as LocalPersonKey;
    const back = String(fields["redirect_uri"]);
    if (!Object.hasOwn(localPeople, person) || !back.startsWith(`${baseUrl()}/`)) {
      return c.text("Begin at the first page.\n", 400);
    }
    const code = randomUUID();
    codes.set(code, {
      person,
      nonce: String(fields["nonce"]),
      challenge: String(fields["code_challenge"]),
      until: clock.now().getTime() + CODE_MS,
    });
    const query = new URLSearchParams({ code, state: String(fields["state"]) });
    return c.redirect(`${back}?${query}`, 303);
  });

  routes.post(TOKEN_PATH, async (c) => {
    const fields = await c.req.parseBody();
    const code = String(fields["code"]);
    const granted = codes.get(code);
    codes.delete(code);
    const challenge = createHash("sha256").update(String(fields["code_verifier"])).digest("base64url");
    const now = clock.now();
    if (!granted || granted.until < now.getTime() || granted.challenge !== challenge) {
      return c.json({ error: "invalid_grant" }, 400);
    }
    const token = await issuer.tokenFor(localPeople[granted.person], now, { nonce: granted.nonce });
    return c.json({ access_token: token, token_type: "Bearer", expires_in: 3600, id_token: token });
  });

  const signIn = createOidcSignIn(async (library) => {
    const configuration = new library.Configuration(
      {
        issuer: issuer.issuer,
        authorization_endpoint: baseUrl() + PAGE_PATH,
        token_endpoint: baseUrl() + TOKEN_PATH,
        id_token_signing_alg_values_supported: [issuer.algorithm],
      },
      issuer.audience,
      undefined,
      library.None(),
    );
    library.allowInsecureRequests(configuration);
    return configuration;
  });
  return { signIn, routes };
}

function choosePage(frame: Frame, query: Readonly<Record<string, string>>): Markup {
  const passed = PASSED.map(
    (name) => html`<input type="hidden" name="${name}" value="${query[name] ?? ""}">`,
  );
  return page(
    frame,
    { title: "Choose who you are" },
    html`<h1 class="govuk-heading-l">Choose who you are</h1>
<p class="govuk-body">This is the local run: nobody is asked for a password, and everybody here is made up. In a force's stack the force's own sign-in stands in this place.</p>
<p class="govuk-body">A decision needs two supervisors: sign out to become the other.</p>
<form method="post" action="${PAGE_PATH}">${passed}<ul class="govuk-list">${Object.entries(localPeople).map(
      ([key, { name, role, officerId }]) =>
        html`<li><button type="submit" name="person" value="${key}" class="govuk-button govuk-button--secondary">${name}, ${roleWords[role].toLowerCase()}, ${officerId}</button></li>`,
    )}</ul></form>
<p class="govuk-body"><a class="govuk-link" href="/local/inbox">Read the alerts that have been sent</a></p>`,
  );
}
