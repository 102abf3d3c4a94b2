import * as z from "zod";

/** What SQS hands to a function; the rest of it concerns nobody here. */
export const queueBatch = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })),
});
export type QueueBatch = z.infer<typeof queueBatch>;
export type QueueMessage = QueueBatch["Records"][number];

/** Which messages failed: the queue brings those alone again and, after some times, lays them aside. */
export type BatchAnswer = { readonly batchItemFailures: { readonly itemIdentifier: string }[] };

/** A text that holds JSON, such as the body of a message. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("the text is no JSON");
    return z.NEVER;
  }
});
