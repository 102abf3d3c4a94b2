/**
 * The process in which Matroska files are read: an entry point of its own, also in the Lambda bundles, where it
 * lies as `matroska-reader-worker.mjs` beside the handler's file.
 *
 * Reading is done in a thread, so that the process hears of its parent's end even while a file keeps the
 * reader busy, and ends too.
 */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./matroska-reader-messages.ts";

/** In bytes, given by the parent in MB. */
const memoryLimit = Number(process.argv[2]) * 1024 * 1024;

function relay(): void {
  const thread = new Worker(new URL(import.meta.url));
  thread.on("message", (message: FromWorker) => process.send?.(message));
  // As where V8 ends the process by itself, so that the parent needs to know one sign only.
  thread.on("error", (error) => (isOutOfMemory(error) ? process.abort() : process.exit(1)));
  process.on("message", (message: ToWorker) => {
    // V8 limits its heap alone, and what was read of the file is kept beside it.
    if (process.memoryUsage.rss() > memoryLimit) process.abort();
    thread.postMessage(message);
  });
  process.on("disconnect", () => process.exit());
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

async function readFiles(): Promise<void> {
  const { readMatroskaTimeline, unreadable } = await import("./matroska-timeline.ts");
  const waiting = new Map<number, (bytes: Uint8Array) => void>();
  const send = (message: FromWorker) => parentPort?.postMessage(message);
  let reads = 0;

  function readRange(from: number, length: number): Promise<Uint8Array> {
    reads += 1;
    const read = reads;
    send({ type: "read", read, from, length });
    return new Promise((resolve) => waiting.set(read, resolve));
  }

  parentPort?.on("message", (message: ToWorker) => {
    if (message.type === "bytes") {
      waiting.get(message.read)?.(message.bytes);
      waiting.delete(message.read);
      return;
    }
    readMatroskaTimeline({ bytes: message.bytes, readRange })
      .catch(unreadable)
      .then((result) => send({ type: "result", result }));
  });
  send({ type: "ready" });
}

if (isMainThread) relay();
else await readFiles();
