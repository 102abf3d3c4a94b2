import type { Access } from "./access.ts";
import { createPersonClient } from "./device-client.ts";
import { firstOfficers } from "./people.ts";

/**
 * Registers, over the API, the gateway and the people of `access.json` as far as nobody has: a restart must
 * not undo what an admin has changed since, a revoked gateway for one.
 */
export async function registerFirst(access: Access): Promise<void> {
  const admin = createPersonClient(access.baseUrl, access.tokens.admin);
  const register = async (path: string, body: unknown) => {
    if ((await admin.get(path)).status === 200) return;
    const answer = await admin.put(path, body);
    if (answer.status !== 200 && answer.status !== 201) {
      throw new Error(`PUT ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
  };
  const { kty, crv, x } = access.gateway.privateKeyJwk;
  await register(`/v1/devices/${access.gateway.keyId}`, {
    kind: "gateway",
    model: "Witnessed local gateway",
    status: "active",
    publicKeys: [{ kty, crv, x }],
  });
  for (const { officerId, ...officer } of firstOfficers) await register(`/v1/officers/${officerId}`, officer);
}
