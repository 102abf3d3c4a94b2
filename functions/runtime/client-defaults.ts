/**
 * What every SDK client has in common. A call that hangs would otherwise take the whole function's time:
 * four attempts of these timeouts, with the SDK's jittered pauses, stay below the functions' 60 s.
 */
export function clientDefaults(of: { readonly requestTimeoutMs: number }) {
  return {
    maxAttempts: 4,
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: of.requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}
