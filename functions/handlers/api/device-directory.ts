import type { KeyObject } from "node:crypto";
import type { Device } from "#contracts/register.ts";
import type { Clock } from "#ports/clock.ts";
import { importPublicKey } from "./request-signature.ts";

type KnownDevice = { readonly device: Device; readonly keys: readonly KeyObject[] };

/** Finds registered devices, their keys ready for use. */
export type DeviceDirectory = {
  readonly find: (serial: string) => Promise<KnownDevice | undefined>;
  /** Forgets what it remembers of the device, so that a change counts at once where it was made. */
  readonly forget: (serial: string) => void;
};

/** Half of the 60 s within which a revocation must act everywhere. */
const REMEMBERED_MS = 30_000;
/** More devices than one instance serves in half a minute. */
const MOST_REMEMBERED = 500;

/**
 * Remembers registered devices for half a minute. Unknown serials are asked for each time, so that a new
 * registration counts at once.
 */
export function createDeviceDirectory(deps: {
  readonly loadDevice: (serial: string) => Promise<Device | undefined>;
  readonly clock: Clock;
}): DeviceDirectory {
  const remembered = new Map<string, { readonly known: KnownDevice; readonly until: number }>();
  return {
    find: async (serial) => {
      const now = deps.clock.now().getTime();
      const entry = remembered.get(serial);
      if (entry && now < entry.until) return entry.known;
      remembered.delete(serial);
      const device = await deps.loadDevice(serial);
      if (!device) return undefined;
      const known = { device, keys: (device.publicKeys ?? []).map(importPublicKey) };
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(serial, { known, until: now + REMEMBERED_MS });
      return known;
    },
    forget: (serial) => {
      remembered.delete(serial);
    },
  };
}
