import type { Records } from "#ports/records.ts";
import { partOf, under, visitKey, visitsPk } from "./keys.ts";
import { onEach } from "./stored.ts";

export type VisitRecords = ReturnType<typeof createVisitRecords>;

/**
 * Which visits of a person to the console are under way. What a visit is stands in its cookie; that it has not been
 * ended stands here, so that a copy of the cookie is worth nothing once it was. Reads are consistent.
 */
export const createVisitRecords = (records: Records) => ({
  /** The store forgets it after `expiresAt` (Unix seconds). */
  begin: async (subject: string, visitId: string, expiresAt: number): Promise<void> => {
    await records.put({ ...visitKey(subject, visitId), data: {}, expiresAt }, "absent");
  },

  isUnderWay: async (subject: string, visitId: string): Promise<boolean> =>
    (await records.get(visitKey(subject, visitId))) !== undefined,

  end: async (subject: string, visitId: string): Promise<void> => {
    await records.remove(visitKey(subject, visitId), "any");
  },

  /** Ends every visit of the person, wherever they are signed in. */
  endAll: async (subject: string): Promise<void> => {
    const visits = await records.query(under(visitsPk(subject), "VISIT#"));
    await onEach(visits, (visit) => records.remove(visitKey(subject, partOf(visit, 1)), "any"));
  },
});
