import * as z from "zod";

/** Anything that becomes a path segment or a part of a key; never `.` or `..`, which mean another place. */
export const identifier = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/, "expected 1 to 64 characters of A-Z a-z 0-9 . _ -");

export const serial = identifier.meta({ description: "A device's serial" });
export const incidentRef = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: "The force's own incident reference" });
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hexadecimal digits");
export const reasonText = z.string().trim().min(1).max(2000);

/** Stored as it came and never judged. At most 4 KB as JSON. */
export const vendor = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= 4096,
    "expected at most 4 KB of JSON",
  )
  .meta({ description: "Whatever the vendor adds: stored, never judged" });

export const latitude = z.number().min(-90).max(90);
export const longitude = z.number().min(-180).max(180);
