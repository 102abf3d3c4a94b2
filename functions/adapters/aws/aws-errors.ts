import { DependencyUnavailableError } from "#contracts/errors.ts";

/** Refusals for load, as the services name them. */
const REFUSALS = new Set([
  "ExecutionLimitExceeded",
  "InternalErrorException",
  "KMSThrottlingException",
  "KmsThrottlingException",
  "InternalError",
  "InternalServerError",
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "SlowDown",
  "ThrottledException",
  "ThrottlingException",
  "TransactionInProgressException",
]);

/** Calls that had no answer in time, as the SDK and Node name them. */
const SILENCES = new Set([
  "AbortError",
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "NetworkingError",
  "RequestTimeout",
  "TimeoutError",
]);

const statusOf = (error: Error): number => {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const status = (metadata as { readonly httpStatusCode?: number } | undefined)?.httpStatusCode;
  return status ?? 0;
};

export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;

/** `DependencyUnavailableError` where another try may succeed; anything else as it is. */
export const asDependencyError = (service: string, error: unknown): unknown => {
  if (!(error instanceof Error)) {
    return error;
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const mayPass =
    REFUSALS.has(error.name) || SILENCES.has(error.name) || SILENCES.has(code) || statusOf(error) >= 500;
  return mayPass
    ? new DependencyUnavailableError(`${service} refused or did not answer: ${error.name}.`, { cause: error })
    : error;
};
