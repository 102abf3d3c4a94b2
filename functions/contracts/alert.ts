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
  /** Where a person reads on. */
  link: z.url().optional(),
  /** By when the one thing that it asks for is to be done. */
  respondBy: utcTimestamp.optional(),
});
export type AlertMessage = z.infer<typeof alertMessage>;

/** What is noted of both alerts and notices on their way. */
const onItsWay = {
  owedAt: utcTimestamp,
  sentAt: utcTimestamp.optional(),
  messageId: z.string().optional(),
  /** When the topic first refused it. */
  failedSince: utcTimestamp.optional(),
  /** Of a `DELIVERY`: when the operators heard of it too. */
  operationsToldAt: utcTimestamp.optional(),
};

/** Why an alert may not have reached anybody: the topic refused it for good, or a subscription gave it back. */
export const undelivered = z.strictObject({ at: utcTimestamp, why: z.enum(["NOT_TAKEN", "GIVEN_BACK"]) });

/** An alert as it is kept: recorded before it is sent, marked when SNS has taken it. */
export const alertRecord = z.strictObject({
  message: alertMessage,
  /** The verdict version that it tells of. */
  version: z.int().min(1),
  ...onItsWay,
  undelivered: undelivered.optional(),
});
export type AlertRecord = z.infer<typeof alertRecord>;

/**
 * What is told of the force and not of one incident: that somebody is out without a camera, that an address is not
 * reached, and once a day where everything stands. The digest is no alert: nothing happened because it came.
 */
export const notice = alertMessage
  .omit({ incidentId: true })
  .extend({ type: z.enum([alertType.enum.KIT, alertType.enum.DELIVERY, "DIGEST"]) });
export type Notice = z.infer<typeof notice>;

/** A notice as it is kept: like an alert, recorded before it is sent and marked after. */
export const noticeRecord = z.strictObject({ message: notice, ...onItsWay });
export type NoticeRecord = z.infer<typeof noticeRecord>;

/** Whether everybody was told who is to be: of a `DELIVERY` the operators too. */
export const isTold = ({ message, sentAt, operationsToldAt }: AlertRecord | NoticeRecord): boolean =>
  sentAt !== undefined && (message.type !== "DELIVERY" || operationsToldAt !== undefined);
