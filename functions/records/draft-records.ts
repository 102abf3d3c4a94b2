import * as z from "zod";
import type { Records } from "#ports/records.ts";
import { draftKey } from "./keys.ts";
import { asData, parseStored } from "./stored.ts";

/** A form that was sent after its session had ended: kept until its author is back. */
const draft = z.strictObject({
  /** Who wrote it; nobody else gets it. */
  subject: z.string(),
  /** The page that it was sent from. */
  path: z.string(),
  fields: z.record(z.string(), z.string()),
});
export type Draft = z.infer<typeof draft>;

export type DraftRecords = ReturnType<typeof createDraftRecords>;

/** Forms that wait for their author to sign in again. The store forgets them after `expiresAt` (Unix seconds). */
export const createDraftRecords = (records: Records) => ({
  keep: async (draftId: string, kept: Draft, expiresAt: number): Promise<void> => {
    await records.put({ ...draftKey(draftId), data: asData(kept), expiresAt }, "absent");
  },

  /** The draft, if this person wrote it. */
  read: async (draftId: string, subject: string): Promise<Draft | undefined> => {
    const stored = await records.get(draftKey(draftId));
    const found = stored && parseStored(draft, stored);
    return found?.subject === subject ? found : undefined;
  },

  /** Takes it away once it has been sent. */
  forget: async (draftId: string): Promise<void> => {
    await records.remove(draftKey(draftId), "any");
  },
});
