import * as z from "zod";
import { arn } from "#contracts/environment.ts";

/** The environment of footage intake. The stack writes it with `satisfies`, so a forgotten name does not compile. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  EVIDENCE_KEY_ARN: arn,
  STATE_MACHINE_ARN: arn,
  FORCE_FILE: z.string().min(1),
});
