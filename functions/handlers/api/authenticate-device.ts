import { identifier } from "#contracts/identifiers.ts";
import type { Device } from "#contracts/register.ts";
import type { Clock } from "#ports/clock.ts";
import type { Log } from "#ports/log.ts";
import type { NonceRecords } from "#records/nonce-records.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { ProblemError } from "./problem.ts";
import {
  digestMatches,
  type RequestSignature,
  readRequestSignature,
  SignatureFormError,
  type SignedRequest,
  verifiesWith,
} from "./request-signature.ts";

/** A device that proved to hold its key. */
export type DeviceCaller = {
  readonly type: "device";
  readonly serial: string;
  readonly kind: Device["kind"];
};

export type DeviceAuthenticationDeps = {
  readonly directory: DeviceDirectory;
  readonly nonces: Pick<NonceRecords, "useOnce">;
  readonly clock: Clock;
  readonly log: Log;
};

/** How far `created` may lie from our clock, either way. */
const CREATED_WITHIN_SECONDS = 300;
/** A nonce is kept until no clock of ours takes the signature that carries it: so far may two of them differ. */
const CLOCKS_DIFFER_SECONDS = 60;

const REJECTED =
  "The signature is not one of an active, registered device over this request. Check that the serial in keyid is registered and active, that the key is the registered one, and that method, path and body are signed as they are sent.";

/**
 * Who signed the request. Throws a 401 problem for anything else than a fresh, exact signature of an active
 * device; what was wrong with the key is told to the log alone, so that nobody can probe for serials.
 * The nonce is spent last, by a valid signature only: nobody can burn a device's nonces.
 */
export async function authenticateDevice(
  request: SignedRequest,
  deps: DeviceAuthenticationDeps,
): Promise<DeviceCaller> {
  const refuse = (code: string, problem: ProblemError, keyId?: string): never => {
    const deviceSerial = identifier.safeParse(keyId).data;
    deps.log.warn("security.signature-refused", { code, deviceSerial });
    throw problem;
  };

  const signature = readForm(request, (reason) =>
    refuse("malformed", new ProblemError("signature-malformed", `${reason}.`)),
  );
  const { keyId } = signature;
  checkCreated(signature, deps.clock.now(), (problem) => refuse("created", problem, keyId));

  const known = identifier.safeParse(keyId).success ? await deps.directory.find(keyId) : undefined;
  const rejected = (code: string): never =>
    refuse(code, new ProblemError("signature-rejected", REJECTED), keyId);
  if (!known) return rejected("unknown");
  if (known.device.status !== "active") return rejected("revoked");
  const verified = await Promise.all(known.keys.map((key) => verifiesWith(key, request, signature)));
  if (!verified.includes(true)) return rejected("wrong");

  if (request.body.length > 0 && !digestMatches(request.headers.get("content-digest"), request.body)) {
    const detail = "Content-Digest does not name the SHA-256 of the body as it arrived: send it again.";
    return refuse("digest", new ProblemError("content-digest-mismatch", detail), keyId);
  }
  const expiresAt = signature.created + CREATED_WITHIN_SECONDS + CLOCKS_DIFFER_SECONDS;
  if (!(await deps.nonces.useOnce(keyId, signature.nonce, expiresAt))) {
    const detail = "This nonce was used before: sign the request again with a new one.";
    return refuse("replayed", new ProblemError("signature-replayed", detail), keyId);
  }
  return { type: "device", serial: keyId, kind: known.device.kind };
}

function readForm(request: SignedRequest, refuse: (reason: string) => never): RequestSignature {
  try {
    return readRequestSignature(request);
  } catch (error) {
    if (error instanceof SignatureFormError) return refuse(error.message);
    throw error;
  }
}

function checkCreated(
  signature: RequestSignature,
  now: Date,
  refuse: (problem: ProblemError) => never,
): void {
  const nowSeconds = now.getTime() / 1000;
  const isNear = Math.abs(signature.created - nowSeconds) <= CREATED_WITHIN_SECONDS;
  if (isNear && nowSeconds < (signature.expires ?? Number.POSITIVE_INFINITY)) return;
  const detail = isNear
    ? "`expires` is past: set the clock by `now` (or GET /v1/time) and sign again."
    : `\`created\` is more than ${CREATED_WITHIN_SECONDS} s from our time: set the clock by \`now\` (or GET /v1/time) and sign again.`;
  refuse(new ProblemError("signature-created", detail, { now: now.toISOString() }));
}
