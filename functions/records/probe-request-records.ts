import { type ProbeRequest, probeRequest } from "#contracts/sweep.ts";
import type { Records } from "#ports/records.ts";
import { idOf, probeRequestKey } from "./keys.ts";
import { asData, parseStored, type Stored } from "./stored.ts";

const PROBES = "PROBES";

export type ProbeRequestRecords = ReturnType<typeof createProbeRequestRecords>;

/** The latest request for each clip to read its file again. */
export const createProbeRequestRecords = (records: Records) => {
  const writeOf = (request: ProbeRequest) => ({
    ...probeRequestKey(request.footageId),
    data: asData(request),
    byDue:
      request.doneAt === undefined
        ? { list: PROBES, order: `${request.askedAt}#${request.footageId}` }
        : undefined,
  });
  return {
    read: async (footageId: string): Promise<Stored<ProbeRequest> | undefined> => {
      const stored = await records.get(probeRequestKey(footageId));
      return stored && { record: parseStored(probeRequest, stored), revision: stored.revision };
    },
    /** Writes the request over the one of that revision (absent: where none is). False when it is another by now. */
    write: async (request: ProbeRequest, revision: number | "absent"): Promise<boolean> => {
      const condition = revision === "absent" ? revision : { revision };
      return (await records.put(writeOf(request), condition)).written;
    },
    /** Ids of the clips whose files are to be read again, the oldest request first. Eventually consistent. */
    listOpen: async (limit: number): Promise<readonly string[]> =>
      (await records.list({ index: "byDue", list: PROBES, limit })).map(idOf),
  };
};
