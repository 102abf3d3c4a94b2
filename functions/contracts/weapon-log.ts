import * as z from "zod";
import { incidentRef, latitude, longitude, serial, vendor } from "./identifiers.ts";
import { deviceClock, timestampOrLocal, utcTimestamp } from "./time.ts";

export const weaponEventType = z.enum([
  "armed",
  "safe",
  "trigger",
  "arc",
  "unholster",
  "holster",
  "test",
  "battery",
  "usb",
  "time-sync",
  "power-save",
  "other",
]);

export const cartridgeKind = z.enum(["live", "training", "inert", "halt", "none", "unknown"]);

const cartridge = z.strictObject({
  serial: z.string().min(1).max(64).optional(),
  kind: cartridgeKind.default("unknown"),
  deployed: z.boolean().default(true),
});

/** One row of a weapon's memory, as the weapon wrote it. `at` is the weapon's own time. */
export const weaponEvent = z
  .strictObject({
    seq: z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
    at: timestampOrLocal,
    type: weaponEventType,
    durationSeconds: z.number().min(0).max(3600).optional(),
    batteryPercent: z.number().min(0).max(100).optional(),
    location: z
      .strictObject({
        lat: latitude,
        lon: longitude,
        accuracyMetres: z.number().min(0).max(100_000).optional(),
      })
      .optional(),
    cartridge: cartridge.optional(),
  })
  .refine((event) => event.type !== "trigger" || event.durationSeconds !== undefined, {
    path: ["durationSeconds"],
    error: "expected the seconds of the cycle: a trigger row needs them",
  });
export type WeaponEvent = z.infer<typeof weaponEvent>;

/** `POST /v1/weapon-logs`: one download. */
export const weaponLog = z.strictObject({
  weapon: z.strictObject({ serial, model: z.string().min(1).max(100) }),
  drill: z.boolean().default(false),
  clock: deviceClock.optional(),
  incidentRef: incidentRef.optional(),
  events: z.array(weaponEvent).min(1).max(20_000),
  vendor: vendor.optional(),
});
export type WeaponLog = z.infer<typeof weaponLog>;

/** The download that a row is judged by: of those it came in, the one with the earliest gateway clock. */
export const delivery = z.strictObject({
  logId: z.string(),
  receivedAt: utcTimestamp,
  deliveredBy: z.string(),
  model: z.string(),
  drill: z.boolean(),
  clock: deviceClock.optional(),
  incidentRef: incidentRef.optional(),
});
export type Delivery = z.infer<typeof delivery>;

/** A row as it is kept: the first content stands, others are kept beside it. */
export const weaponRow = z.strictObject({
  weaponSerial: serial,
  event: weaponEvent,
  delivery,
  /** The incident references of all downloads that held this content, sorted; absent when none had one. */
  incidentRefs: z.array(incidentRef).optional(),
  /** When the row was first received, whatever delivery it is judged by. */
  firstReceivedAt: utcTimestamp,
  conflicts: z.array(weaponEvent),
});
export type WeaponRow = z.infer<typeof weaponRow>;
