import * as z from "zod";
import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type Device, device } from "#contracts/register.ts";
import type { Records, RecordWrite, StoredRecord } from "#ports/records.ts";
import { deviceKey, idOf, publicKeyKey } from "./keys.ts";
import { type Page, readPage } from "./pages.ts";
import { asData, parseReadable, parseStored, type Readable, sameContent, WRITERS_AT_ONCE } from "./stored.ts";

const DEVICES = "DEVICES";

/** The device, the keys that it holds and those that it is about to give back (RFC 7638 thumbprints). */
const deviceItem = z.strictObject({
  record: device,
  thumbprints: z.array(z.string()),
  releasing: z.array(z.string()),
});
/** Whose key it is. */
const keyItem = z.object({ serial: z.string() });
type DeviceItem = z.infer<typeof deviceItem>;

const parseItem = (stored: StoredRecord): DeviceItem => parseStored(deviceItem, stored);

const writeOf = (item: DeviceItem): RecordWrite => ({
  ...deviceKey(item.record.serial),
  data: asData(item),
  byTime: { list: DEVICES, order: item.record.serial },
});

export type PutDeviceResult =
  | { readonly outcome: "created" | "changed" | "same" | "overtaken" }
  /** Another serial holds this key; nothing was registered. */
  | { readonly outcome: "key-taken"; readonly thumbprint: string; readonly serial: string };

/** Weapons, cameras and gateways. A public key belongs to one serial. */
export const createDeviceRecords = (records: Records) => {
  const readDevice = async (serial: string): Promise<Device | undefined> => {
    const stored = await records.get(deviceKey(serial));
    return stored && parseItem(stored).record;
  };

  /** The serial that holds the key; it is claimed for `serial` when nobody does. */
  const claimKey = async (thumbprint: string, serial: string): Promise<string> => {
    const key = publicKeyKey(thumbprint);
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      if ((await records.put({ ...key, data: { serial } }, "absent")).written) {
        return serial;
      }
      const holder = await records.get(key);
      if (holder !== undefined) {
        return parseStored(keyItem, holder).serial;
      }
    }
    throw new ConcurrentWriteError("The key is being registered by others.");
  };

  /** Gives back keys that the device, as it is now, does not hold. */
  const releaseKeys = async (thumbprints: readonly string[], serial: string): Promise<void> => {
    const current = await records.get(deviceKey(serial));
    const held = current === undefined ? [] : parseItem(current).thumbprints;
    for (const thumbprint of thumbprints.filter((candidate) => !held.includes(candidate))) {
      const holder = await records.get(publicKeyKey(thumbprint));
      if (holder?.data["serial"] === serial) {
        await records.remove(publicKeyKey(thumbprint), { revision: holder.revision });
      }
    }
  };

  const writeDevice = async (
    record: Device,
    thumbprints: readonly string[],
    mayReplace: (known: Device | undefined) => boolean,
  ): Promise<"created" | "changed" | "same" | "overtaken"> => {
    for (let attempt = 0; attempt < WRITERS_AT_ONCE; attempt += 1) {
      const stored = await records.get(deviceKey(record.serial));
      const before = stored && parseItem(stored);
      if (!mayReplace(before?.record)) {
        await releaseKeys(thumbprints, record.serial);
        return "overtaken";
      }
      // Named in the item, so that a repeated call gives them back when this one dies in between.
      const releasing = [...(before?.thumbprints ?? []), ...(before?.releasing ?? [])].filter(
        (thumbprint) => !thumbprints.includes(thumbprint),
      );
      const item = { record, thumbprints: [...thumbprints], releasing: [...new Set(releasing)] };
      const same = before !== undefined && sameContent(before, item);
      const condition = stored === undefined ? "absent" : { revision: stored.revision };
      if (same || (await records.put(writeOf(item), condition)).written) {
        await releaseKeys(item.releasing, record.serial);
        if (before === undefined) {
          return "created";
        }
        return sameContent(before.record, record) ? "same" : "changed";
      }
    }
    throw new ConcurrentWriteError(`Device ${record.serial} is being written by others.`);
  };

  /**
   * Registers the device, or replaces what is registered. `thumbprints` are those of its public keys: each is
   * claimed before, and given back when the device no longer has it. `overtaken`: what is registered by now may not
   * be replaced; nothing was changed.
   */
  const putDevice = async (
    record: Device,
    thumbprints: readonly string[],
    mayReplace: (known: Device | undefined) => boolean = () => true,
  ): Promise<PutDeviceResult> => {
    const wanted = [...new Set(thumbprints)];
    for (const thumbprint of wanted) {
      const serial = await claimKey(thumbprint, record.serial);
      if (serial !== record.serial) {
        await releaseKeys(wanted, record.serial);
        return { outcome: "key-taken", thumbprint, serial };
      }
    }
    return { outcome: await writeDevice(record, wanted, mayReplace) };
  };

  /** The serial that a public key belongs to, by the key's thumbprint. */
  const holderOfKey = async (thumbprint: string): Promise<string | undefined> => {
    const holder = await records.get(publicKeyKey(thumbprint));
    return holder && parseStored(keyItem, holder).serial;
  };

  /** Ordered by serial. Eventually consistent: for pages. */
  const listDevices = async (query: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<Device> & Readable<Device>> => {
    const page = await readPage(records, { ...query, list: DEVICES, orderOf: idOf, descending: false });
    return { ...page, ...parseReadable(page.items, (stored) => parseItem(stored).record, idOf) };
  };

  return { readDevice, putDevice, holderOfKey, listDevices };
};
