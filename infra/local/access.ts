import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { DeviceKey } from "#infra/device/sign-request.ts";
import type { LocalIssuer } from "./issuer.ts";
import { LOCAL_GATEWAY, type LocalPersonKey, localPeople } from "./people.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

/** `<data>/access.json`: what a script needs to act as these people and as one registered gateway. */
export type Access = {
  readonly baseUrl: string;
  readonly tokens: Readonly<Record<LocalPersonKey, string>>;
  readonly people: Readonly<Record<LocalPersonKey, { readonly officerId: string }>>;
  readonly gateway: DeviceKey;
};

const personKeys = Object.keys(localPeople) as readonly LocalPersonKey[];

function byPerson<T>(entries: readonly (readonly [LocalPersonKey, T])[]): Record<LocalPersonKey, T> {
  return Object.fromEntries(entries) as Record<LocalPersonKey, T>;
}

/** The gateway's key outlives a restart, because the register knows its public half. */
async function loadGatewayKey(dataFolder: string): Promise<JWK> {
  const file = join(dataFolder, "gateway-key.json");
  const kept = readPrivateFile(file);
  if (kept !== undefined) return JSON.parse(kept) as JWK;
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(privateKey);
  writePrivateFile(file, JSON.stringify(jwk));
  return jwk;
}

/** New tokens for everybody, and the keys that were there before. `baseUrl` has no slash at its end. */
export async function createAccess(
  dataFolder: string,
  issuer: LocalIssuer,
  baseUrl: string,
  now: Date,
): Promise<Access> {
  const tokens = await Promise.all(
    personKeys.map(async (key) => [key, await issuer.tokenFor(localPeople[key], now)] as const),
  );
  return {
    baseUrl,
    tokens: byPerson(tokens),
    people: byPerson(personKeys.map((key) => [key, { officerId: localPeople[key].officerId }] as const)),
    gateway: { keyId: LOCAL_GATEWAY, privateKeyJwk: await loadGatewayKey(dataFolder) },
  };
}

export function writeAccess(dataFolder: string, access: Access): string {
  const file = join(dataFolder, "access.json");
  writePrivateFile(file, `${JSON.stringify(access, undefined, 2)}\n`);
  return file;
}
