import * as z from "zod";
import type { InvalidInputError } from "#contracts/errors.ts";
import { identifier, serial } from "#contracts/identifiers.ts";
import {
  type BookingRequest,
  bookingRequest,
  type Device,
  device,
  type Officer,
  officer,
  publicKeyJwk,
} from "#contracts/register.ts";
import type { Fields } from "#handlers/api/console/frame/form.ts";
import type { FieldProblem } from "#handlers/api/console/incident/acts.ts";
import { fieldErrors } from "#handlers/api/field-errors.ts";
import { deviceAfter } from "#use-cases/register/plan-devices.ts";
import { labels } from "./entry-fields.ts";
import { plainDetail } from "./plain-detail.ts";

/** What a form of the register says, or what must be changed in it. */
export type ReadEntry<Entry> = { readonly entry: Entry } | { readonly problems: readonly FieldProblem[] };

/** An empty field of a form says nothing. */
function said(fields: Fields, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = fields[name] ?? "";
      return text === "" ? [] : [[name, text]];
    }),
  );
}

const yesOrNo = z
  .enum(["yes", "no"], { error: "expected yes or no" })
  .transform((answer) => answer === "yes");

function readBy<Entry>(schema: z.ZodType<Entry>, fields: Fields, names: readonly string[]): ReadEntry<Entry> {
  const parsed = schema.safeParse(said(fields, names));
  if (parsed.success) return { entry: parsed.data };
  return {
    problems: fieldErrors(parsed.error).map(({ pointer, detail }) => problemAt(pointer, detail)),
  };
}

function problemAt(pointer: string, detail: string): FieldProblem {
  const [, name = "", index] = pointer.split("/");
  const field = name === "publicKeys" ? `publicKey${Number(index) + 1}` : name;
  const label = Object.entries(labels).find(([each]) => each === field)?.[1];
  return {
    field,
    detail: label ? `${label.replace(" (optional)", "")}: ${plainDetail(detail)}` : plainDetail(detail),
  };
}

/** The fields that a use case refused. */
export function problemsOf({ fields, message }: InvalidInputError): readonly FieldProblem[] {
  return fields.length === 0
    ? [{ field: "main", detail: message }]
    : fields.map(({ pointer, detail }) => problemAt(pointer, detail));
}

const deviceForm = device.omit({ publicKeys: true }).extend({
  publicKey1: publicKeyJwk.shape.x.optional(),
  publicKey2: publicKeyJwk.shape.x.optional(),
});

/** A device as its form says, with what was said before of keys that it keeps. */
export function readDeviceForm(fields: Fields, known: Device | undefined): ReadEntry<Device> {
  const read = readBy(deviceForm, fields, ["serial", "kind", "model", "status", "publicKey1", "publicKey2"]);
  if ("problems" in read) return read;
  const { publicKey1, publicKey2, ...rest } = read.entry;
  const publicKeys = [publicKey1, publicKey2].filter((x) => x !== undefined);
  return { entry: deviceAfter({ ...rest, publicKeys }, known) };
}

const officerForm = officer.extend({ taserTrained: yesOrNo, cameraIssued: yesOrNo });

export function readOfficerForm(fields: Fields): ReadEntry<Officer> {
  return readBy(officerForm, fields, Object.keys(officerForm.shape));
}

const bookingForm = bookingRequest.extend({ singleCrewed: yesOrNo.optional() });

export function readBookingForm(fields: Fields): ReadEntry<BookingRequest> {
  return readBy(bookingForm, fields, Object.keys(bookingForm.shape));
}

/** A serial or an id in an address; undefined for what can be none. */
export const serialIn = (text: string | undefined): string | undefined => serial.safeParse(text).data;
export const identifierIn = (text: string | undefined): string | undefined => identifier.safeParse(text).data;
