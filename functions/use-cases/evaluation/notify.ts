import type { CustodyNote } from "#contracts/custody-chain.ts";
import { ConcurrentWriteError, RecordNotFoundError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { NotifyResult, WorkflowState } from "#contracts/workflow.ts";
import { withClosure } from "#domain/lifecycle/closures.ts";
import { nextDeadline, lookAt as nextLook } from "#domain/lifecycle/deadlines.ts";
import { holdActs, legalHoldOf } from "#domain/lifecycle/legal-hold.ts";
import { latestVerdict, type Situation } from "#domain/lifecycle/situation.ts";
import { stateOf } from "#domain/lifecycle/state-of.ts";
import { policyAt } from "#domain/time/policies.ts";
import { instantOf } from "#domain/time/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach, sameContent } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";
import { executionOf } from "#use-cases/incidents/ingest-incident.ts";
import { type PlaceHoldsDeps, placeHolds } from "#use-cases/keeping/place-holds.ts";
import { type SendOwedDeps, sendOwed } from "./send-owed.ts";

const ATTEMPTS = 8;
/** A sleeper that has not woken this long after its time is taken for dead. */
const SLEEPER_OVERDUE_MS = 10 * 60_000;

export type NotifyDeps = PlaceHoldsDeps &
  SendOwedDeps & {
    readonly incidents: Pick<IncidentRecords, "read" | "replace">;
    readonly verdicts: Pick<VerdictRecords, "all">;
    readonly alerts: Pick<AlertRecords, "all">;
    readonly custody: Pick<CustodyRecords, "appendMissing" | "appendOnce">;
    readonly reports: Pick<ReportRecords, "latest">;
    readonly register: Pick<RegisterRecords, "isSupervisor">;
    readonly force: Pick<ForceConfig, "policies">;
    readonly clock: Clock;
  };

/**
 * The workflow's last step: sends every alert that is owed and was not sent, puts the files near the incident on legal
 * hold while somebody has to answer, then notes where the incident stands and when somebody must look again.
 *
 * An alert is recorded before it is sent and marked after, so it is sent at least once and under one id. One that the
 * topic refuses keeps no other from being sent; the level above hears of it, and the step fails so that it is tried
 * again, once lists show where the incident stands. What is noted is written under the record's revision; when somebody
 * wrote in between, all is looked at again. The answer is open unless nothing is awaited, or another run already sleeps
 * until then.
 */
export async function notify(state: WorkflowState, deps: NotifyDeps): Promise<NotifyResult> {
  const { incidentId, cause } = state;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await deps.incidents.read(incidentId);
    if (stored === undefined) throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
    const { record, revision } = stored;
    const before = await situationOf(record, deps);
    if (record.mergedInto !== undefined || before.verdicts.length === 0)
      return { incidentId, cause, open: false };
    const { alerts: sent, failure } = await sendOwed(before, deps);
    const candidates = await placeHolds(record, legalHoldOf(record, sent), deps);
    const situation = { ...before, alerts: sent, incident: { ...record, candidates: [...candidates] } };
    const { next, open } = settled(situation, state, deps.clock.now());
    if (record.holds.length > 0) await deps.custody.appendOnce(incidentId, ...holdActs(record));
    await deps.custody.appendMissing(incidentId, actsOf(situation, deps.clock.now()));
    if (failure !== undefined) {
      await deps.incidents.replace(stillDue(next, record, deps.clock.now()), revision);
      throw failure;
    }
    const unchanged = sameContent(next, record) && sameContent(sent, before.alerts);
    if (unchanged || (await deps.incidents.replace(next, revision))) {
      return { incidentId, cause, open, ...(open && next.sleeper ? { lookAt: next.sleeper.until } : {}) };
    }
  }
  throw new ConcurrentWriteError(`incident ${incidentId} kept changing while its alerts were sent`);
}

async function situationOf(incident: IncidentRecord, deps: NotifyDeps): Promise<Situation> {
  const { incidentId, reportIds, officerIds, occurredAt } = incident;
  const [verdicts, alerts, reports, supervisors] = await Promise.all([
    deps.verdicts.all(incidentId),
    deps.alerts.all(incidentId),
    onEach(reportIds, deps.reports.latest),
    onEach(officerIds, deps.register.isSupervisor),
  ]);
  return {
    incident,
    verdicts,
    alerts,
    reports: reports.flatMap((found) => (found === undefined ? [] : [found.report])),
    policy: policyAt(deps.force.policies, instantOf(occurredAt), deps.force.timeZone),
    levels: deps.force.alerts.levels.length,
    supervises: supervisors.includes(true),
  };
}

/** What the engine did, for the custody log: each version given, each alert sent, each file locked or held. */
function actsOf({ incident, verdicts, alerts }: Situation, now: Date): readonly CustodyNote[] {
  const acts = [
    ...verdicts.map(({ verdict: { version, outcome, decidedAt } }) => ({
      at: decidedAt,
      what: `gave verdict ${version}: ${outcome}`,
    })),
    ...alerts.flatMap(({ message: { type, level }, version, sentAt }) =>
      sentAt === undefined
        ? []
        : [{ at: sentAt, what: `alerted level ${level} of verdict ${version}: ${type}` }],
    ),
    ...incident.candidates.flatMap(({ footageId, retainedUntil }) =>
      retainedUntil === undefined
        ? []
        : [{ at: now.toISOString(), what: `locked footage ${footageId} until ${retainedUntil}` }],
    ),
    ...incident.candidates.flatMap(({ footageId, heldSince }) =>
      heldSince === undefined
        ? []
        : [
            {
              at: now.toISOString(),
              what: `placed a legal hold on footage ${footageId}, since ${heldSince}`,
            },
          ],
    ),
  ];
  const inOrder = acts.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return inOrder.map((act) => ({ ...act, who: "engine" }));
}

/** Where the incident stands, and whether this run is the one to sleep until somebody must look again. */
function settled(
  situation: Situation,
  state: WorkflowState,
  now: Date,
): { readonly next: IncidentRecord; readonly open: boolean } {
  const record = situation.incident;
  const { deadline: _deadline, lookAt: _lookAt, sleeper: _sleeper, ...rest } = record;
  const verdict = latestVerdict(situation.verdicts);
  const deadline = nextDeadline(situation);
  const wake = nextLook(situation, now);
  const isLatest = sawEverything(record, state);
  const due = isLatest ? wake : earlier(wake, record.lookAt);
  const sleeper = sleeperFor(record, wake, state, now);
  const next: IncidentRecord = {
    ...rest,
    ...(verdict === undefined
      ? {}
      : { outcome: verdict.outcome, version: verdict.version, priority: verdict.priority }),
    state: stateOf(situation),
    ...(isLatest && record.evaluation ? { evaluation: { ...record.evaluation, ended: true } } : {}),
    ...(deadline === undefined ? {} : { deadline }),
    ...(due === undefined ? {} : { lookAt: due }),
    ...(sleeper === undefined ? {} : { sleeper }),
  };
  return {
    next: withClosure(record, next, now.toISOString()),
    open: wake !== undefined && sleeper?.execution === executionOf(state),
  };
}

/** As lists show it, and as much in need of a look as it was before. */
function stillDue(next: IncidentRecord, before: IncidentRecord, now: Date): IncidentRecord {
  const { lookAt: _lookAt, sleeper: _sleeper, evaluation: _evaluation, ...shown } = next;
  const { lookAt = now.toISOString(), sleeper, evaluation } = before;
  return { ...shown, lookAt, ...(sleeper && { sleeper }), ...(evaluation && { evaluation }) };
}

/** Whether nothing arrived since this run began: only then may it take away what marks the incident as due. */
function sawEverything({ evaluation, touches = 0 }: IncidentRecord, state: WorkflowState): boolean {
  return evaluation?.execution === executionOf(state) && evaluation.touches === touches;
}

/** Who sleeps: another live run that wakes no later, else this one. */
function sleeperFor(
  { sleeper }: IncidentRecord,
  wake: string | undefined,
  state: WorkflowState,
  now: Date,
): IncidentRecord["sleeper"] {
  if (wake === undefined) return undefined;
  const isOther = sleeper !== undefined && sleeper.execution !== executionOf(state);
  const isLive = sleeper !== undefined && instantOf(sleeper.until) + SLEEPER_OVERDUE_MS > now.getTime();
  const resumes = state.cause.startsWith(RESUME);
  if (isOther && isLive && !resumes && sleeper.until <= wake) return sleeper;
  return { execution: executionOf(state), until: wake };
}

/** Causes of runs that take the place of sleepers that were lost; see the sweep. */
export const RESUME = "resume-";

const earlier = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || other === undefined || other < one ? (other ?? one) : one;
