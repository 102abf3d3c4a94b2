import * as z from "zod";
import { RecordNotFoundError } from "#contracts/errors.ts";
import { type BatchAnswer, jsonText, type QueueBatch, type QueueMessage } from "#contracts/queue.ts";
import { errorFields, type Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { ReturnedAlert } from "#use-cases/notices/take-back.ts";

const attribute = z.object({ Value: z.string().min(1) }).transform(({ Value }) => Value);

/** The envelope in which SNS lays a message aside: what was published beside the texts tells which alert it was. */
const givenBack = jsonText.pipe(
  z.object({ MessageAttributes: z.object({ alertId: attribute, incidentId: attribute.optional() }) }),
);

export type TakeBackBatchDeps = {
  /** Throws `RecordNotFoundError` for an alert that was never recorded. */
  readonly takeBack: (returned: ReturnedAlert) => Promise<void>;
  readonly operations: OperationsAlert;
  readonly log: Log;
};

/**
 * Takes back each alert that an address did not take. One that fails is named in the answer, so that the queue brings
 * it alone again and, after some times, lays it aside; its neighbours are done. What is no alert of this force would
 * fail for ever: operations are told, and it is done.
 */
export async function takeBackBatch({ Records }: QueueBatch, deps: TakeBackBatchDeps): Promise<BatchAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const message of Records) {
    try {
      await takeMessage(message, deps);
    } catch (error) {
      deps.log.error("alert.not-taken-back", errorFields(error));
      batchItemFailures.push({ itemIdentifier: message.messageId });
    }
  }
  return { batchItemFailures };
}

async function takeMessage({ messageId, body }: QueueMessage, deps: TakeBackBatchDeps): Promise<void> {
  const { data } = givenBack.safeParse(body);
  if (data === undefined) return tellOfStranger(messageId, "does not say which alert it was", deps);
  const returned = data.MessageAttributes;
  try {
    await deps.takeBack(returned);
  } catch (error) {
    if (!(error instanceof RecordNotFoundError)) throw error;
    deps.log.error("alert.never-recorded", { ...returned, ...errorFields(error) });
    await tellOfStranger(messageId, "names an alert that was never recorded", deps);
  }
}

/** Nothing of the message but its number: it may hold anything. */
async function tellOfStranger(messageId: string, why: string, deps: TakeBackBatchDeps): Promise<void> {
  deps.log.error("alert.stranger-given-back");
  await deps.operations.tell({
    subject: "Witnessed: an address gave back a message that is no alert",
    body: [
      `An address did not take a message of an alert topic. The message (${messageId} in the queue) ${why}.`,
      "It was taken out of the queue, and nobody else is told of it.",
      "",
      "What to do: find out who published it, within four hours. Only Witnessed is to write to these topics.",
    ].join("\n"),
  });
}
