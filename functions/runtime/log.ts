import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Context } from "aws-lambda";
import { type Log, type LogFields, logFields } from "#ports/log.ts";

/** A log that knows the invocation it speaks of, and counts what is worth a metric. */
export type RuntimeLog = Log & {
  readonly begin: (context: Partial<Context>) => void;
  /** Writes the metrics of this invocation out. */
  readonly end: () => void;
};

/** Codes that are counted too. Few, because each metric of a force costs money every month. */
export const countedCodes: Readonly<Record<string, string>> = {
  "verdict.issued": "VerdictsIssued",
  "alert.sent": "AlertsSent",
  "sweep.unaccounted": "Unaccounted",
  "footage.undeclared": "UndeclaredFootage",
};

/** Longer values are no identifiers, codes or times, so they do not belong into a line. */
const MAX_VALUE_LENGTH = 300;

/**
 * The log of one function, by Powertools. Only the fields of the port are ever written: the compiler holds
 * the callers to them, and this filter holds whatever comes past the compiler.
 */
export function createLog(of: { readonly service: string; readonly force: string }): RuntimeLog {
  const logger = new Logger({
    serviceName: of.service,
    logLevel: "INFO",
    persistentKeys: { force: of.force },
  });
  const metrics = new Metrics({
    namespace: "Witnessed",
    serviceName: of.service,
    defaultDimensions: { force: of.force },
  });
  const count = (code: string, fields: LogFields | undefined) => {
    const metric = countedCodes[code];
    if (metric !== undefined) metrics.addMetric(metric, MetricUnit.Count, Number(fields?.count ?? 1));
  };
  return {
    begin: (context) => {
      if (context.awsRequestId !== undefined) logger.addContext(context as Context);
    },
    // With nothing stored the library writes a warning in its place, at every invocation.
    end: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
    info: (code, fields) => {
      logger.info(code, loggable(fields));
      count(code, fields);
    },
    warn: (code, fields) => {
      logger.warn(code, loggable(fields));
      count(code, fields);
    },
    error: (code, fields) => {
      logger.error(code, loggable(fields));
      count(code, fields);
    },
  };
}

/** What is left of `fields` once everything that has no place in a log line is gone. */
export function loggable(fields: LogFields | undefined): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const field of logFields) {
    const value: unknown = fields?.[field];
    if (typeof value === "number" || typeof value === "boolean") kept[field] = value;
    if (typeof value === "string") kept[field] = value.slice(0, MAX_VALUE_LENGTH);
  }
  return kept;
}
