import * as z from "zod";
import { priority } from "./alert.ts";
import { utcTimestamp } from "./time.ts";

export const incidentKind = z.enum([
  "DISCHARGE",
  "NON_DISCHARGE",
  "UNINTENTIONAL",
  "TEST",
  "TRAINING",
  "UNKNOWN",
]);
export type IncidentKind = z.infer<typeof incidentKind>;

export const outcome = z.enum([
  "NOT_APPLICABLE",
  "RECORDED",
  "PARTLY_RECORDED",
  "UNRECORDED",
  "AWAITING_FOOTAGE",
  "NOT_RETAINED",
  "UNDETERMINED",
]);
export type Outcome = z.infer<typeof outcome>;

/** Outcomes that given shifts of the clocks can have. */
export const coverOutcome = z.enum(["RECORDED", "PARTLY_RECORDED", "UNRECORDED"]);
export type CoverOutcome = z.infer<typeof coverOutcome>;

export const dutyOutcome = z.enum([
  "MET",
  "EARLY_STOP",
  "LATE_START",
  "NO_CAMERA_ISSUED",
  "NOT_ON",
  "UNDETERMINED",
  "AWAITING_FOOTAGE",
  "NOT_APPLICABLE",
]);
export type DutyOutcome = z.infer<typeof dutyOutcome>;

export const relation = z.enum(["own", "other-officer", "weapon-mounted", "vehicle", "fixed"]);
export type Relation = z.infer<typeof relation>;

/** UTC, half-open. */
export const interval = z.strictObject({ from: utcTimestamp, to: utcTimestamp });
const cover = z.strictObject({ requiredSeconds: z.number(), coveredSeconds: z.number() });

/** One fact that a rule found. `code` is the rule's stable code; `detail` says it in words. */
export const finding = z.strictObject({ code: z.string(), detail: z.string() });
export type Finding = z.infer<typeof finding>;

const coverBySpan = cover.extend({
  before: cover,
  during: cover,
  after: cover,
  missing: z.array(interval),
});

/** The engine's finding about an incident, without its number and the time at which it was given. */
export const judgement = z.strictObject({
  outcome,
  possibleOutcomes: z.array(coverOutcome),
  findings: z.array(finding),
  kind: incidentKind,
  /** Who or what decided the kind: `log`, `report:<id>`, `decision`. */
  kindDecidedBy: z.string(),
  occurredAt: utcTimestamp,
  officerId: z.string().optional(),
  /** Nobody was booked for the weapon and no report names an officer. */
  officerUnknown: z.literal(true).optional(),
  actions: z.array(z.string()),
  priority,
  /** The end of the footage grace. */
  graceEndsAt: utcTimestamp,
  video: coverBySpan,
  audio: z.strictObject({ outcome, possibleOutcomes: z.array(coverOutcome), ...coverBySpan.shape }),
  duty: z.strictObject({ outcome: dutyOutcome, possibleOutcomes: z.array(dutyOutcome) }),
  cycles: z.array(interval.extend({ coveredSeconds: z.number(), requiredSeconds: z.number() })),
  sources: z.array(z.strictObject({ footageId: z.string(), relation, covered: z.array(interval) })),
  nearby: z.array(z.strictObject({ footageId: z.string(), cameraSerial: z.string(), kind: z.string() })),
  clocks: z.array(
    z.strictObject({
      serial: z.string(),
      offsetSeconds: z.number(),
      uncertaintySeconds: z.number(),
      basis: z.enum(["measured", "assumed", "untrusted"]),
    }),
  ),
  policy: z.strictObject({ version: z.string(), effectiveFrom: z.string() }),
  ruleset: z.string(),
  /** SHA-256 over the canonical JSON of everything that was used, `now` excepted. */
  inputsDigest: z.string(),
  final: z.boolean(),
  explanation: z.string(),
});
export type Judgement = z.infer<typeof judgement>;

export const verdict = judgement.extend({ version: z.int().min(1), decidedAt: utcTimestamp });
export type Verdict = z.infer<typeof verdict>;
