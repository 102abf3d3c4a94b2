import { ConcurrentWriteError, RecordNotFoundError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { WorkflowState } from "#contracts/workflow.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";
import { type FormIncidentsDeps, formIncidents } from "./form-incidents.ts";
import { placeReport } from "./place-report.ts";

/**
 * The workflow's first step: notes that this run begins, then makes the incident's facts anew from the rows,
 * reports and bookings. Others that change on the way get runs of their own.
 *
 * The note comes first: only what had arrived before it counts as seen by this run.
 * Throws `RecordNotFoundError` for an unknown id.
 */
export async function ingestIncident(state: WorkflowState, deps: FormIncidentsDeps): Promise<WorkflowState> {
  const { incidentId, cause } = state;
  const record = await beginEvaluation(state, deps);
  const { weaponSerial, seqs, reportIds, mergedInto } = record;
  const ownDeps = { ...deps, evaluating: incidentId };
  if (mergedInto === undefined && weaponSerial !== undefined && seqs.length > 0) {
    await formIncidents({ weaponSerial, seqs, cause }, ownDeps);
  } else if (mergedInto === undefined) {
    for (const reportId of reportIds) await placeReport({ reportId, cause }, ownDeps);
  }
  return { incidentId, cause };
}

/** The name under which a run is noted; tests and old states may lack the execution's own. */
export const executionOf = ({ execution, cause }: WorkflowState): string => execution ?? cause;

async function beginEvaluation(
  state: WorkflowState,
  deps: Pick<FormIncidentsDeps, "incidents">,
): Promise<IncidentRecord> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.incidents.read(state.incidentId);
    if (stored === undefined) throw new RecordNotFoundError(`There is no incident ${state.incidentId}.`);
    const { record } = stored;
    if (record.mergedInto !== undefined) return record;
    const evaluation = { execution: executionOf(state), touches: record.touches ?? 0 };
    if (await deps.incidents.replace({ ...record, evaluation }, stored.revision)) return record;
  }
  throw new ConcurrentWriteError(`incident ${state.incidentId} kept changing while its evaluation began`);
}
