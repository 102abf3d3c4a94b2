import { RecordNotFoundError } from "#contracts/errors.ts";
import type { CustodyEntry } from "#contracts/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";

export type ReadCustodyDeps = {
  readonly incidents: Pick<IncidentRecords, "read">;
  readonly custody: Pick<CustodyRecords, "append" | "all">;
  readonly clock: Clock;
};

export type ReadFootageCustodyDeps = {
  readonly footage: Pick<FootageRecords, "read">;
  readonly footageCustody: Pick<CustodyRecords, "append" | "all">;
  readonly clock: Clock;
};

/** The incident's custody log, oldest first, this reading included. Throws `RecordNotFoundError`. */
export async function readCustody(
  { incidentId, reader }: { readonly incidentId: string; readonly reader: string },
  { incidents, custody, clock }: ReadCustodyDeps,
): Promise<readonly CustodyEntry[]> {
  if (!(await incidents.read(incidentId))) {
    throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
  }
  return readLog(incidentId, reader, custody, clock);
}

/** As `readCustody`, of a clip's file: it outlives the file. */
export async function readFootageCustody(
  { footageId, reader }: { readonly footageId: string; readonly reader: string },
  { footage, footageCustody, clock }: ReadFootageCustodyDeps,
): Promise<readonly CustodyEntry[]> {
  if (!(await footage.read(footageId))) {
    throw new RecordNotFoundError(`There is no footage ${footageId}.`);
  }
  return readLog(footageId, reader, footageCustody, clock);
}

async function readLog(
  id: string,
  reader: string,
  custody: Pick<CustodyRecords, "append" | "all">,
  clock: Clock,
): Promise<readonly CustodyEntry[]> {
  await custody.append(id, { at: clock.now().toISOString(), who: reader, what: "read the custody log" });
  return custody.all(id);
}
