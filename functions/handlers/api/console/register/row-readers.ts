import * as z from "zod";
import { identifier, serial } from "#contracts/identifiers.ts";
import {
  type Booking,
  type BookingRequest,
  type Device,
  deviceKind,
  deviceRegistration,
  type Officer,
  officerRegistration,
  publicKeyJwk,
} from "#contracts/register.ts";
import { timestampOrLocal } from "#contracts/time.ts";
import type { DeviceRow } from "#use-cases/register/plan-devices.ts";
import type { OfficerRow } from "#use-cases/register/plan-officers.ts";
import { faultOfKey } from "#use-cases/register/public-keys.ts";
import { bookingInUtc } from "#use-cases/register/register-bookings.ts";
import type { RowReader } from "./csv-rows.ts";

const YES_OR_NO = "expected yes or no";
/** Spreadsheets turn `true` into their own word for it; `yes` stays. */
const yesOrNo = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.enum(["yes", "no", "true", "false"], { error: YES_OR_NO }))
  .transform((text) => text === "yes" || text === "true");
/** Codes have no blanks in them and no capitals: what a person or a spreadsheet added is no part of them. */
const tidied = <Schema extends z.ZodType<string, string>>(schema: Schema) => z.string().trim().pipe(schema);
const code = <Schema extends z.ZodType<string, string>>(schema: Schema) =>
  z.string().trim().toLowerCase().pipe(schema);

const x = tidied(publicKeyJwk.shape.x).nullish();
const deviceLine = z
  .object({
    serial: tidied(serial),
    kind: code(deviceKind as unknown as z.ZodType<Device["kind"], string>),
    model: deviceRegistration.shape.model,
    status: code(deviceRegistration.shape.status as unknown as z.ZodType<Device["status"], string>),
    publicKey1: x,
    publicKey2: x,
  })
  .transform(({ publicKey1, publicKey2, ...fields }): DeviceRow => {
    const keys = [publicKey1, publicKey2].filter((key) => typeof key === "string");
    // Both empty says nothing of keys: a spreadsheet that lost two columns must not take a device off the air.
    return keys.length === 0 ? fields : { ...fields, publicKeys: keys };
  });

/** Reads lists of devices. Keys that stand in two lines belong to neither. */
export function deviceReader(): RowReader<DeviceRow> {
  const holders = new Map<string, string>();
  return {
    required: ["serial", "kind", "model", "status"],
    optional: ["publicKey1", "publicKey2"],
    schema: deviceLine,
    keyOf: (row) => row.serial,
    keyColumn: "serial",
    check: (row) =>
      (row.publicKeys ?? []).flatMap((key, index) => {
        const holder = holders.get(key);
        holders.set(key, row.serial);
        const weak = faultOfKey({ kty: "OKP", crv: "Ed25519", x: key });
        const detail =
          weak ?? (holder === undefined ? undefined : `the same as that of ${holder}: make a new key pair`);
        return detail ? [{ column: `publicKey${index + 1}`, detail }] : [];
      }),
  };
}

const { collarNumber, team, borough, cameraNotIssuedReason } = officerRegistration.shape;
const officerLine = z.object({
  officerId: tidied(identifier),
  collarNumber,
  team,
  borough,
  supervisor: tidied(identifier).nullish(),
  taserTrained: yesOrNo,
  cameraIssued: yesOrNo,
  cameraNotIssuedReason: cameraNotIssuedReason.nullable(),
});

export const officerReader: RowReader<OfficerRow> = {
  required: ["officerId", "collarNumber", "team", "borough", "taserTrained", "cameraIssued"],
  optional: ["supervisor", "cameraNotIssuedReason"],
  schema: officerLine,
  keyOf: (row) => row.officerId,
  keyColumn: "officerId",
};

/** A booking as it was told, and in UTC. */
export type BookingRow = { readonly request: BookingRequest; readonly booking: Booking };

/** Reads lists of bookings; a local time is taken in the force's zone. */
export function bookingReader(timeZone: string): RowReader<BookingRow> {
  const time = tidied(timestampOrLocal);
  const schema = z
    .object({
      deviceSerial: tidied(serial),
      officerId: tidied(identifier),
      from: time,
      to: time.nullish(),
      singleCrewed: yesOrNo.nullish(),
    })
    .transform(({ to, singleCrewed, ...rest }, context): BookingRow => {
      const request = {
        ...rest,
        ...(typeof to === "string" ? { to } : {}),
        ...(typeof singleCrewed === "boolean" ? { singleCrewed } : {}),
      };
      const booking = bookingInUtc(request, timeZone, (field, detail) => {
        context.addIssue({ code: "custom", path: [field], message: detail });
      });
      return { request, booking };
    });
  return {
    required: ["deviceSerial", "officerId", "from"],
    optional: ["to", "singleCrewed"],
    schema,
    keyOf: ({ booking }) => `${booking.deviceSerial} ${booking.officerId} ${booking.from}`,
    keyColumn: "from",
  };
}

type Cells = Readonly<Record<string, string>>;
const yesNo = (value: boolean | undefined): string => (value === undefined ? "" : value ? "yes" : "no");

/** An entry as the line of an export that says the same. */
export const cellsOf = {
  devices: ({ serial, kind, model, status, publicKeys }: Device): Cells => ({
    serial,
    kind,
    model,
    status,
    publicKey1: publicKeys?.[0]?.x ?? "",
    publicKey2: publicKeys?.[1]?.x ?? "",
  }),
  officers: (officer: Officer): Cells => ({
    officerId: officer.officerId,
    collarNumber: officer.collarNumber,
    team: officer.team,
    borough: officer.borough,
    supervisor: officer.supervisor ?? "",
    taserTrained: yesNo(officer.taserTrained),
    cameraIssued: yesNo(officer.cameraIssued),
    cameraNotIssuedReason: officer.cameraNotIssuedReason ?? "",
  }),
  /** A local time that autumn repeats is told as its first or last instant: the register knows the other. */
  bookings: ({ deviceSerial, officerId, from, to, singleCrewed }: Booking): Cells => ({
    deviceSerial,
    officerId,
    from,
    to: to ?? "",
    singleCrewed: yesNo(singleCrewed),
  }),
};
