import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import type { deviceKind, deviceRegistration, PublicKeyJwk } from "#contracts/register.ts";
import { UsageError } from "./failures.ts";
import { reasonOf } from "./reason-of.ts";
import type { DeviceKey } from "./sign-request.ts";

const privateKeyJwk = z.looseObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  d: z.string(),
  /** The serial that the key was made for. */
  kid: z.string().optional(),
});

/** A key file as `enrol` writes it, or `access.json` of a local run, whose gateway then signs. */
const keyFile = z.union([
  privateKeyJwk.transform(({ kid, ...jwk }) => ({ keyId: kid, privateKeyJwk: jwk })),
  z.object({ gateway: z.object({ keyId: z.string(), privateKeyJwk }) }).transform(({ gateway }) => gateway),
]);

export type NewDevice = {
  readonly serial: string;
  readonly kind: z.infer<typeof deviceKind>;
  readonly model: string;
};

/** What an admin sends as `PUT /v1/devices/{serial}`. */
export type Registration = z.input<typeof deviceRegistration>;

/** A new Ed25519 key pair: the private half with the serial as `kid`, and what an admin registers. */
export function makeDeviceKey({ serial, kind, model }: NewDevice): {
  readonly privateKeyJwk: JsonWebKey;
  readonly registration: Registration;
} {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = privateKey.export({ format: "jwk" });
  const publicKey: PublicKeyJwk = { kty: "OKP", crv: "Ed25519", x: String(jwk.x) };
  return {
    privateKeyJwk: { ...jwk, kid: serial },
    registration: { kind, model, status: "active", publicKeys: [publicKey] },
  };
}

/** Writes the private key for its owner alone. A key that is there already is never overwritten: `UsageError`. */
export function writeNewKey(path: string, jwk: JsonWebKey): void {
  try {
    writeFileSync(path, `${JSON.stringify(jwk)}\n`, { mode: 0o600, flag: "wx", flush: true });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new UsageError(
      exists
        ? `${path} exists, and a key is never overwritten: name another file with --out.`
        : `${path} cannot be written (${reasonOf(error)}).`,
    );
  }
}

/** The key in a file, and the serial that it signs for unless another is named. Throws `UsageError`. */
export function readDeviceKey(path: string, keyId?: string): DeviceKey {
  const file = keyFile.safeParse(readJsonFile(path));
  if (!file.success) throw new UsageError(`${path} holds no private Ed25519 key as a JWK.`);
  const named = keyId ?? file.data.keyId;
  if (named === undefined) throw new UsageError(`${path} does not say whose key it is: give --key-id.`);
  return { keyId: named, privateKeyJwk: file.data.privateKeyJwk };
}

/** The JSON in a file. Throws `UsageError`. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path} cannot be read as JSON (${reasonOf(error)}).`);
  }
}
