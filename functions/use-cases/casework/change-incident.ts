import type { IncidentAnswer } from "#contracts/answers.ts";
import {
  ConcurrentWriteError,
  ConflictError,
  NotAllowedError,
  RecordNotFoundError,
} from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { withClosure } from "#domain/lifecycle/closures.ts";
import { isInvolved } from "#domain/lifecycle/is-involved.ts";
import { stateOf } from "#domain/lifecycle/state-of.ts";
import { policyAt } from "#domain/time/policies.ts";
import { instantOf } from "#domain/time/time.ts";
import type { Person } from "#ports/identity.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, WRITERS_AT_ONCE } from "#records/stored.ts";
import { loadIncident, type ReadIncidentDeps } from "./read-incident.ts";

export type ChangeIncidentDeps = ReadIncidentDeps & {
  readonly incidents: Pick<IncidentRecords, "read" | "replace">;
  readonly custody: Pick<CustodyRecords, "append" | "appendOnce">;
  readonly register: Pick<RegisterRecords, "isSupervisor">;
  readonly workflow: WorkflowStarter;
  readonly force: Pick<ForceConfig, "policies" | "timeZone" | "alerts">;
};

/** What a person does to an incident. */
export type IncidentChange = {
  readonly incidentId: string;
  readonly by: Person;
  /** For the custody log: a short phrase, and the person's own reason. */
  readonly what: string;
  readonly why?: string | undefined;
  /** Names the evaluation that follows, with the act's time: the same act starts it once. */
  readonly kind: string;
  /** When the act was done, as the record has it afterwards. */
  readonly doneAt: (record: IncidentRecord) => string | undefined;
  /** The record afterwards; the same object when the act was done before. Throws when it may not be done. */
  readonly change: (record: IncidentRecord, at: string) => IncidentRecord;
};

/**
 * Writes a person's act onto the incident under its revision, then its custody entry, then starts an
 * evaluation. A crash in between is healed by the person's own repeat, which goes on where it ended.
 */
export async function changeIncident(act: IncidentChange, deps: ChangeIncidentDeps): Promise<IncidentAnswer> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.incidents.read(act.incidentId);
    if (!stored) throw new RecordNotFoundError(`There is no incident ${act.incidentId}.`);
    refuseMerged(stored.record);
    const at = deps.clock.now().toISOString();
    const changed = act.change(stored.record, at);
    if (changed !== stored.record) {
      const next = { ...changed, state: await stateAfter(changed, deps) };
      const record = withClosure(stored.record, next, at);
      if (!(await deps.incidents.replace(record, stored.revision))) continue;
    }
    const { incidentId, kind, what, why } = act;
    const doneAt = act.doneAt(changed) ?? at;
    await deps.custody.appendOnce(incidentId, { at: doneAt, who: act.by.subject, what, why });
    await deps.workflow.start({ incidentId, cause: `${kind}-${doneAt}` });
    return loadIncident(act.incidentId, deps);
  }
  throw new ConcurrentWriteError("the incident kept changing while a person's act was written");
}

function refuseMerged({ incidentId, mergedInto }: IncidentRecord): void {
  if (mergedInto === undefined) return;
  throw new ConflictError(`${incidentId} turned out to be the same use as ${mergedInto}: do it there.`);
}

/** Where the incident stands at once, by the rules that the evaluation will go by. */
async function stateAfter(incident: IncidentRecord, deps: ChangeIncidentDeps) {
  const { policies, timeZone, alerts: levels } = deps.force;
  const [verdicts, alerts, reports, supervises] = await Promise.all([
    deps.verdicts.all(incident.incidentId),
    deps.alerts.all(incident.incidentId),
    onEach(incident.reportIds, (reportId) => deps.reports.latest(reportId)),
    onEach(incident.officerIds, (officerId) => deps.register.isSupervisor(officerId)),
  ]);
  return stateOf({
    incident,
    verdicts,
    alerts,
    reports: reports.flatMap((found) => (found ? [found.report] : [])),
    policy: policyAt(policies, instantOf(incident.occurredAt), timeZone),
    levels: levels.levels.length,
    supervises: supervises.includes(true),
  });
}

/** Nobody decides about a use of their own. Throws `NotAllowedError`. */
export function refuseInvolved(record: IncidentRecord, person: Person): void {
  if (!isInvolved(record, person)) return;
  throw new NotAllowedError("You may be the officer whose use this is: another supervisor has to do this.");
}
