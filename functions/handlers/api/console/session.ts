import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as z from "zod";
import { role } from "#contracts/people.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Person } from "#ports/identity.ts";
import type { Sealed } from "./sealed-cookies.ts";

const MINUTE_MS = 60_000;
/** Somebody else may sit down at the desk. */
const IDLE_MS = 30 * MINUTE_MS;
/** A long shift; roles that were taken away at the issuer end with it at the latest. */
const LONGEST_MS = 12 * 60 * MINUTE_MS;

const sessionContent = z.strictObject({
  person: z.strictObject({
    subject: z.string(),
    name: z.string().optional(),
    roles: z.array(role),
    officerId: z.string().optional(),
  }),
  /** What every form of this session must carry. */
  csrf: z.string(),
  begunAt: utcTimestamp,
  /** Why the person looks at incidents of which they were not alerted: asked once a visit. */
  reason: z.string().optional(),
});

/** A signed-in person's visit. It lives in the browser's cookie alone, which only we can read. */
export type Session = Omit<z.infer<typeof sessionContent>, "person"> & { readonly person: Person };

export type FoundSession =
  | { readonly state: "live"; readonly session: Session }
  /** Ours, but too long ago: who it was is known, and they may do nothing. */
  | { readonly state: "ended"; readonly session: Session };

export type Sessions = {
  readonly begin: (person: Person) => Session;
  /** The visit that the request belongs to. */
  readonly find: (c: Context) => Promise<FoundSession | undefined>;
  /** Keeps the visit in the browser, in use as of now. */
  readonly keep: (c: Context, session: Session) => Promise<void>;
  readonly end: (c: Context) => void;
};

/** Cookies of pages that are served over TLS can have the strictest form; the local run has none. */
export function cookieSettings(secure: boolean) {
  return { path: "/", httpOnly: true, sameSite: "Lax", secure } as const;
}

export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** Visits of 30 minutes without use and 12 hours in all. */
export function createSessions(deps: {
  readonly sealed: Sealed;
  readonly clock: Clock;
  readonly isSecure: () => boolean;
}): Sessions {
  const { sealed, clock, isSecure } = deps;
  const name = () => cookieName("witnessed", isSecure());
  return {
    begin: (person) => ({
      person,
      csrf: crypto.randomUUID(),
      begunAt: clock.now().toISOString(),
    }),
    find: async (c) => {
      const cookie = getCookie(c, name());
      const opened = cookie === undefined ? undefined : await sealed.open("session", cookie);
      const parsed = sessionContent.safeParse(opened?.content);
      if (!opened || !parsed.success) return undefined;
      const now = clock.now().getTime();
      const idle = now - opened.sealedAt.getTime() > IDLE_MS;
      const tooLong = now - Date.parse(parsed.data.begunAt) > LONGEST_MS;
      return { state: idle || tooLong ? "ended" : "live", session: parsed.data as Session };
    },
    keep: async (c, session) => {
      setCookie(c, name(), await sealed.seal("session", session), cookieSettings(isSecure()));
    },
    end: (c) => {
      deleteCookie(c, name(), cookieSettings(isSecure()));
    },
  };
}
