import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { MediaProbe, ProbeResult } from "#ports/media-probe.ts";
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
 * A probe that reads each file in a worker thread and ends the thread when it exceeds its limits. Files are
 * read one after another. The thread is kept for the next file only after one that was in order.
 *
 * The worker is `media-probe-worker` beside this file, with this file's extension: in a Lambda bundle it has
 * to be a second entry point of that name, written next to the handler's file.
 */
export function createMediaProbe(limits: ProbeLimits = DEFAULT_LIMITS): MediaProbe {
  let idle: Worker | undefined;
  let previous: Promise<unknown> = Promise.resolve();

  async function examine(file: Parameters<MediaProbe>[0]): Promise<ProbeResult> {
    const worker = idle ?? (await startWorker(limits));
    idle = undefined;
    try {
      const result = await converse(worker, file, limits);
      if (result.outcome === "playable") idle = worker;
      return result;
    } finally {
      if (idle === worker) keepIdle(worker, () => (idle = undefined));
      else await worker.terminate();
    }
  }

  return (file) => {
    const run = previous.then(() => examine(file));
    previous = run.catch(() => undefined);
    return run;
  };
}

/** Ready to take a file. A worker that cannot start is our fault and never the file's, so it is thrown. */
async function startWorker({ heapMegabytes }: ProbeLimits): Promise<Worker> {
  const script = new URL(`./media-probe-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the media probe's worker ended before it was ready")));
    worker.once("message", () => resolve());
  });
  forgetListeners(worker);
  return worker;
}

/** An idle worker keeps no process alive, and its end is no news. */
function keepIdle(worker: Worker, onEnd: () => void): void {
  worker.unref();
  worker.once("error", onEnd);
  worker.once("exit", onEnd);
}

/** One by one: removing all at once would take the worker's own along, and it would never hear us again. */
function forgetListeners(worker: Worker): void {
  for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
}

async function converse(
  worker: Worker,
  file: Parameters<MediaProbe>[0],
  limits: ProbeLimits,
): Promise<ProbeResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ProbeResult>();
  const send = (message: ToWorker) => worker.postMessage(message);
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
  worker.on("message", (message: FromWorker) => {
    if (message.type === "read") answer(message).catch(reject);
    if (message.type === "result") resolve(message.result);
  });
  worker.on("error", (error) =>
    isOutOfMemory(error) ? resolve(exceeded("it needed too much memory")) : reject(error),
  );
  worker.on("exit", () => reject(new Error("the media probe's worker ended while it read a file")));
  send({ type: "probe", bytes: file.bytes });
  try {
    return await promise;
  } finally {
    killTimer.stop();
    forgetListeners(worker);
  }
}

/** Counts the worker's own time: a store that answers slowly must not make a file unusable. */
function startKillTimer(milliseconds: number, onEnd: () => void) {
  let left = milliseconds;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined = setTimeout(onEnd, left);
  let waiting = 0;
  return {
    pause: () => {
      waiting += 1;
      if (waiting > 1) return;
      clearTimeout(timer);
      left -= performance.now() - since;
    },
    resume: () => {
      waiting -= 1;
      if (waiting > 0) return;
      since = performance.now();
      timer = setTimeout(onEnd, Math.max(0, left));
    },
    stop: () => {
      // A read that is still under way must not start it again.
      waiting = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
  };
}

function exceeded(how: string): ProbeResult {
  const detail = `Reading the file was given up because ${how}; its index is damaged or far too large.`;
  return { outcome: "unusable", code: "BUDGET_EXCEEDED", detail };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
