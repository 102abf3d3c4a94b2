import * as z from "zod";
import { identifier, incidentRef, reasonText, serial } from "./identifiers.ts";
import { timestampOrLocal, utcTimestamp } from "./time.ts";

export const action = z.enum([
  "drawn",
  "aimed",
  "arced",
  "red-dotted",
  "drive-stun",
  "angled-drive-stun",
  "fired",
]);

const yesNoNotStated = z.enum(["yes", "no", "not-stated"]);

export const explanationCode = z.enum([
  "IMMEDIATE_DANGER",
  "CAMERA_FAULT",
  "NO_CAMERA_ISSUED",
  "COVERT",
  "BATTERY",
  "PRIVACY",
  "FORGOT",
  "OTHER",
]);

/** `POST /v1/reports`: the officer's use-of-force form, one officer and one subject. */
export const useReport = z.strictObject({
  reportId: identifier,
  revision: z.int().min(1).max(10_000).default(1),
  officerId: identifier,
  weaponSerial: serial.optional(),
  incidentRef: incidentRef.optional(),
  statedAt: timestampOrLocal,
  actions: z
    .array(z.union([action, z.literal("not-stated")]))
    .min(1)
    .max(8),
  outcomeIntent: z.enum(["intended", "unintentional", "not-stated"]),
  borough: z.string().min(1).max(100),
  locationType: z.enum([
    "street",
    "transport",
    "retail",
    "open-ground",
    "licensed",
    "sports",
    "hospital",
    "mental-health",
    "police-vehicle",
    "dwelling",
    "police-station",
    "custody",
    "ambulance",
    "other",
    "not-stated",
  ]),
  singleCrewed: yesNoNotStated,
  bodyWornVideo: z.enum(["yes", "no", "not-known"]),
  subject: z.strictObject({
    ageBand: z.enum(["under-11", "11-17", "18-34", "35-49", "50-64", "65-and-over", "not-stated"]),
    under18: yesNoNotStated,
    gender: z.enum(["male", "female", "other", "not-stated"]),
    ethnicity: z.enum(["asian", "black", "mixed", "white", "other", "not-stated"]),
    mentalHealth: yesNoNotStated,
  }),
  reasons: z
    .array(
      z.enum([
        "protect-self",
        "protect-public",
        "protect-subject",
        "protect-other-officers",
        "prevent-offence",
        "secure-evidence",
        "effect-search",
        "effect-arrest",
        "method-of-entry",
        "remove-handcuffs",
        "prevent-harm",
        "prevent-escape",
        "other",
      ]),
    )
    .max(13)
    .optional(),
  subjectConduct: z.string().min(1).max(2000).optional(),
  assaultedBySubject: yesNoNotStated.optional(),
  threatenedWithWeapon: yesNoNotStated.optional(),
  absenceReason: z.strictObject({ code: explanationCode, text: reasonText }).optional(),
  drill: z.boolean().optional(),
});
export type UseReport = z.infer<typeof useReport>;

/** A report's revision as it is kept. `statedAt` stays as written; the engine resolves local times. */
export const reportRecord = z.strictObject({
  report: useReport,
  receivedAt: utcTimestamp,
  receivedFrom: z.string(),
});
export type ReportRecord = z.infer<typeof reportRecord>;
