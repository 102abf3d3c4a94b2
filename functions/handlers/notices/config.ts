import * as z from "zod";
import { arn, topicArns } from "#contracts/environment.ts";

/** The environment of the `notices` function; the stack writes exactly these names. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  STATE_MACHINE_ARN: arn,
  /** Path of the force's file in its layer. */
  FORCE_FILE: z.string().min(1),
  TOPIC_ARNS: topicArns,
  OPERATIONS_TOPIC_ARN: arn,
  /** Where supervisors read; the links of notices begin with it. */
  CONSOLE_BASE_URL: z.url(),
});
