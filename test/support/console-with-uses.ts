import { expect, vi } from "vitest";
import { createDeviceClient, createPersonClient } from "#infra/local/device-client.ts";
import type { LocalProcess } from "./local-process.ts";

/** The demonstration force's officer, who can sign in. */
export const OFFICER = "P-1001";
const WEAPON = "X12-CONSOLE";

export type UseWithoutVideo = { readonly at: string; readonly seq: number };

/** Reports discharges of one weapon of which there is no video, and waits until each has been alerted. */
export async function reportUses(
  { access }: LocalProcess,
  uses: readonly UseWithoutVideo[],
  incidentRef?: string,
): Promise<readonly string[]> {
  const admin = createPersonClient(access.baseUrl, access.tokens.admin);
  const gateway = createDeviceClient(access.baseUrl, access.gateway);
  await admin.put(`/v1/devices/${WEAPON}`, { kind: "weapon", model: "TASER 7", status: "active" });
  const span = { from: "2026-03-01T20:00:00Z", to: "2026-03-02T06:00:00Z" };
  await gateway.post("/v1/bookings", { deviceSerial: WEAPON, officerId: OFFICER, ...span });
  const events = uses.map(({ at, seq }) => ({
    seq,
    at,
    type: "trigger",
    durationSeconds: 5,
    cartridge: { kind: "live" },
  }));
  const log = await gateway.post("/v1/weapon-logs", {
    weapon: { serial: WEAPON, model: "TASER 7" },
    events,
    ...(incidentRef ? { incidentRef } : {}),
  });
  const { incidents } = log.body as { incidents: readonly { incidentId: string }[] };
  await vi.waitFor(
    async () => {
      const inbox = await (await fetch(`${access.baseUrl}/local/inbox`)).text();
      expect(inbox.split("without video").length).toBeGreaterThan(uses.length);
    },
    { timeout: 20_000, interval: 200 },
  );
  return incidents.map(({ incidentId }) => incidentId);
}
