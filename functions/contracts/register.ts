import * as z from "zod";
import { identifier, serial } from "./identifiers.ts";
import { timestampOrLocal, utcTimestamp } from "./time.ts";

export const publicKeyJwk = z
  .strictObject({
    kty: z.literal("OKP"),
    crv: z.literal("Ed25519"),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "expected 32 bytes in base64url"),
    kid: z.string().max(200).optional(),
    use: z.literal("sig").optional(),
    alg: z.enum(["EdDSA", "Ed25519"]).optional(),
  })
  .meta({ description: "An Ed25519 public key (RFC 8037)" });
export type PublicKeyJwk = z.infer<typeof publicKeyJwk>;

export const deviceKind = z.enum(["weapon", "camera", "gateway"]);

/** `PUT /v1/devices/{serial}`. */
export const deviceRegistration = z.strictObject({
  kind: deviceKind,
  model: z.string().min(1).max(100),
  status: z.enum(["active", "revoked"]),
  publicKeys: z.array(publicKeyJwk).max(2).optional(),
});
export const device = deviceRegistration.extend({ serial });
export type Device = z.infer<typeof device>;

/** `PUT /v1/officers/{officerId}`. `supervisor` is another officer's id. */
export const officerRegistration = z.strictObject({
  collarNumber: z.string().min(1).max(20),
  team: z.string().min(1).max(100),
  borough: z.string().min(1).max(100),
  supervisor: identifier.optional(),
  taserTrained: z.boolean(),
  cameraIssued: z.boolean(),
  cameraNotIssuedReason: z.string().min(1).max(500).optional(),
});
export const officer = officerRegistration.extend({ officerId: identifier });
export type Officer = z.infer<typeof officer>;

/** Who carries which device, [from, to). */
export const bookingRequest = z.strictObject({
  deviceSerial: serial,
  officerId: identifier,
  from: timestampOrLocal,
  to: timestampOrLocal.optional(),
  singleCrewed: z.boolean().optional(),
});
export type BookingRequest = z.infer<typeof bookingRequest>;

/**
 * A booking as it is kept, its times in UTC. Open bookings end where the device's next begins. A local time that autumn
 * repeats can mean two instants: `from` is the earlier and `to` the later, `fromAlso` and `toAlso` are the others.
 */
export const booking = bookingRequest.extend({
  from: utcTimestamp,
  to: utcTimestamp.optional(),
  fromAlso: utcTimestamp.optional(),
  toAlso: utcTimestamp.optional(),
});
export type Booking = z.infer<typeof booking>;

/** That an officer is out with a Taser and without a working camera. */
export const kitGap = z.strictObject({
  weaponSerial: serial,
  /** When the weapon's booking began. */
  from: utcTimestamp,
  singleCrewed: z.boolean(),
  /** Cameras that the officer has, none of which works. */
  cameras: z.array(z.strictObject({ serial, why: z.enum(["REVOKED", "UNREGISTERED", "FAULTY"]) })),
});
export type KitGap = z.infer<typeof kitGap>;

/** What was found at the last look at an officer's kit, and when to look again. */
export const kitCheck = z.strictObject({
  officerId: identifier,
  lookAt: utcTimestamp.optional(),
  gap: kitGap.optional(),
});
export type KitCheck = z.infer<typeof kitCheck>;
