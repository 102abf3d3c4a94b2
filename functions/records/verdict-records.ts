import { type VerdictRecord, verdictRecord } from "#contracts/incident.ts";
import type { Records } from "#ports/records.ts";
import { incidentPk, under, verdictKey } from "./keys.ts";
import { asData, parseStored } from "./stored.ts";

export type VerdictRecords = ReturnType<typeof createVerdictRecords>;

/** Versions of verdicts: written once each, never edited. Reads are consistent. */
export const createVerdictRecords = (records: Records) => ({
  latest: async (incidentId: string): Promise<VerdictRecord | undefined> => {
    const [latest] = await records.query({
      ...under(incidentPk(incidentId), "VERDICT#"),
      descending: true,
      limit: 1,
    });
    return latest && parseStored(verdictRecord, latest);
  },

  /** Oldest first. */
  all: async (incidentId: string): Promise<readonly VerdictRecord[]> => {
    const versions = await records.query(under(incidentPk(incidentId), "VERDICT#"));
    return versions.map((version) => parseStored(verdictRecord, version));
  },

  /** False when somebody else has written this version: read again and decide again. */
  putVersion: async (incidentId: string, record: VerdictRecord): Promise<boolean> => {
    const key = verdictKey(incidentId, record.verdict.version);
    return (await records.put({ ...key, data: asData(record) }, "absent")).written;
  },
});
