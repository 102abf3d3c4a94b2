import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as z from "zod";
import { role } from "#contracts/people.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Person } from "#ports/identity.ts";
import type { VisitRecords } from "#records/visit-records.ts";
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
  visitId: z.string(),
  /** What every form of this session must carry. */
  csrf: z.string(),
  begunAt: utcTimestamp,
  /** Why the person looks at incidents of which they were not alerted: asked once a visit. */
  reason: z.string().optional(),
});

/** A signed-in person's visit. It lives in the browser's cookie, which only we can read, until its record ends. */
export type Session = Omit<z.infer<typeof sessionContent>, "person"> & { readonly person: Person };

export type FoundSession =
  | { readonly state: "live"; readonly session: Session }
  /** Ours, but too long ago, or signed out: who it was is known, and they may do nothing. */
  | { readonly state: "ended"; readonly session: Session };

export type Sessions = {
  readonly begin: (person: Person) => Promise<Session>;
  /** The visit that the request belongs to; its record is read once a request. */
  readonly find: (c: Context) => Promise<FoundSession | undefined>;
  /** Keeps the visit in the browser, in use as of now. */
  readonly keep: (c: Context, session: Session) => Promise<void>;
  /** Makes the visit's cookie worthless, and all copies of it; with `everywhere` those of the person's other visits too. */
  readonly end: (session: Session, everywhere: boolean) => Promise<void>;
  /** Takes the cookie from the browser. */
  readonly forget: (c: Context) => void;
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
  readonly visits: VisitRecords;
  readonly clock: Clock;
  readonly isSecure: () => boolean;
}): Sessions {
  const { sealed, visits, clock, isSecure } = deps;
  const name = () => cookieName("witnessed", isSecure());
  const isUnderWay = ({ person, visitId, begunAt }: Session, sealedAt: Date) => {
    const now = clock.now().getTime();
    const idle = now - sealedAt.getTime() > IDLE_MS;
    const tooLong = now - Date.parse(begunAt) > LONGEST_MS;
    return idle || tooLong ? false : visits.isUnderWay(person.subject, visitId);
  };
  const find = async (c: Context): Promise<FoundSession | undefined> => {
    const cookie = getCookie(c, name());
    const opened = cookie === undefined ? undefined : await sealed.open("session", cookie);
    const parsed = sessionContent.safeParse(opened?.content);
    if (!opened || !parsed.success) return undefined;
    const session = parsed.data as Session;
    return { state: (await isUnderWay(session, opened.sealedAt)) ? "live" : "ended", session };
  };
  const found = new WeakMap<Request, Promise<FoundSession | undefined>>();
  const forget = (c: Context) => {
    deleteCookie(c, name(), cookieSettings(isSecure()));
  };
  return {
    begin: async (person) => {
      const begun = clock.now();
      const visitId = crypto.randomUUID();
      await visits.begin(person.subject, visitId, Math.ceil((begun.getTime() + LONGEST_MS) / 1000));
      return { person, visitId, csrf: crypto.randomUUID(), begunAt: begun.toISOString() };
    },
    find: (c) => {
      const finding = found.get(c.req.raw) ?? find(c);
      found.set(c.req.raw, finding);
      return finding;
    },
    keep: async (c, session) => {
      setCookie(c, name(), await sealed.seal("session", session), cookieSettings(isSecure()));
    },
    end: async ({ person, visitId }, everywhere) => {
      if (everywhere) await visits.endAll(person.subject);
      else await visits.end(person.subject, visitId);
    },
    forget,
  };
}
