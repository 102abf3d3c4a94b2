import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import * as z from "zod";

/** The workflow's state: pointers only, additive only, at most 4 KiB. */
export const workflowState = z.object({
  incidentId: z.string(),
  cause: z.string(),
  /** Name of the execution; given to every task, not part of what goes on. */
  execution: z.string().optional(),
});
export type WorkflowState = z.infer<typeof workflowState>;

/** What Notify says: sleep until `lookAt`, or be done. */
export const notifyResult = workflowState.extend({ open: z.boolean(), lookAt: z.string().optional() });
export type NotifyResult = z.infer<typeof notifyResult>;

/** What the task behind a Catch is told. `error` is the name of what failed. */
export const failedEvaluation = workflowState.extend({ failed: z.literal(true), error: z.string() });
export type FailedEvaluation = z.infer<typeof failedEvaluation>;

/** The tasks of the state machine by the names of their states. */
export const taskNames = ["Ingest", "Match footage", "Decide verdict", "Notify", "Alert operations"] as const;
export type TaskName = (typeof taskNames)[number];

/**
 * Name of one run. The same cause gives the same name, which is how a cause starts one run only. At most 80
 * characters of those that Step Functions takes, whatever the cause holds.
 */
export const executionName = (run: { incidentId: string; cause: string; attempt: number }): string =>
  `${run.incidentId}-${bytesToHex(sha256(utf8ToBytes(run.cause))).slice(0, 10)}-${run.attempt}`;
