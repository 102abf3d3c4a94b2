import * as z from "zod";

/** The environment of the `ingestion` function; the stack writes exactly these names. */
export const configSchema = z.object({
  TABLE_NAME: z.string().min(1),
  /** Path of the force's file in its layer. */
  FORCE_FILE: z.string().min(1),
});
