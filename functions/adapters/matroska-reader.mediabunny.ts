import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import type { MatroskaReading } from "#contracts/matroska.ts";
import type { MatroskaReader } from "#ports/matroska-reader.ts";
import { startKillTimer } from "./kill-timer.ts";
import type { FromWorker, ToWorker } from "./matroska-reader-messages.ts";

export type ReaderLimits = {
  /** Of the worker's time for one file, waiting for its bytes not included. */
  readonly milliseconds: number;
  /** Read from one file. */
  readonly bytes: number;
  /** Of the worker's memory, all in all. */
  readonly megabytes: number;
};

/**
 * Matroska has no index of all its pictures: the file is read as a whole, once. 4 GiB are an hour at 8 Mbit/s,
 * and as much as a Lambda gets from S3 in its time.
 */
const DEFAULT_LIMITS: ReaderLimits = { milliseconds: 30_000, bytes: 4 * 1024 ** 3, megabytes: 768 };

/** The library reads each cluster at once. They hold 5 s by custom, which is this much at 100 Mbit/s. */
const MOST_AT_ONCE = 64 * 1024 * 1024;

/**
 * A reader of Matroska and WebM that reads each file in a process of its own, and ends that process when it
 * exceeds its limits. A thread would not do: a corrupt number can take all memory at once, and V8 then ends the
 * whole process, whatever the thread's limits say.
 *
 * Files are read one after another. The process is kept for the next file only after one that was in order.
 * It runs `matroska-reader-worker` beside this file, with this file's extension: in a Lambda bundle that has to
 * be a second entry point of that name, written next to the handler's file.
 */
export function createMatroskaReader(limits: ReaderLimits = DEFAULT_LIMITS): MatroskaReader {
  let idle: ChildProcess | undefined;
  let previous: Promise<unknown> = Promise.resolve();

  async function examine(file: Parameters<MatroskaReader>[0]): Promise<MatroskaReading> {
    const worker = idle?.connected ? idle : await startWorker(limits);
    idle = undefined;
    try {
      const result = await converse(worker, file, limits);
      if (result.outcome === "read") idle = worker;
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
async function startWorker({ megabytes }: ReaderLimits): Promise<ChildProcess> {
  const script = new URL(`./matroska-reader-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = fork(script, [String(megabytes)], {
    // It parses hostile files, so it gets none of the credentials around us.
    env: {},
    execArgv: [`--max-old-space-size=${megabytes}`],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code, signal) =>
      reject(new Error(`the Matroska reader's worker ended before it was ready: ${signal ?? code}`)),
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
  file: Parameters<MatroskaReader>[0],
  limits: ReaderLimits,
): Promise<MatroskaReading> {
  const { promise, resolve, reject } = Promise.withResolvers<MatroskaReading>();
  const send = (message: ToWorker) => worker.send(message, (error) => error && reject(error));
  const killTimer = startKillTimer(limits.milliseconds, () =>
    resolve(exceeded(`it took longer than ${limits.milliseconds} ms`)),
  );
  let bytesLeft = limits.bytes;

  async function answer({ read, from, length }: FromWorker & { type: "read" }): Promise<void> {
    if (length > MOST_AT_ONCE) return resolve(exceeded(`a part of it claims ${length} bytes`));
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
      : reject(new Error(`the Matroska reader's worker ended while it read a file: ${signal ?? code}`)),
  );
  send({ type: "file", bytes: file.bytes });
  try {
    return await promise;
  } finally {
    killTimer.stop();
    forgetListeners(worker);
    // What still fails on its way to a worker that we are done with concerns nobody.
    worker.on("error", () => undefined);
  }
}

function exceeded(how: string): MatroskaReading {
  const detail = `Reading the file was given up because ${how}; it is damaged or far too large.`;
  return { outcome: "unusable", code: "BUDGET_EXCEEDED", detail };
}

/** V8 aborts at the heap's limit: by signal, or with the exit code that stands for it. */
function isOutOfMemory(code: number | null, signal: NodeJS.Signals | null): boolean {
  return signal === "SIGABRT" || code === 134;
}
