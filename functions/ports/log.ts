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
