import { RecordNotFoundError } from "#contracts/errors.ts";
import type { CustodyEntry } from "#contracts/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";

export type ReadCustodyDeps = {
  readonly incidents: Pick<IncidentRecords, "read">;
  readonly custody: Pick<CustodyRecords, "append" | "all">;
  readonly clock: Clock;
};

/** The incident's custody log, oldest first, this reading included. Throws `RecordNotFoundError`. */
export async function readCustody(
  { incidentId, reader }: { readonly incidentId: string; readonly reader: string },
  deps: ReadCustodyDeps,
): Promise<readonly CustodyEntry[]> {
  if (!(await deps.incidents.read(incidentId))) {
    throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
  }
  const at = deps.clock.now().toISOString();
  await deps.custody.append(incidentId, { at, who: reader, what: "read the custody log" });
  return deps.custody.all(incidentId);
}
