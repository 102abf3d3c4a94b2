import * as z from "zod";
import { type AlertMessage, alertMessage, type Notice, notice } from "#contracts/alert.ts";
import { CorruptRecordError } from "#contracts/errors.ts";
import { utcTimestamp } from "#contracts/time.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { Clock } from "#ports/clock.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { Records } from "#ports/records.ts";

const INBOX = "INBOX";
const OPERATIONS = "OPERATIONS-INBOX";

const delivered = z.strictObject({ message: z.union([alertMessage, notice]), sentAt: utcTimestamp });
const told = z.strictObject({ subject: z.string(), body: z.string(), at: utcTimestamp });

/** A message as the inbox shows it. */
export type InboxAlert = (AlertMessage | Notice) & { readonly sentAt: string };
export type OperationsMessage = z.infer<typeof told>;

export type Inbox = AlertPublisher & {
  readonly operations: OperationsAlert;
  /** Everything delivered, oldest first, each alert once. */
  readonly alerts: () => Promise<readonly InboxAlert[]>;
  /** What operations were told, oldest first. */
  readonly operationsMessages: () => Promise<readonly OperationsMessage[]>;
};

/**
 * Where alerts go on one machine: an inbox in the records, so that it outlives a restart. An alert that is
 * published twice is shown once, as it came the first time.
 */
export function createInbox(deps: { readonly records: Records; readonly clock: Clock }): Inbox {
  const now = () => deps.clock.now().toISOString();
  return {
    publish: async (message) => {
      const key = { pk: INBOX, sk: message.alertId };
      await deps.records.put({ ...key, data: { message, sentAt: now() } }, "absent");
      return { messageId: message.alertId };
    },
    operations: {
      tell: async ({ subject, body }) => {
        const at = now();
        await deps.records.put(
          { pk: OPERATIONS, sk: `${at}#${subject}`, data: { subject, body, at } },
          "any",
        );
      },
    },
    alerts: async () => {
      const stored = await deps.records.query({ pk: INBOX });
      const alerts = stored.map(({ sk, data }) => parsed(delivered, data, sk));
      return alerts
        .map(({ message, sentAt }) => ({ ...message, sentAt }))
        .sort((a, b) => (`${a.sentAt}#${a.alertId}` < `${b.sentAt}#${b.alertId}` ? -1 : 1));
    },
    operationsMessages: async () => {
      const stored = await deps.records.query({ pk: OPERATIONS });
      return stored.map(({ sk, data }) => parsed(told, data, sk));
    },
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, data: unknown, sk: string): z.output<Schema> {
  const result = schema.safeParse(data);
  if (!result.success) throw new CorruptRecordError(`inbox message ${sk} does not have the expected shape`);
  return result.data;
}
