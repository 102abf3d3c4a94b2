import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { WRITERS_AT_ONCE } from "#records/stored.ts";

export type StartMarkedDeps = {
  readonly incidents: Pick<IncidentRecords, "read" | "replace">;
  readonly workflow: WorkflowStarter;
  readonly clock: Clock;
};

/**
 * A starter that first notes on the incident that somebody must look at it. A run that never begins, or that
 * dies on its way, is then found by the sweep; only a run that began after the note may take it away.
 *
 * Starts nothing for an id without a record (its maker is about to look for itself), and the incident that
 * stayed for one that was merged.
 */
export function createMarkedStarter(deps: StartMarkedDeps): WorkflowStarter {
  return {
    start: async ({ incidentId, cause }) => {
      const marked = await mark(incidentId, deps);
      // The count makes the run's name new for each mark, so that none is taken for one that ended before it.
      if (marked !== undefined) {
        await deps.workflow.start({
          incidentId: marked.incidentId,
          cause: `${cause}-${marked.touches ?? 0}`,
        });
      }
    },
  };
}

/** The record that now has the mark; undefined when there is none. */
async function mark(incidentId: string, deps: StartMarkedDeps): Promise<IncidentRecord | undefined> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.incidents.read(incidentId);
    if (stored === undefined) return undefined;
    if (stored.record.mergedInto !== undefined) return mark(stored.record.mergedInto, deps);
    const now = deps.clock.now();
    if (isMarked(stored.record, now)) return stored.record;
    const marked = touched(stored.record, now);
    if (await deps.incidents.replace(marked, stored.revision)) return marked;
  }
  throw new ConcurrentWriteError(`incident ${incidentId} kept changing while it was marked`);
}

/** The record, due at once and in need of a look that begins after this. */
export function touched(record: IncidentRecord, now: Date): IncidentRecord {
  const at = now.toISOString();
  const lookAt = record.lookAt !== undefined && record.lookAt < at ? record.lookAt : at;
  return { ...record, touches: (record.touches ?? 0) + 1, lookAt };
}

/** Whether it is due and no run has begun since. */
function isMarked({ touches = 0, evaluation, lookAt }: IncidentRecord, now: Date): boolean {
  return touches > (evaluation?.touches ?? 0) && lookAt !== undefined && lookAt <= now.toISOString();
}

/**
 * For a function that may not start runs, since the machine that runs it would then refer to itself: what it
 * marks is started by the next sweep.
 */
export const leftToTheSweep: WorkflowStarter = { start: async () => {} };
