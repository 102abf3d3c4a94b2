import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import type { MediaProbe, ProbeResult } from "#ports/media-probe.ts";
import { startKillTimer } from "./kill-timer.ts";
import type { FromWorker, ToWorker } from "./media-probe-messages.ts";

export type ProbeLimits = {
  /** Of the worker's time for one file, waiting for its bytes not included. */
  readonly milliseconds: number;
  /** Read from one file. */
  readonly bytes: number;
  readonly heapMegabytes: number;
};

/** Nine hours of video need a 27 MB index and some seconds; what needs more is not looked at further. */
const DEFAULT_LIMITS: ProbeLimits = { milliseconds: 30_000, bytes: 256 * 1024 * 1024, heapMegabytes: 512 };

/**
 * A probe that reads each file in a process of its own, and ends that process when it exceeds its limits. A
 * thread would not do: a corrupt number in an index can take all memory at once, and V8 then ends the whole
 * process, whatever the thread's limits say.
 *
 * Files are read one after another. The process is kept for the next file only after one that was in order.
 * It runs `media-probe-worker` beside this file, with this file's extension: in a Lambda bundle that has to be
 * a second entry point of that name, written next to the handler's file.
 */
export function createMediaProbe(limits: ProbeLimits = DEFAULT_LIMITS): MediaProbe {
  let idle: ChildProcess | undefined;
  let previous: Promise<unknown> = Promise.resolve();

  async function examine(file: Parameters<MediaProbe>[0]): Promise<ProbeResult> {
    const worker = idle?.connected ? idle : await startWorker(limits);
    idle = undefined;
    try {
      const result = await converse(worker, file, limits);
      if (result.outcome === "playable") idle = worker;
      return result;
    } finally {
      if (idle === worker) keepIdle(worker);
      else worker.kill("SIGKILL");
    }
  }

  return (file) => {
    const run = previous.then(() => examine(file));
    previous = run.catch(() => undefined);
    return run;
  };
}

/** Ready to take a file. A worker that cannot start is our fault and never the file's, so it is thrown. */
async function startWorker({ heapMegabytes }: ProbeLimits): Promise<ChildProcess> {
  const script = new URL(`./media-probe-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = fork(script, {
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code, signal) =>
      reject(new Error(`the media probe's worker ended before it was ready: ${signal ?? code}`)),
    );
    worker.once("message", () => resolve());
  });
  forgetListeners(worker);
  return worker;
}

/** An idle worker keeps no process alive, and its end is no news. */
function keepIdle(worker: ChildProcess): void {
  worker.on("error", () => undefined);
  worker.unref();
  worker.channel?.unref();
}

function forgetListeners(worker: ChildProcess): void {
  for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
}

async function converse(
  worker: ChildProcess,
  file: Parameters<MediaProbe>[0],
  limits: ProbeLimits,
): Promise<ProbeResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ProbeResult>();
  const send = (message: ToWorker) => worker.send(message, (error) => error && reject(error));
  const killTimer = startKillTimer(limits.milliseconds, () =>
    resolve(exceeded(`it took longer than ${limits.milliseconds} ms`)),
  );
  let bytesLeft = limits.bytes;

  async function answer({ read, from, length }: FromWorker & { type: "read" }): Promise<void> {
    bytesLeft -= length;
    if (bytesLeft < 0) return resolve(exceeded(`more than ${limits.bytes} bytes had to be read`));
    killTimer.pause();
    const bytes = await file.readRange(from, length);
    send({ type: "bytes", read, bytes });
    killTimer.resume();
  }

  forgetListeners(worker);
  worker.ref();
  worker.channel?.ref();
  worker.on("message", (message: FromWorker) => {
    if (message.type === "read") answer(message).catch(reject);
    if (message.type === "result") resolve(message.result);
  });
  worker.on("error", reject);
  worker.on("exit", (code, signal) =>
    isOutOfMemory(code, signal)
      ? resolve(exceeded("it needed too much memory"))
      : reject(new Error(`the media probe's worker ended while it read a file: ${signal ?? code}`)),
  );
  send({ type: "probe", bytes: file.bytes });
  try {
    return await promise;
  } finally {
    killTimer.stop();
    forgetListeners(worker);
    // What still fails on its way to a worker that we are done with concerns nobody.
    worker.on("error", () => undefined);
  }
}

function exceeded(how: string): ProbeResult {
  const detail = `Reading the file was given up because ${how}; its index is damaged or far too large.`;
  return { outcome: "unusable", code: "BUDGET_EXCEEDED", detail };
}

/** V8 aborts at the heap's limit: by signal, or with the exit code that stands for it. */
function isOutOfMemory(code: number | null, signal: NodeJS.Signals | null): boolean {
  return signal === "SIGABRT" || code === 134;
}
