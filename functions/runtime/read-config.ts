import type * as z from "zod";

/**
 * The function's configuration from its environment. Read once, at the start: a wrong value stops the
 * function before it takes work, and names the variable.
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`environment variables are missing or wrong: ${wrong.join("; ")}`);
}
