import { PermanentError, TransientError } from "#contracts/errors.ts";

/**
 * What may be written into a log line, and nothing else: identifiers of our own making, codes, counts and
 * times. No event, body, name, free text, signed URL or token has a field here, and what has no field is
 * dropped before it is written.
 */
export const logFields = [
  "incidentId",
  "mergedInto",
  "footageId",
  "logId",
  "reportId",
  "alertId",
  "objectKey",
  "deviceSerial",
  "version",
  "revision",
  "outcome",
  "kind",
  "type",
  "alertLevel",
  "priority",
  "state",
  "cause",
  "execution",
  "step",
  "attempt",
  "count",
  "due",
  "lookAt",
  "ageSeconds",
  "durationMs",
  "drill",
  "route",
  "method",
  "status",
  "code",
  "error",
  "reason",
] as const;
export type LogField = (typeof logFields)[number];
export type LogFields = { readonly [field in LogField]?: string | number | boolean | undefined };

/** `code` is a dotted event code such as `verdict.issued`, the same for every line of that kind. */
export type Log = {
  readonly info: (code: string, fields?: LogFields) => void;
  readonly warn: (code: string, fields?: LogFields) => void;
  readonly error: (code: string, fields?: LogFields) => void;
};

/**
 * What a log line may say of an error: its name, and the message where it is one of ours. Messages of
 * libraries quote their input, which may be anybody's data.
 */
export function errorFields(error: unknown): LogFields {
  if (error instanceof PermanentError || error instanceof TransientError) {
    return { error: error.name, reason: error.message };
  }
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, reason: firstFrame(error) };
}

function firstFrame(error: Error): string | undefined {
  const frame = error.stack?.split("\n").find((line) => line.startsWith("    at "));
  return frame?.trim();
}
