import * as z from "zod";
import { InvalidInputError } from "#contracts/errors.ts";
import { type BatchAnswer, jsonText, type QueueBatch } from "#contracts/queue.ts";
import { errorFields, type Log } from "#ports/log.ts";
import type { SettleFootageOutcome } from "#use-cases/footage/settle-footage.ts";

/** What EventBridge says of a new object. Its keys are plain; only S3's own notifications encode them. */
const objectCreated = jsonText.pipe(
  z.object({
    "detail-type": z.literal("Object Created"),
    detail: z.object({ object: z.object({ key: z.string().min(1) }) }),
  }),
);

export type TakeInBatchDeps = {
  readonly settle: (object: { readonly objectKey: string }) => Promise<SettleFootageOutcome>;
  readonly log: Log;
};

/**
 * Settles the footage of each message. One that fails is named in the answer, so that the queue brings it
 * alone again and, after some times, lays it aside; its neighbours are done.
 */
export async function takeInBatch(batch: QueueBatch, deps: TakeInBatchDeps): Promise<BatchAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of batch.Records) {
    let objectKey: string | undefined;
    try {
      objectKey = keyOf(body);
      report(objectKey, await deps.settle({ objectKey }), deps.log);
    } catch (error) {
      deps.log.error("footage.intake-failed", { objectKey, ...errorFields(error) });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

function keyOf(body: string): string {
  const parsed = objectCreated.safeParse(body);
  if (!parsed.success) throw new InvalidInputError("the message does not tell of a new object");
  return parsed.data.detail.object.key;
}

function report(objectKey: string, result: SettleFootageOutcome, log: Log): void {
  switch (result.outcome) {
    case "settled":
    case "already-settled": {
      const { footageId, state, rejection } = result.footage;
      log.info(`footage.${result.outcome}`, { footageId, state, code: rejection?.code });
      return;
    }
    case "undeclared":
      // Noted by now: the sweep tells operations.
      log.error("footage.undeclared", { objectKey });
      return;
    case "not-stored":
      log.warn("footage.not-stored", { objectKey });
      return;
  }
}
