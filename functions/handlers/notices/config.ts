import * as z from "zod";

const arn = z.string().startsWith("arn:");

/** The environment of the `notices` function; the stack writes exactly these names. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  STATE_MACHINE_ARN: arn,
  /** Path of the force's file in its layer. */
  FORCE_FILE: z.string().min(1),
  /** Topics of the alert levels, the first level first, separated by commas. */
  TOPIC_ARNS: z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(arn).min(1)),
  OPERATIONS_TOPIC_ARN: arn,
  /** Where supervisors read; the links of notices begin with it. */
  CONSOLE_BASE_URL: z.url(),
});
