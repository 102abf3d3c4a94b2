import * as z from "zod";

/** RFC 3339 with an offset, to milliseconds at most: `2026-11-21T21:03:10Z`, `2026-11-21T22:03:10.250+01:00`. */
export const timestamp = z.iso
  .datetime({ offset: true, error: "expected an RFC 3339 time with an offset, such as 2026-11-21T21:03:10Z" })
  .meta({ description: "RFC 3339 with an offset" });

/** As `timestamp`, or a local time without offset, which is taken in the force's zone. */
export const timestampOrLocal = z.iso
  .datetime({
    offset: true,
    local: true,
    error: "expected an RFC 3339 time, such as 2026-11-21T21:03:10Z, or a local time without offset",
  })
  .meta({ description: "RFC 3339 with an offset, or a local time in the force's zone" });

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
