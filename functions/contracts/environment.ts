import * as z from "zod";

/** Settings that several functions find in their environment, as the stack writes them. */
export const arn = z.string().startsWith("arn:");

/** Topics of the alert levels, the first level first, separated by commas. */
export const topicArns = z
  .string()
  .transform((list) => list.split(","))
  .pipe(z.array(arn).min(1));
