import type { MatroskaReading } from "#contracts/matroska.ts";

/** What the reader asks of its worker: look at a file of that size. Its bytes come by the answers to `read`. */
export type ToWorker =
  | { readonly type: "file"; readonly bytes: number }
  | { readonly type: "bytes"; readonly read: number; readonly bytes: Uint8Array };

/** `ready` once, when the worker can take files; `result` once for each. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "read"; readonly read: number; readonly from: number; readonly length: number }
  | { readonly type: "result"; readonly result: MatroskaReading };
