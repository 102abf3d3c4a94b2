import * as z from "zod";
import { arn } from "#contracts/environment.ts";

/** The environment of the `footage-deletion` function; the stack writes exactly these names. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  EVIDENCE_KEY_ARN: arn,
  OPERATIONS_TOPIC_ARN: arn,
  /** Path of the force's file in its layer. */
  FORCE_FILE: z.string().min(1),
});
