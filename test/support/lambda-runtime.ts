import { pathToFileURL } from "node:url";

/**
 * What Lambda's own runtime does with a bundle, as far as a handler can tell: it loads the file, refuses handlers
 * that take a callback, and tells an error by its name. Started by `lambda-process.ts`.
 */
type Invocation = { readonly id: number; readonly event: unknown; readonly remainingMs: number };

const send = (message: object) => process.send?.(message);

const { handler }: { readonly handler: (event: unknown, context: object) => Promise<unknown> } = await import(
  pathToFileURL(String(process.argv[2])).href
);
if (handler.length > 2) throw new Error("nodejs24.x takes no handlers with a callback");

process.on("message", async ({ id, event, remainingMs }: Invocation) => {
  const endsAt = Date.now() + remainingMs;
  const context = {
    awsRequestId: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  try {
    send({ id, result: await handler(event, context) });
  } catch (error) {
    const { name, message } = error as Error;
    send({ id, error: { errorType: name, errorMessage: message } });
  }
});
send({ ready: true });
