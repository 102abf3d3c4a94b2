import type { FootageRecord } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { type FootageRecords, isPromise } from "#records/footage-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { LogRecord, LogRecords } from "#records/log-records.ts";
import { onEach, type Stored } from "#records/stored.ts";
import { RESUME } from "./notify.ts";
import type { SettleFootageOutcome } from "./settle-footage.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A run that is on its way has noted something within this time. */
const OVERDUE_MS = 10 * MINUTE;
/** More in one go would only compete with the discharges of the moment. */
const MOST_INCIDENTS = 50;
const MOST_LOGS = 200;
/** Cameras promise their clips hours before they are docked; what never comes is looked at for seven days. */
const MOST_PROMISES = 2000;
const PROMISE_KEPT_MS = 7 * DAY;
/** At the start of a process everything that was waiting within it is started again. */
const MOST_AT_START = 10_000;

export type SweepDeps = {
  readonly incidents: Pick<IncidentRecords, "read" | "listDueLooks">;
  readonly logs: Pick<LogRecords, "read" | "listUnformed">;
  readonly footage: Pick<FootageRecords, "read" | "replace" | "listDuePromises">;
  readonly evidence: Pick<EvidenceStore, "stat" | "completeMultipart">;
  /** Looks at a stored object and decides whether it counts (`settleFootage`). */
  readonly settle: (object: { readonly objectKey: string }) => Promise<SettleFootageOutcome>;
  /** Goes on with a log that was received (`resumeWeaponLog`). */
  readonly resumeLog: (log: LogRecord) => Promise<void>;
  /** Starts what a clip may change (`reevaluateForFootage`). */
  readonly onFootageChanged: (footage: FootageRecord) => Promise<void>;
  /** The starter itself, not the one that marks: what is swept is marked already. */
  readonly workflow: WorkflowStarter;
  readonly operations: OperationsAlert;
  readonly clock: Clock;
  readonly log: Log;
};

export type SweepResult = {
  readonly restarted: number;
  readonly formed: number;
  readonly settled: number;
  readonly expired: number;
  /** What could not be brought forward this time; operations hear of it. */
  readonly unaccounted: number;
};

/**
 * Compares what was promised with what exists, and brings forward whatever stands still: incidents past their
 * time, logs of which no incidents were made, and uploads whose URLs have expired.
 *
 * With `restartAll` (the start of a process that keeps its runs in memory) every incident that waits is started,
 * due or not. One thing that fails does not stop its neighbours.
 */
export async function sweep(
  { restartAll = false }: { readonly restartAll?: boolean | undefined },
  deps: SweepDeps,
): Promise<SweepResult> {
  const now = deps.clock.now();
  const failures: Failure[] = [];
  const attempt = attemptInto(failures, deps.log);
  const { incidents, logs, promises } = await listWhatStandsStill(restartAll, now, attempt, deps);
  const results = await Promise.all([
    onEach(incidents, (record) =>
      attempt({ incidentId: record.incidentId }, record.lookAt ?? "", () => restart(record, deps)),
    ),
    onEach(logs, (log) => attempt({ logId: log.logId }, log.receivedAt, () => resume(log, deps))),
    onEach(promises, (clip) =>
      attempt({ footageId: clip.footageId }, clip.declaredAt, () => lookAtPromise(clip, now, deps)),
    ),
  ]);
  await tell(failures, now, deps);
  const count = (result: Brought) => results.flat().filter((one) => one === result).length;
  return {
    restarted: count("restarted"),
    formed: count("formed"),
    settled: count("settled"),
    expired: count("expired"),
    unaccounted: failures.length,
  };
}

/** What became of one thing; undefined where it failed. */
type Brought = "restarted" | "formed" | "settled" | "expired" | "waiting";

/** The lists, each read by itself: one that cannot be read leaves the others alone. */
async function listWhatStandsStill(restartAll: boolean, now: Date, attempt: Attempt, deps: SweepDeps) {
  const at = now.toISOString();
  const overdue = new Date(now.getTime() - OVERDUE_MS).toISOString();
  const looks = restartAll
    ? { before: "9999", most: MOST_AT_START }
    : { before: overdue, most: MOST_INCIDENTS };
  const readEach = readEachWith(attempt, at);
  const [incidents, logs, promises] = await Promise.all([
    readEach("incidentId", () => deps.incidents.listDueLooks(looks.before, looks.most), deps.incidents.read),
    readEach("logId", () => deps.logs.listUnformed(restartAll ? at : overdue, MOST_LOGS), deps.logs.read),
    readEach("footageId", () => deps.footage.listDuePromises(at, MOST_PROMISES), deps.footage.read),
  ]);
  // The lists may be behind the records.
  return {
    incidents: incidents.filter(({ lookAt }) => lookAt !== undefined && lookAt < looks.before),
    logs: logs.filter(({ formed }) => !formed),
    promises: promises.filter((clip) => isPromise(clip) && clip.urlsExpireAt < at),
  };
}

const LISTS = { incidentId: "incidents", logId: "logs", footageId: "promises" } as const;

/** Reads what a list names, each by itself: a record that cannot be read leaves its neighbours alone. */
function readEachWith(attempt: Attempt, at: string) {
  return async <Value>(
    field: keyof typeof LISTS,
    list: () => Promise<readonly string[]>,
    read: (id: string) => Promise<Stored<Value> | undefined>,
  ): Promise<readonly Value[]> => {
    const ids = (await attempt({ list: LISTS[field] }, at, list)) ?? [];
    const found = await onEach(ids, (id) => attempt({ [field]: id }, at, () => read(id)));
    return found.filter((stored) => stored !== undefined).map(({ record }) => record);
  };
}

async function restart(
  { incidentId, lookAt = "", touches = 0 }: IncidentRecord,
  deps: SweepDeps,
): Promise<Brought> {
  await deps.workflow.start({ incidentId, cause: `${RESUME}${lookAt}-${touches}` });
  return "restarted";
}

async function resume(log: LogRecord, deps: SweepDeps): Promise<Brought> {
  await deps.resumeLog(log);
  return "formed";
}

/** An upload whose URLs have expired: its object is there, or its parts are, or it is still awaited. */
async function lookAtPromise(clip: FootageRecord, now: Date, deps: SweepDeps): Promise<Brought> {
  const { objectKey, uploadId, state, declaration } = clip;
  const isStored = (await deps.evidence.stat(objectKey)) !== undefined;
  if (!isStored && state === "PROCESSING" && uploadId !== undefined) {
    await deps.evidence.completeMultipart({ key: objectKey, uploadId, bytes: declaration.file.bytes });
  }
  const { outcome } = await deps.settle({ objectKey });
  if (outcome === "settled" || outcome === "already-settled") return "settled";
  const age = now.getTime() - Date.parse(clip.urlsExpireAt);
  return age > PROMISE_KEPT_MS ? expire(clip, deps) : "waiting";
}

/** A promise that was broken is a finding: it stays listed, and the verdicts that it may change are given anew. */
async function expire({ footageId }: FootageRecord, deps: SweepDeps): Promise<Brought> {
  const stored = await deps.footage.read(footageId);
  if (stored === undefined || !isPromise(stored.record)) return "waiting";
  const expired: FootageRecord = { ...stored.record, state: "EXPIRED" };
  // Looked for first: were the process to end in between, the clip would still be on the list.
  await deps.onFootageChanged(expired);
  if (!(await deps.footage.replace(expired, stored.revision))) return "waiting";
  await deps.onFootageChanged(expired);
  deps.log.warn("footage.expired", { footageId });
  return "expired";
}

type Failure = { readonly what: string; readonly since: string; readonly error: string };
type Subject = { readonly [field in "incidentId" | "logId" | "footageId" | "list"]?: string };

type Attempt = ReturnType<typeof attemptInto>;

/** Runs a piece of work, and notes its failure in place of throwing it. */
function attemptInto(failures: Failure[], log: Log) {
  return async <Result>(
    subject: Subject,
    since: string,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      const { list, ...ids } = subject;
      log.error("sweep.failed", { ...ids, step: list, error: name });
      const [what = ""] = Object.entries(subject).map(([field, id]) => `${field} ${id}`);
      failures.push({ what, since, error: name });
      return undefined;
    }
  };
}

async function tell(failures: readonly Failure[], now: Date, deps: SweepDeps): Promise<void> {
  if (failures.length === 0) {
    deps.log.info("sweep.all-accounted-for");
    return;
  }
  deps.log.warn("sweep.unaccounted", { count: failures.length });
  await deps.operations.tell({
    subject: `Witnessed: ${failures.length} things could not be brought forward`,
    body: [
      "The sweep found what stands still and could not bring it forward:",
      ...failures.slice(0, 20).map(({ what, since, error }) => `${what}: ${error}, since ${since}`),
      ...(failures.length > 20 ? [`and ${failures.length - 20} more`] : []),
      "",
      `What to do: find out why, by ${new Date(now.getTime() + 4 * 60 * MINUTE).toISOString()}.`,
    ].join("\n"),
  });
}
