import * as z from "zod";

/**
 * zod's own pattern takes upper-case letters alone; RFC 3339 (§5.6) lets `t` and `z` be lower-case too. What is
 * taken is kept in upper case, so that one time has one form wherever it is compared or answered.
 */
function rfc3339(kinds: { readonly offset: true; readonly local?: true }, error: string) {
  const { source } = z.regexes.datetime(kinds);
  const pattern = new RegExp(source.replaceAll("T", "[Tt]").replaceAll("Z", "[Zz]"));
  return z.string().regex(pattern, error).toUpperCase();
}

/** RFC 3339 with an offset: `2026-11-21T21:03:10Z`, `2026-11-21T22:03:10.250+01:00`. */
export const timestamp = rfc3339(
  { offset: true },
  "expected an RFC 3339 time with an offset, such as 2026-11-21T21:03:10Z",
).meta({ description: "RFC 3339 with an offset", format: "date-time" });

/** As `timestamp`, or a local time without offset, which is taken in the force's zone. */
export const timestampOrLocal = rfc3339(
  { offset: true, local: true },
  "expected an RFC 3339 time, such as 2026-11-21T21:03:10Z, or a local time without offset",
).meta({ description: "RFC 3339 with an offset, or a local time in the force's zone" });

/** UTC with milliseconds and `Z`: the only form in which times are stored and answered. */
export const utcTimestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

export const deviceClock = z
  .strictObject({
    deviceClock: timestamp.optional(),
    gatewayClock: timestamp.optional(),
    lastSyncedAt: timestamp.optional(),
    unset: z.boolean().optional(),
  })
  .meta({ description: "What the device's clock said, and what the gateway's said at the same moment" });
export type DeviceClock = z.infer<typeof deviceClock>;
