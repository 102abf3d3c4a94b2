import type { FootageRecord } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { SweepReport, UndeclaredObject, Waiting } from "#contracts/sweep.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { LogRecord, LogRecords } from "#records/log-records.ts";
import { onEach, type Stored } from "#records/stored.ts";
import type { SweepRecords } from "#records/sweep-records.ts";
import type { UndeclaredRecords } from "#records/undeclared-records.ts";
import { RESUME } from "#use-cases/evaluation/notify.ts";
import { tellChange } from "#use-cases/footage/tell-change.ts";
import { createAttempts, type SweepRun } from "./attempts.ts";
import { type FindGoneDeps, findGone } from "./find-gone.ts";
import { type FindUndeclaredDeps, findUndeclared } from "./find-undeclared.ts";
import { type LookAtPromisesDeps, lookAtPromises } from "./look-at-promises.ts";
import { type NoteCollarNumbersDeps, noteCollarNumbers } from "./note-collar-numbers.ts";
import { type ProbeRejectedDeps, probeRejected } from "./probe-rejected.ts";

const MINUTE = 60_000;
/** A run that is on its way has noted something within this time. */
const OVERDUE_MS = 10 * MINUTE;
/** More in one go would only compete with the discharges of the moment. */
const MOST_INCIDENTS = 50;
const MOST_LOGS = 200;
const MOST_UNTOLD = 200;
/** At the start of a process everything that was waiting within it is started again. */
const MOST_AT_START = 10_000;
/** After so long no more files are read: of the five minutes that a function has, the rest is for the report. */
const READING_MS = 3 * MINUTE;
const MOST_TOLD = 20;

export type SweepDeps = LookAtPromisesDeps &
  FindUndeclaredDeps &
  FindGoneDeps &
  ProbeRejectedDeps &
  NoteCollarNumbersDeps & {
    readonly incidents: Pick<IncidentRecords, "read" | "listDueLooks">;
    readonly logs: Pick<LogRecords, "read" | "listUnformed">;
    readonly footage: Pick<FootageRecords, "listUntold">;
    readonly sweeps: Pick<SweepRecords, "writeReport">;
    readonly undeclared: UndeclaredRecords;
    /** Goes on with a log that was received (`resumeWeaponLog`). */
    readonly resumeLog: (log: LogRecord) => Promise<void>;
    /** The starter itself, not the one that marks: what is swept is marked already. */
    readonly workflow: WorkflowStarter;
    readonly operations: OperationsAlert;
  };

/**
 * Compares what was promised with what exists, and brings forward whatever stands still: incidents past their
 * time, logs of which no incidents were made, uploads whose URLs have expired, files that may be readable by now.
 * Says what it found: kept for `GET /v1/sweep`, in its log, and to operations where a person is needed.
 *
 * With `restartAll` (the start of a process that keeps its runs in memory) every incident that waits is started,
 * due or not. One thing that fails does not stop its neighbours.
 */
export async function sweep(
  { restartAll = false }: { readonly restartAll?: boolean | undefined },
  deps: SweepDeps,
): Promise<SweepReport> {
  const now = deps.clock.now();
  const isLate = () => deps.clock.now().getTime() - now.getTime() > READING_MS;
  const run: SweepRun = { ...createAttempts(deps.log), now, isLate };
  const [restarted, formed, promises, undeclared, gone] = await Promise.all([
    restartIncidents(restartAll, run, deps),
    resumeLogs(restartAll, run, deps),
    lookAtPromises(run, deps),
    findUndeclared(run, deps),
    findGone(run, deps),
    tellUntold(run, deps),
    noteCollarNumbers(run, deps),
  ]);
  const probedAgain = await probeRejected(run, deps);
  const ended = (wanted: string) => promises.filter(({ end }) => end === wanted).map(({ clip }) => clip);
  const unaccounted = run.failures.length + undeclared.length + gone.length;
  const report: SweepReport = {
    at: now.toISOString(),
    allAccountedFor: unaccounted === 0,
    unaccounted,
    restarted,
    formed,
    settled: ended("settled").length,
    expired: ended("expired").length,
    reopened: ended("reopened").length,
    probedAgain,
    promised: waitingOf(ended("promised").map(sinceDeclared), now),
    halfSent: waitingOf(ended("half-sent").map(sinceDeclared), now),
    unread: waitingOf(ended("unread").map(sinceDeclared), now),
    undeclared: waitingOf(
      undeclared.map(({ objectKey, storedAt }) => ({ id: objectKey, since: storedAt })),
      now,
    ),
    gone: waitingOf(gone.map(sinceDeclared), now),
    failures: run.failures.slice(0, MOST_TOLD),
  };
  await run.attempt({ list: "report" }, report.at, () => deps.sweeps.writeReport(report));
  await tell(report, undeclared, run, deps);
  return report;
}

async function restartIncidents(restartAll: boolean, run: SweepRun, deps: SweepDeps): Promise<number> {
  const looks = restartAll
    ? { before: "9999", most: MOST_AT_START }
    : { before: before(run.now, OVERDUE_MS), most: MOST_INCIDENTS };
  const list = () => deps.incidents.listDueLooks(looks.before, looks.most);
  const found = await readEach("incidentId", list, deps.incidents.read, run);
  const due = found.filter(({ lookAt }) => lookAt !== undefined && lookAt < looks.before);
  return countOf(
    await onEach(due, (record) =>
      run.attempt({ incidentId: record.incidentId }, record.lookAt ?? "", () => restart(record, deps)),
    ),
  );
}

async function restart({ incidentId, lookAt = "", touches = 0 }: IncidentRecord, deps: SweepDeps) {
  await deps.workflow.start({ incidentId, cause: `${RESUME}${lookAt}-${touches}` });
  return true;
}

async function resumeLogs(restartAll: boolean, run: SweepRun, deps: SweepDeps): Promise<number> {
  const until = restartAll ? run.now.toISOString() : before(run.now, OVERDUE_MS);
  const list = () => deps.logs.listUnformed(until, MOST_LOGS);
  const unformed = (await readEach("logId", list, deps.logs.read, run)).filter(({ formed }) => !formed);
  return countOf(
    await onEach(unformed, (log) =>
      run.attempt({ logId: log.logId }, log.receivedAt, async () => {
        await deps.resumeLog(log);
        return true;
      }),
    ),
  );
}

/** A clip that changed just before a process ended: incidents hear of it now. */
async function tellUntold(run: SweepRun, deps: SweepDeps): Promise<void> {
  const at = run.now.toISOString();
  const ids = await run.attempt({ list: "untold" }, at, () => deps.footage.listUntold(MOST_UNTOLD));
  await onEach(ids ?? [], (footageId) => run.attempt({ footageId }, at, () => tellChange(footageId, deps)));
}

const LISTS = { incidentId: "incidents", logId: "logs" } as const;

/**
 * Reads what a list names, each by itself: a record that cannot be read leaves its neighbours alone. A list may be
 * behind the records.
 */
async function readEach<Value>(
  field: keyof typeof LISTS,
  list: () => Promise<readonly string[]>,
  read: (id: string) => Promise<Stored<Value> | undefined>,
  run: SweepRun,
): Promise<readonly Value[]> {
  const at = run.now.toISOString();
  const ids = (await run.attempt({ list: LISTS[field] }, at, list)) ?? [];
  const found = await onEach(ids, (id) => run.attempt({ [field]: id }, at, () => read(id)));
  return found.filter((stored) => stored !== undefined).map(({ record }) => record);
}

const before = (now: Date, ms: number): string => new Date(now.getTime() - ms).toISOString();
const countOf = (done: readonly (boolean | undefined)[]): number => done.filter(Boolean).length;

type Found = { readonly id: string; readonly since: string };
const sinceDeclared = ({ footageId, declaredAt }: FootageRecord): Found => ({
  id: footageId,
  since: declaredAt,
});

function waitingOf(found: readonly Found[], now: Date): Waiting {
  const [first] = found.toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) return { count: 0 };
  const ageSeconds = Math.max(0, Math.round((now.getTime() - Date.parse(first.since)) / 1000));
  return { count: found.length, oldest: { ...first, ageSeconds } };
}

/** What waits, with its age, to the log; what is not accounted for also to operations, a file of nobody's once. */
async function tell(
  report: SweepReport,
  undeclared: readonly UndeclaredObject[],
  run: SweepRun,
  deps: SweepDeps,
): Promise<void> {
  for (const kind of ["promised", "halfSent", "unread", "undeclared", "gone"] as const) {
    const { count, oldest } = report[kind];
    if (oldest) deps.log.info("sweep.waiting", { kind, count, ageSeconds: oldest.ageSeconds });
  }
  const untold = undeclared.filter(({ toldAt }) => toldAt === undefined);
  const lines = [
    ...run.failures.map(({ what, since, error }) => `${what}: ${error}, since ${since}`),
    ...untold.map(
      ({ objectKey, storedAt }) => `objectKey ${objectKey}: declared by nobody, since ${storedAt}`,
    ),
  ];
  if (lines.length > 0) {
    await deps.operations.tell({
      subject: `Witnessed: ${lines.length} things could not be brought forward`,
      body: [
        "The sweep found what stands still and could not bring it forward:",
        ...lines.slice(0, MOST_TOLD),
        ...(lines.length > MOST_TOLD ? [`and ${lines.length - MOST_TOLD} more`] : []),
        "",
        `What to do: find out why, by ${new Date(run.now.getTime() + 240 * MINUTE).toISOString()}.`,
      ].join("\n"),
    });
  }
  await onEach(untold, (object) => deps.undeclared.update({ ...object, toldAt: report.at }));
  const news = run.failures.length + untold.length + report.gone.count;
  if (report.allAccountedFor) deps.log.info("sweep.all-accounted-for");
  // What was told before is on its list: an alarm that never ends would hide the next one.
  else if (news === 0) deps.log.info("sweep.still-unaccounted", { count: report.unaccounted });
  else deps.log.warn("sweep.unaccounted", { count: news });
}
