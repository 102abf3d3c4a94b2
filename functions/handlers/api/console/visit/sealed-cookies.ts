// By their own paths: by the package's one name they would be loaded with every request.
import { JOSEError, JWEInvalid } from "jose/errors";
import { jwtDecrypt } from "jose/jwt/decrypt";
import { EncryptJWT } from "jose/jwt/encrypt";
import type { Clock } from "#ports/clock.ts";
import type { SessionKeys } from "./session-keys.ts";

/** What a cookie is for; one that was made for something else is not accepted. */
type Purpose = "session" | "sign-in";

export type Sealed = {
  /** The content as a JWE, with the time at which it was sealed. */
  readonly seal: (purpose: Purpose, content: object) => Promise<string>;
  /** The content, and when it was sealed; undefined for whatever we did not seal ourselves for this purpose. */
  readonly open: (
    purpose: Purpose,
    cookie: string,
  ) => Promise<{ readonly content: unknown; readonly sealedAt: Date } | undefined>;
};

/** Seals what the browser keeps for us: nobody else can read it, change it, or use it for another purpose. */
export function createSealed({ keys, clock }: { keys: SessionKeys; clock: Clock }): Sealed {
  return {
    seal: async (purpose, content) => {
      const { day, secret } = await keys.current();
      return new EncryptJWT({ content })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: day })
        .setAudience(purpose)
        .setIssuedAt(clock.now())
        .encrypt(secret);
    },
    open: async (purpose, cookie) => {
      try {
        const { payload } = await jwtDecrypt(cookie, ({ kid }) => secretOf(String(kid), keys), {
          audience: purpose,
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
          currentDate: clock.now(),
        });
        return { content: payload["content"], sealedAt: new Date(Number(payload.iat) * 1000) };
      } catch (error) {
        if (error instanceof JOSEError) return undefined;
        throw error;
      }
    },
  };
}

async function secretOf(day: string, keys: SessionKeys): Promise<Uint8Array> {
  const key = await keys.byDay(day);
  if (key) return key.secret;
  throw new JWEInvalid("sealed with no key of ours");
}
