import type { Device, PublicKeyJwk } from "#contracts/register.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach } from "#records/stored.ts";
import { type PlannedLine, planLine, type ToldLine } from "./planned-line.ts";
import { thumbprintOf } from "./public-keys.ts";
import { keyTaken } from "./register-devices.ts";

export type PlanDevicesDeps = { readonly register: Pick<RegisterRecords, "readDevice" | "holderOfKey"> };

/** A line about a device. Without keys it leaves those alone that the device holds. */
export type DeviceRow = Omit<Device, "publicKeys"> & { readonly publicKeys?: readonly string[] };

/** What a list of devices will do to the register. Nothing is written. */
export async function planDevices(
  told: readonly ToldLine<DeviceRow>[],
  deps: PlanDevicesDeps,
): Promise<readonly PlannedLine<Device>[]> {
  return onEach(told, async ({ line, row }) => {
    const known = await deps.register.readDevice(row.serial);
    const entry = deviceAfter(row, known);
    const taken = await holderOfAnyKey(entry, deps);
    const why = taken === undefined ? undefined : keyTaken(row.serial, taken);
    return planLine({ line, known, entry, why });
  });
}

/** A key that the device holds stays the very key that was registered, with all that was said of it. */
export function deviceAfter(row: DeviceRow, known: Device | undefined): Device {
  const { publicKeys: told, ...fields } = row;
  const held = known?.publicKeys;
  if (told === undefined) return { ...fields, ...(held ? { publicKeys: held } : {}) };
  const keyOf = (x: string): PublicKeyJwk =>
    held?.find((key) => key.x === x) ?? { kty: "OKP", crv: "Ed25519", x };
  if (told.length === 0 && held === undefined) return fields;
  return { ...fields, publicKeys: told.map(keyOf) };
}

async function holderOfAnyKey(entry: Device, { register }: PlanDevicesDeps): Promise<string | undefined> {
  const holders = await onEach(entry.publicKeys ?? [], (key) => register.holderOfKey(thumbprintOf(key)));
  return holders.find((holder) => holder !== undefined && holder !== entry.serial);
}
