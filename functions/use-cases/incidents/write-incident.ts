import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { toUtc } from "#domain/time/time.ts";
import { canonicalJson, sha256Hex } from "#domain/verdict/canonical.ts";
import type { Clock } from "#ports/clock.ts";
import type { Log } from "#ports/log.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import { onEach, WRITERS_AT_ONCE } from "#records/stored.ts";
import { type KnownIncident, type LoadIncidentDeps, loadIncidentInputs } from "./load-incident-inputs.ts";
import { touched } from "./start-marked.ts";

/** Sorts after every real time: the first receipt is whatever the rows and reports say. */
const NEVER = "9999-12-31T00:00:00.000Z";

export type WriteIncidentDeps = LoadIncidentDeps & {
  readonly incidents: Pick<IncidentRecords, "read" | "create" | "replace">;
  readonly clock: Clock;
  /** The incident whose run does the writing: it looks for itself, so its record is not marked. */
  readonly evaluating?: string | undefined;
};

/** Rows and reports that make an incident, as its former has decided. */
export type IncidentMakeup = {
  readonly incidentId: string;
  readonly weaponSerial: string | undefined;
  readonly seqs: readonly number[];
  readonly reportIds: readonly string[];
};

/** `written`: something new is stored. `remade`: somebody else made it of something else; nothing was stored. */
export type WrittenIncident = {
  readonly record: IncidentRecord;
  readonly result: "written" | "unchanged" | "remade";
};

/**
 * Creates or renews an incident's record from all that is known of its makeup. When nothing new is known it
 * writes nothing; what it writes is marked, so that somebody looks at it.
 *
 * `basis` is the record as the makeup was decided on, undefined when there was none. When somebody has made it of
 * something else since, nothing is written: the caller looks and decides again.
 */
export async function writeIncident(
  makeup: IncidentMakeup,
  basis: IncidentRecord | undefined,
  deps: WriteIncidentDeps,
): Promise<WrittenIncident> {
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.incidents.read(makeup.incidentId);
    const existing = stored?.record;
    if (existing !== undefined && isRemade(existing, basis)) return { record: existing, result: "remade" };
    const known = await loadIncidentInputs(sourceOf(makeup, existing), deps);
    const span = known.search;
    const formedFrom = sha256Hex(canonicalJson({ inputs: known.inputs, incidentId: makeup.incidentId }));
    if (existing?.formedFrom === formedFrom && existing.mergedInto === undefined) {
      return { record: existing, result: "unchanged" };
    }
    const now = deps.clock.now();
    const renewal = renewed(existing ?? fresh(makeup.incidentId, now), makeup, known, formedFrom);
    const next = deps.evaluating === makeup.incidentId ? renewal : touched(renewal, now);
    const written =
      stored === undefined
        ? await deps.incidents.create(next, span)
        : await deps.incidents.replace(next, stored.revision, span);
    if (written) return { record: next, result: "written" };
  }
  throw new ConcurrentWriteError(`incident ${makeup.incidentId} kept changing while it was written`);
}

function isRemade(existing: IncidentRecord, basis: IncidentRecord | undefined): boolean {
  // One that had become part of another is made anew when its rows turn out to be a use of their own.
  if (basis === undefined) return existing.mergedInto === undefined;
  const makeupOf = ({ mergedInto, weaponSerial, seqs, reportIds }: IncidentRecord) => ({
    mergedInto,
    weaponSerial,
    seqs,
    reportIds,
  });
  return canonicalJson(makeupOf(existing)) !== canonicalJson(makeupOf(basis));
}

/** Starts a run for each, except for the incident whose run this is. */
export async function startAll(
  incidentIds: readonly string[],
  cause: string,
  deps: { readonly workflow: WorkflowStarter; readonly evaluating?: string | undefined },
): Promise<void> {
  const others = incidentIds.filter((incidentId) => incidentId !== deps.evaluating);
  await onEach(others, (incidentId) => deps.workflow.start({ incidentId, cause }));
}

/** The order in which incidents stay when several turn out to be one. */
export const olderFirst = (incidents: readonly IncidentRecord[]): readonly IncidentRecord[] =>
  incidents.toSorted((a, b) =>
    `${a.createdAt}#${a.incidentId}` < `${b.createdAt}#${b.incidentId}` ? -1 : 1,
  );

/**
 * Notes that an incident, as its merger was decided on, has become part of another. It asks nothing of anybody any
 * more. When somebody has made it of something else since, nothing is written: the caller looks again.
 */
export async function mergeIncident(
  basis: IncidentRecord,
  into: string,
  deps: Pick<WriteIncidentDeps, "incidents"> & { readonly log: Log },
): Promise<void> {
  const { incidentId } = basis;
  for (let attempt = 1; attempt <= WRITERS_AT_ONCE; attempt += 1) {
    const stored = await deps.incidents.read(incidentId);
    if (stored === undefined || isRemade(stored.record, basis)) return;
    const { lookAt: _due, sleeper: _sleeper, deadline: _deadline, ...record } = stored.record;
    const merged: IncidentRecord = { ...record, mergedInto: into, state: "MERGED" };
    if (await deps.incidents.replace(merged, stored.revision)) {
      deps.log.info("incident.merged", { incidentId, mergedInto: into });
      return;
    }
  }
  throw new ConcurrentWriteError(`incident ${incidentId} kept changing while it was merged`);
}

function sourceOf({ incidentId, weaponSerial, seqs, reportIds }: IncidentMakeup, existing?: IncidentRecord) {
  const decision = existing?.decision;
  return {
    incidentId,
    weaponSerial,
    seqs: [...seqs],
    reportIds: [...reportIds],
    firstReceivedAt: existing?.firstReceivedAt ?? NEVER,
    decision,
  };
}

function fresh(incidentId: string, now: Date): IncidentRecord {
  const at = now.toISOString();
  return {
    incidentId,
    createdAt: at,
    firstReceivedAt: at,
    drill: false,
    seqs: [],
    incidentRefs: [],
    reportIds: [],
    kind: "UNKNOWN",
    occurredAt: at,
    endedAt: at,
    officerIds: [],
    borough: "unknown",
    candidates: [],
    version: 0,
    state: "AWAITING_FOOTAGE",
    priority: "normal",
    acknowledgements: [],
    explanationRequests: [],
    confirmations: [],
    holds: [],
  };
}

/** The record with what ingestion knows; everything else stays as it is. */
function renewed(
  record: IncidentRecord,
  makeup: IncidentMakeup,
  { inputs, facts, search }: KnownIncident,
  formedFrom: string,
): IncidentRecord {
  const { mergedInto: _merged, weaponSerial: _weapon, ...rest } = record;
  const [{ c }] = facts.times;
  const joins = facts.mayLie ?? c;
  return {
    ...rest,
    ...(makeup.weaponSerial === undefined ? {} : { weaponSerial: makeup.weaponSerial }),
    firstReceivedAt: inputs.incident.firstReceivedAt,
    drill: inputs.incident.drill,
    seqs: [...makeup.seqs],
    reportIds: [...makeup.reportIds],
    incidentRefs: [...facts.incidentRefs],
    kind: facts.kind,
    occurredAt: toUtc(facts.occurredAtMs),
    endedAt: toUtc(facts.endedAtMs),
    officerIds: [...facts.officerIds],
    borough: facts.borough,
    joins: { from: toUtc(joins.from), to: toUtc(joins.to), uncertaintyMs: facts.uncertaintyMs },
    search: { from: toUtc(search.fromMs), to: toUtc(search.toMs) },
    formedFrom,
    state: rest.state === "MERGED" ? "AWAITING_FOOTAGE" : rest.state,
  };
}
