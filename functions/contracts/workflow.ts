import * as z from "zod";

/** The workflow's state: pointers only, additive only, at most 4 KiB. */
export const workflowState = z.object({ incidentId: z.string(), cause: z.string() });
export type WorkflowState = z.infer<typeof workflowState>;

/** What Notify says: sleep until `lookAt`, or be done. */
export const notifyResult = workflowState.extend({ open: z.boolean(), lookAt: z.string().optional() });
export type NotifyResult = z.infer<typeof notifyResult>;
