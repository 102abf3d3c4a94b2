import type { DeviceDirectory } from "./device-directory.ts";
import { ProblemError } from "./problem.ts";
import type { Caller } from "./route.ts";

/** The serial of the device that signed. */
export function signerOf(caller: Caller): string {
  if (caller.type === "device") return caller.serial;
  throw new ProblemError("not-your-device", "Only a device may do this.");
}

/**
 * A gateway speaks for any device that is not revoked, registered or not; a device only for itself.
 * Throws a 403 problem otherwise.
 */
export async function checkSpeaksFor(
  caller: Caller,
  serial: string,
  directory: DeviceDirectory,
): Promise<void> {
  if (caller.type !== "device" || (caller.kind !== "gateway" && caller.serial !== serial)) {
    throw new ProblemError(
      "not-your-device",
      `A device speaks only for itself: ${serial} needs its own key, or a gateway.`,
    );
  }
  if (caller.serial === serial) return;
  const known = await directory.find(serial);
  if (known?.device.status === "revoked") {
    throw new ProblemError(
      "not-your-device",
      `${serial} is revoked: nobody may speak for it. Ask the force's admin.`,
    );
  }
}
