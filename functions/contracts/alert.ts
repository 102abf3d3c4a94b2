import * as z from "zod";
import { utcTimestamp } from "./time.ts";

export const alertType = z.enum([
  "DISCHARGE_REPORTED",
  "UNRECORDED_DISCHARGE",
  "PARTLY_RECORDED_DISCHARGE",
  "UNDETERMINED_DISCHARGE",
  "UNREPORTED_DISCHARGE",
  "CONTRADICTION",
  "REVISED",
  "ESCALATED",
  "KIT",
  "DELIVERY",
]);
export type AlertType = z.infer<typeof alertType>;

export const priority = z.enum(["normal", "high"]);

/** What is sent, by protocol. `level` counts from 1, the first level of the force's file. */
export const alertMessage = z.strictObject({
  alertId: z.string(),
  incidentId: z.string(),
  type: alertType,
  priority,
  borough: z.string(),
  outcome: z.string(),
  level: z.int().min(1),
  email: z.strictObject({ subject: z.string().max(99), body: z.string() }),
  sms: z.string().max(160),
});
export type AlertMessage = z.infer<typeof alertMessage>;

/** An alert as it is kept: recorded before it is sent, marked when SNS has taken it. */
export const alertRecord = z.strictObject({
  message: alertMessage,
  /** The verdict version that it tells of. */
  version: z.int().min(1),
  owedAt: utcTimestamp,
  sentAt: utcTimestamp.optional(),
  messageId: z.string().optional(),
});
export type AlertRecord = z.infer<typeof alertRecord>;
