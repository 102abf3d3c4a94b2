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
