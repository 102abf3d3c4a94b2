import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = fileURLToPath(new URL("./lambda-runtime.ts", import.meta.url));

/** What a run of a function came to; an error has the name that Step Functions sees. */
export type Invoked =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

export type LambdaProcess = {
  /** Runs the handler; `remainingMs` is what is left of the function's time. */
  readonly invoke: (event: unknown, remainingMs?: number) => Promise<Invoked>;
  /** What the function has written, to either stream: its lines in CloudWatch. */
  readonly output: () => string;
  readonly end: () => Promise<void>;
};

type Message = Invoked & { readonly id?: number; readonly ready?: true };

/** What must not outlive the test, however that ends. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * A bundled handler in a process of its own, with this environment and nothing of ours: neither the packages of
 * this repository nor its variables. Throws what the process wrote when the bundle cannot be loaded.
 */
export async function startLambda(
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaProcess> {
  const child = fork(runtime, [file], {
    cwd: dirname(file),
    env: { ...environment },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  running.add(child);
  let output = "";
  const add = (chunk: Buffer) => {
    output += chunk.toString("utf8");
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  const waiting = new Map<number, (invoked: Invoked) => void>();
  const started = Promise.withResolvers<void>();
  child.on("message", ({ id, ready, ...invoked }: Message) => {
    if (ready) started.resolve();
    if (id !== undefined) waiting.get(id)?.(invoked as Invoked);
  });
  child.once("close", () => {
    running.delete(child);
    started.reject(new Error(`the function could not be loaded:\n${output}`));
    const error = { errorType: "Runtime.ExitError", errorMessage: output };
    for (const end of waiting.values()) end({ error });
  });
  await started.promise;
  let count = 0;
  return {
    invoke: (event, remainingMs = 60_000) => {
      count += 1;
      const { promise, resolve } = Promise.withResolvers<Invoked>();
      waiting.set(count, resolve);
      child.send({ id: count, event, remainingMs });
      return promise;
    },
    output: () => output,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}
