import * as z from "zod";
import { type BatchAnswer, queueBatch } from "#contracts/queue.ts";
import { type TakeBackBatchDeps, takeBackBatch } from "./take-back-batch.ts";

/** What the clock's schedule hands over. */
const clockCall = z.strictObject({}).transform(() => ({ by: "clock" as const }));

/** The function is called by two: by the clock, and by the queue of what addresses did not take. */
export const noticesCall = z.union([queueBatch, clockCall]);

export type TakeCallDeps = TakeBackBatchDeps & { readonly sendDue: () => Promise<void> };

export async function takeCall(
  call: z.output<typeof noticesCall>,
  deps: TakeCallDeps,
): Promise<BatchAnswer | undefined> {
  if ("Records" in call) return takeBackBatch(call, deps);
  await deps.sendDue();
  return undefined;
}
