import * as z from "zod";

const hours = z.number().min(0).max(720);
const clockValues = z.strictObject({
  resolutionSeconds: z.number().min(0).max(3600),
  driftPpm: z.number().min(0).max(10_000),
});

/** A force's dated rules. Seconds, metres, hours, minutes, days and parts per million, as the names say. */
export const policy = z.strictObject({
  version: z.string().min(1).max(50),
  effectiveFrom: z.iso.date(),
  leadSeconds: z.number().min(0).max(3600).default(30),
  tailSeconds: z.number().min(0).max(3600).default(30),
  clipJoinSeconds: z.number().min(0).max(60).default(1),
  useGapSeconds: z.number().min(0).max(86_400).default(600),
  nearbyMetres: z.number().min(0).max(10_000).default(50),
  footageGraceHours: hours.default(48),
  reportGraceHours: hours.default(24),
  acknowledgeWithinHours: hours.default(4),
  testWindowMinutes: z.number().min(0).max(1440).default(15),
  reportUncertaintyMinutes: z.number().min(0).max(1440).default(10),
  assumedSyncAgeDays: z.number().min(0).max(3650).default(90),
  clocks: z
    .intersection(
      z.object({ default: clockValues.prefault({ resolutionSeconds: 1, driftPpm: 20 }) }),
      z.record(z.string(), clockValues),
    )
    .default({
      default: { resolutionSeconds: 1, driftPpm: 20 },
      X26E: { resolutionSeconds: 1, driftPpm: 93 },
    }),
});
export type Policy = z.infer<typeof policy>;

const email = z.email();
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, "expected a phone number such as +447700900123");

const timeZone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat("en-GB", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: "expected an IANA time zone such as Europe/London" },
);

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a local time such as 07:00");

/** `infra/forces/<code>.json`, as in the contract's §9. */
export const forceConfig = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/, "expected a code such as metropolitan"),
  name: z.string().min(1).max(100),
  timeZone,
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region such as eu-west-2"),
  account: z
    .string()
    .regex(/^\d{12}$/, "expected twelve digits")
    .optional(),
  operations: z.strictObject({ emails: z.array(email).min(1) }),
  alerts: z.strictObject({
    digestAt: localTime.default("07:00"),
    levels: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(100),
          emails: z.array(email).default([]),
          phones: z.array(e164).default([]),
        }),
      )
      .min(1)
      .max(9),
  }),
  signIn: z
    .strictObject({
      issuer: z.url({ protocol: /^https$/ }).optional(),
      clientId: z.string().min(1).optional(),
      rolesClaim: z.string().min(1).default("roles"),
      roles: z
        .partialRecord(z.enum(["supervisor", "admin", "oversight", "officer"]), z.array(z.string().min(1)))
        .default({}),
      officerIdClaim: z.string().min(1).default("officer_id"),
    })
    .prefault({}),
  domain: z
    .strictObject({
      name: z.string().min(1),
      certificateArn: z.string().startsWith("arn:"),
      mutualTls: z.boolean().default(false),
    })
    .optional(),
  retention: z
    .strictObject({
      lockDays: z.int().min(1).max(36_500).default(31),
      unmatchedDays: z.int().min(1).max(36_500).default(31),
      matchedDays: z.int().min(1).max(36_500).default(2190),
    })
    .prefault({}),
  policies: z.array(policy).min(1),
});
export type ForceConfig = z.infer<typeof forceConfig>;
