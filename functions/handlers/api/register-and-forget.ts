import type { DeviceDirectory } from "#handlers/api/device-directory.ts";
import {
  type RegisterDevicesDeps,
  type RegisteredDevice,
  registerDevices,
} from "#use-cases/register/register-devices.ts";

/**
 * As `registerDevices`. What this process remembers of the devices is gone after it, also where it failed half-way: the
 * register may have changed by then.
 */
export async function registerAndForget(
  input: Parameters<typeof registerDevices>[0],
  deps: RegisterDevicesDeps & { readonly directory: Pick<DeviceDirectory, "forget"> },
): Promise<readonly RegisteredDevice[]> {
  try {
    return await registerDevices(input, deps);
  } finally {
    for (const { serial } of input.devices) deps.directory.forget(serial);
  }
}
