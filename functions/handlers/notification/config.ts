import * as z from "zod";
import { arn, topicArns } from "#contracts/environment.ts";

/** The environment of the `notification` function; the stack writes exactly these names. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  EVIDENCE_KEY_ARN: arn,
  /** Path of the force's file in its layer. */
  FORCE_FILE: z.string().min(1),
  TOPIC_ARNS: topicArns,
  OPERATIONS_TOPIC_ARN: arn,
  /** Where supervisors read incidents; a link of an alert is this and the incident's path. */
  CONSOLE_BASE_URL: z.url(),
});
