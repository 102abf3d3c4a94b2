import type * as z from "zod";
import { CorruptRecordError } from "#contracts/errors.ts";
import type { Records } from "#ports/records.ts";

/**
 * What was begun and has not ended, kept so that a kill loses none of it: the stand-in on one machine for the
 * durability of Step Functions executions and of the queue between the store and footage intake.
 */
export type Journal<Entry> = {
  readonly began: (id: string, entry: Entry) => Promise<void>;
  readonly ended: (id: string) => Promise<void>;
  /** What an earlier process left, by id. */
  readonly open: () => Promise<readonly { readonly id: string; readonly entry: Entry }[]>;
};

export function createJournal<Schema extends z.ZodType<object>>(
  records: Records,
  name: string,
  schema: Schema,
): Journal<z.output<Schema>> {
  const pk = `LOCAL#${name}`;
  return {
    began: async (id, entry) => {
      await records.put({ pk, sk: id, data: { entry } }, "any");
    },
    ended: async (id) => {
      await records.remove({ pk, sk: id }, "any");
    },
    open: async () => {
      const stored = await records.query({ pk });
      return stored.map(({ sk, data }) => {
        const result = schema.safeParse(data["entry"]);
        if (!result.success) throw new CorruptRecordError(`the journal's entry ${sk} is not one`);
        return { id: sk, entry: result.data };
      });
    },
  };
}
