/**
 * The thread in which files are read: an entry point of its own, also in the Lambda bundles, where it lies as
 * `media-probe-worker.mjs` beside the handler's file. It reaches nothing but what it is sent.
 */
import { parentPort } from "node:worker_threads";
import { readMediaFacts, unreadable } from "./media-facts.ts";
import type { FromWorker, ToWorker } from "./media-probe-messages.ts";

const waiting = new Map<number, (bytes: Uint8Array) => void>();
let reads = 0;

const send = (message: FromWorker) => parentPort?.postMessage(message);

function readRange(from: number, length: number): Promise<Uint8Array> {
  reads += 1;
  const read = reads;
  return new Promise((resolve) => {
    waiting.set(read, resolve);
    send({ type: "read", read, from, length });
  });
}

async function probe(bytes: number): Promise<void> {
  const result = await readMediaFacts({ bytes, readRange }).catch(unreadable);
  send({ type: "result", result });
}

parentPort?.on("message", (message: ToWorker) => {
  if (message.type === "probe") return void probe(message.bytes);
  waiting.get(message.read)?.(message.bytes);
  waiting.delete(message.read);
});
send({ type: "ready" });
