import * as z from "zod";
import { failedEvaluation, workflowState } from "#contracts/workflow.ts";
import { type AlertOperationsDeps, alertOperations } from "#use-cases/evaluation/alert-operations.ts";
import { type NotifyDeps, notify } from "#use-cases/evaluation/notify.ts";

/** The function stands behind two states: the one that alerts supervisors, and the one that alerts operations. */
export const notificationInput = z.union([failedEvaluation, workflowState]);

export const takeStep = (
  input: z.output<typeof notificationInput>,
  deps: NotifyDeps & AlertOperationsDeps,
) => ("failed" in input ? alertOperations(input, deps) : notify(input, deps));
