import type { LineResult } from "#contracts/answers.ts";
import { ConflictError, type FieldError, InvalidInputError } from "#contracts/errors.ts";
import type { Device } from "#contracts/register.ts";
import { SETTLED_MS } from "#domain/notices/kit-gap.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sameContent, sortedUnique } from "#records/stored.ts";
import { type LookAgainDeps, lookAgainForDevice } from "./look-again.ts";
import { faultOfKey, thumbprintOf } from "./public-keys.ts";
import { deviceLog } from "./register-log.ts";
import { type ReplaceEntryDeps, replaceEntry, type WhoAndWhatSeen } from "./replace-entry.ts";

export type RegisterDevicesDeps = LookAgainDeps &
  ReplaceEntryDeps & {
    readonly register: Pick<RegisterRecords, "readDevice" | "putDevice" | "lastBookingsOfDevice">;
    readonly kit: Pick<KitRecords, "askForLook">;
  };
export type RegisteredDevice = { readonly result: LineResult; readonly device: Device };

/**
 * Registers devices, or with `replace` puts them in the place of what is registered, and looks again at what they
 * sent before. All lines are checked before the first is stored; results are in their order. Each change stands in the
 * device's own custody log.
 *
 * Throws `InvalidInputError` (weak keys, a serial twice) and `ConflictError` (a key of another serial; without
 * `replace`, a serial with other content; `OvertakenError`, an entry that is no longer as it was seen).
 */
export async function registerDevices(
  input: WhoAndWhatSeen & {
    readonly devices: readonly Device[];
    readonly replace: boolean;
    /** Where the lines stand in the body: `""` for a single one. */
    readonly pointerOf: (line: number) => string;
  },
  deps: RegisterDevicesDeps,
): Promise<readonly RegisteredDevice[]> {
  const faults = input.devices.flatMap((device, line) => faultsOf(device, input.pointerOf(line)));
  const twice = repeatedLines(
    input.devices.map(({ serial }) => serial),
    (line) => `${input.pointerOf(line)}/serial`,
  );
  if (faults.length + twice.length > 0) {
    throw new InvalidInputError("Nothing was registered: change the lines named in `errors`.", [
      ...faults,
      ...twice,
    ]);
  }
  if (!input.replace) await refuseChanges(input.devices, deps);

  const registered = await onEach(input.devices, async (device, line) => ({
    result: await register(device, { by: input.by, seen: input.seen?.(line) }, deps),
    device,
  }));
  await onEach(registered, (line) => askForKitCheck(line, deps));
  await onEach(input.devices, (device) => lookAgainForDevice(device, deps));
  return registered;
}

/** As many as may hold one device at once. */
const HOLDERS = 5;

/** Whoever carries it now may have lost a working camera by this, or have got one. */
async function askForKitCheck(
  { device: { serial }, result }: RegisteredDevice,
  deps: RegisterDevicesDeps,
): Promise<void> {
  const now = deps.clock.now();
  const at = new Date(now.getTime() + SETTLED_MS).toISOString();
  const last = await deps.register.lastBookingsOfDevice(serial, `${now.toISOString()}~`, HOLDERS);
  const holders = last.filter(({ to }) => to === undefined || to > now.toISOString());
  await onEach(sortedUnique(holders.map(({ officerId }) => officerId)), (officerId) =>
    deps.kit.askForLook(officerId, { at, ...(result === "unchanged" ? {} : { settled: at }) }),
  );
}

async function register(
  device: Device,
  { by, seen }: { readonly by: string; readonly seen: string | undefined },
  deps: RegisterDevicesDeps,
): Promise<LineResult> {
  const log = deviceLog(device.serial);
  const outcome = await replaceEntry(
    {
      log,
      entry: device,
      by,
      seen,
      read: () => deps.register.readDevice(device.serial),
      put: async (mayReplace) => {
        const put = await deps.register.putDevice(
          device,
          (device.publicKeys ?? []).map(thumbprintOf),
          mayReplace,
        );
        if (put.outcome !== "key-taken") return put.outcome;
        const at = deps.clock.now().toISOString();
        const what = `was refused that: a key of it belongs to ${put.serial}`;
        await deps.custody.append(log, { at, who: by, what });
        throw new ConflictError(keyTaken(device.serial, put.serial));
      },
    },
    deps,
  );
  return outcome === "same" ? "unchanged" : outcome;
}

/** What to do about a key that another serial holds. */
export function keyTaken(serial: string, holder: string): string {
  return `A public key of ${serial} belongs to ${holder}: a key belongs to one serial. Make a new key pair.`;
}

async function refuseChanges(devices: readonly Device[], deps: RegisterDevicesDeps): Promise<void> {
  for (const device of devices) {
    const known = await deps.register.readDevice(device.serial);
    if (known && !sameContent(known, device)) {
      throw new ConflictError(
        `${device.serial} is registered with other content. Replace it with PUT /v1/devices/${device.serial}; nothing was registered.`,
      );
    }
  }
}

function faultsOf(device: Device, pointer: string): FieldError[] {
  return (device.publicKeys ?? []).flatMap((jwk, index) => {
    const detail = faultOfKey(jwk);
    return detail ? [{ pointer: `${pointer}/publicKeys/${index}/x`, detail }] : [];
  });
}

/** Lines whose key stands in an earlier line too. */
export function repeatedLines(keys: readonly string[], pointerOf: (line: number) => string): FieldError[] {
  return keys.flatMap((key, line) => {
    const first = keys.indexOf(key);
    return first < line
      ? [{ pointer: pointerOf(line), detail: `the same as line ${first}: send each once` }]
      : [];
  });
}
