import { createInbox } from "#adapters/local/alert-publisher.inbox.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import { type ForceConfig, forceConfig } from "#contracts/force.ts";
import { type UseReport, useReport } from "#contracts/report.ts";
import { type WeaponLog, weaponLog } from "#contracts/weapon-log.ts";
import { executionName, type NotifyResult, type WorkflowState } from "#contracts/workflow.ts";
import { footageSearchSpan } from "#domain/cover/search-spans.ts";
import type { Log, LogFields } from "#ports/log.ts";
import type { MediaProbe } from "#ports/media-probe.ts";
import type { Records } from "#ports/records.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { holdFootage } from "#use-cases/casework/hold-footage.ts";
import { decideVerdict } from "#use-cases/evaluation/decide-verdict.ts";
import { matchFootage } from "#use-cases/evaluation/match-footage.ts";
import { notify } from "#use-cases/evaluation/notify.ts";
import { probeAgain } from "#use-cases/footage/probe-again.ts";
import { settleFootage } from "#use-cases/footage/settle-footage.ts";
import { ingestIncident } from "#use-cases/incidents/ingest-incident.ts";
import { ingestWeaponLog, resumeWeaponLog } from "#use-cases/incidents/ingest-weapon-log.ts";
import { receiveReport } from "#use-cases/incidents/receive-report.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";
import { deleteFootage } from "#use-cases/keeping/delete-footage.ts";
import { liftHolds } from "#use-cases/keeping/lift-holds.ts";
import { reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";
import type { Senders } from "#use-cases/notices/pace-sending.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { sweep } from "#use-cases/sweep/sweep.ts";
import { aBooking, anOfficer, CAMERA, OFFICER, WEAPON } from "./build-inputs.ts";
import { createMemoryEvidence, type MemoryEvidence } from "./memory-evidence.ts";
import { createMemoryRecords } from "./memory-records.ts";

export const testForce: ForceConfig = forceConfig.parse({
  code: "testing",
  name: "Testing Police",
  timeZone: "Europe/London",
  region: "eu-west-2",
  operations: { emails: ["platform@police.example"] },
  alerts: {
    levels: [
      { name: "duty supervisors", emails: ["duty@police.example"] },
      { name: "professional standards", emails: ["psd@police.example"] },
    ],
  },
  policies: [{ version: "2019-07", effectiveFrom: "2019-07-15" }],
});

/** An hour after the shift in which everything happens, the grace still running. */
export const AFTER_SHIFT = "2026-11-22T06:00:00.000Z";

const RIGHT_CLOCK = { deviceClock: "2026-11-22T06:00:00Z", gatewayClock: "2026-11-22T06:00:00Z" };

/** One discharge of 5 s at 21:08, in a download of the next morning. */
export const aWeaponLog = (changes: Record<string, unknown> = {}): WeaponLog =>
  weaponLog.parse({
    weapon: { serial: WEAPON, model: "TASER 7" },
    clock: RIGHT_CLOCK,
    events: [
      { seq: 4101, at: "2026-11-21T21:07:50Z", type: "armed" },
      {
        seq: 4102,
        at: "2026-11-21T21:08:00Z",
        type: "trigger",
        durationSeconds: 5,
        cartridge: { serial: "C7H001", kind: "live", deployed: true },
      },
      { seq: 4103, at: "2026-11-21T21:08:30Z", type: "safe" },
    ],
    ...changes,
  });

export const aUseReport = (changes: Record<string, unknown> = {}): UseReport =>
  useReport.parse({
    reportId: "UOF-1",
    officerId: OFFICER,
    weaponSerial: WEAPON,
    statedAt: "2026-11-21T21:08:00Z",
    actions: ["fired"],
    outcomeIntent: "intended",
    borough: "Southwark",
    locationType: "street",
    singleCrewed: "no",
    bodyWornVideo: "not-known",
    subject: { ageBand: "18-34", under18: "no", gender: "male", ethnicity: "not-stated", mentalHealth: "no" },
    ...changes,
  });

/** Of footage: what it finds, and its version. */
export type Reader = { readonly version: number; readonly probe: MediaProbe };

const READS_EVERYTHING: Reader = {
  version: 1,
  probe: async () => ({
    outcome: "playable",
    media: {
      container: "mp4",
      playableSeconds: 120,
      gaps: [],
      audio: [],
      truncated: false,
      warnings: [],
    },
  }),
};

type Sleeper = { readonly state: WorkflowState; readonly until: string };
export type World = ReturnType<typeof createWorld>;

/**
 * One force with everything in memory: real use cases, real records, a clock that the test turns, and runs that
 * go through the steps when the test says so.
 */
export function createWorld(
  options: {
    readonly records?: Records;
    readonly now?: string;
    readonly evidence?: MemoryEvidence;
    readonly reader?: Reader;
    /** In place of the inbox and of the testing force. */
    readonly senders?: Senders;
    readonly force?: ForceConfig;
  } = {},
) {
  const records = options.records ?? createMemoryRecords();
  const repositories = createRepositories(records);
  const evidence = options.evidence ?? createMemoryEvidence();
  let now = new Date(options.now ?? AFTER_SHIFT);
  const clock = { now: () => now };
  evidence.follow(clock);
  const inbox = createInbox({ records, clock });
  const lines: { readonly code: string; readonly fields: LogFields | undefined }[] = [];
  const write = (code: string, fields?: LogFields) => void lines.push({ code, fields });
  const log: Log = { info: write, warn: write, error: write };

  const names = new Set<string>();
  const queue: WorkflowState[] = [];
  let sleepers: Sleeper[] = [];
  const starter: WorkflowStarter = {
    start: async ({ incidentId, cause }) => {
      const execution = executionName({ incidentId, cause, attempt: 1 });
      if (names.has(execution)) return;
      names.add(execution);
      queue.push({ incidentId, cause, execution });
    },
  };
  let reader = options.reader ?? READS_EVERYTHING;
  const workflow = createMarkedStarter({ ...repositories, workflow: starter, clock });
  const deps = {
    ...repositories,
    evidence,
    workflow,
    ...(options.senders ?? { publisher: inbox, operations: inbox.operations }),
    consoleBaseUrl: "https://console.example",
    force: options.force ?? testForce,
    clock,
    log,
  };

  const reading = {
    ...deps,
    probe: (file: Parameters<MediaProbe>[0]) => reader.probe(file),
    get readerVersion() {
      return reader.version;
    },
    onFootageChanged: (clip: FootageRecord) => reevaluateForFootage(clip, deps),
  };

  /** What a run does when it wakes: everything but the first step. */
  const wake = async (state: WorkflowState): Promise<NotifyResult> => {
    await matchFootage(state, deps);
    await decideVerdict(state, deps);
    return notify(state, deps);
  };
  /** One pass through the four steps. */
  const evaluate = async (state: WorkflowState): Promise<NotifyResult> => {
    await ingestIncident(state, deps);
    return wake(state);
  };
  const take = async (state: WorkflowState, step = evaluate) => {
    const { open, lookAt } = await step(state);
    if (open && lookAt !== undefined) sleepers.push({ state, until: lookAt });
  };
  /** Lets every run go on until it ends or sleeps. */
  const settle = async () => {
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) await take(state);
  };

  return {
    records,
    ...repositories,
    evidence,
    inbox,
    clock,
    deps,
    lines,
    evaluate,
    settle,
    started: () => [...names],
    queued: () => [...queue],
    sleepers: () => [...sleepers],
    /** Loses every run, as the end of a process does that keeps them in memory. */
    forgetRuns: () => {
      queue.length = 0;
      sleepers = [];
      names.clear();
    },
    /** Turns the clock, waking each sleeper at its time on the way. */
    advanceTo: async (to: Date | string) => {
      const end = new Date(to);
      for (;;) {
        const [next] = sleepers.toSorted((a, b) => (a.until < b.until ? -1 : 1));
        if (next === undefined || new Date(next.until) > end) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        if (new Date(next.until) > now) now = new Date(next.until);
        await take(next.state, wake);
        await settle();
      }
      now = end;
    },
    postLog: (given = aWeaponLog()) =>
      ingestWeaponLog(
        { log: given, body: new TextEncoder().encode(JSON.stringify(given)), deliveredBy: "DOCK1" },
        deps,
      ),
    postReport: (given = aUseReport()) =>
      receiveReport(
        { report: given, body: new TextEncoder().encode(JSON.stringify(given)), receivedFrom: "DOCK1" },
        deps,
      ),
    /** Registers the officer with weapon and camera, booked for the shift. */
    book: async () => {
      await repositories.register.putOfficer(anOfficer());
      for (const [serial, kind] of [
        [WEAPON, "weapon"],
        [CAMERA, "camera"],
      ] as const) {
        await repositories.register.putDevice({ serial, kind, model: "TASER 7", status: "active" }, []);
        await repositories.register.putBooking(aBooking({ deviceSerial: serial }));
      }
    },
    /** What two functions are called for by the clock. */
    liftHolds: () => liftHolds(deps),
    deleteFootage: () => deleteFootage(deps),
    /** A supervisor's act. */
    hold: (incidentId: string, action: "place" | "release", reason = "A court asks for it.") =>
      holdFootage(
        {
          incidentId,
          by: { subject: "supervisor-1", roles: ["supervisor"] },
          request: { action, reason },
        },
        deps,
      ),
    /** A clip whose file lies in the store, as the intake leaves it. */
    addFile: async (clip: FootageRecord) => {
      evidence.store(clip.objectKey, new Uint8Array([1]));
      const object = await evidence.stat(clip.objectKey);
      if (!object) throw new Error("the file was not stored");
      const { bytes, versionId, storedAt, sha256, composite } = object;
      const stored = { bytes, versionId, storedAt, sha256, composite };
      const { policies, timeZone } = testForce;
      const record = { ...clip, declaredAt: now.toISOString(), stored, settledAt: now.toISOString() };
      const span = footageSearchSpan(record.declaration, record.declaredAt, policies, timeZone);
      await repositories.footage.create(record, span);
      await reevaluateForFootage(record, deps);
      return record;
    },
    /** A clip as declaration and intake leave it, with the runs that it starts. */
    addClip: async (clip: FootageRecord) => {
      const { policies, timeZone } = testForce;
      if (clip.state === "ACCEPTED" || clip.state === "REJECTED") {
        evidence.store(clip.objectKey, new Uint8Array([1]));
      }
      const span = footageSearchSpan(clip.declaration, clip.declaredAt, policies, timeZone);
      await repositories.footage.create(clip, span);
      await reevaluateForFootage(clip, deps);
    },
    /** Another reader from now on, as after an upgrade. */
    upgradeTo: (next: Reader) => {
      reader = next;
    },
    settleFootage: (objectKey: string) => settleFootage({ objectKey }, reading),
    sweep: (input: { readonly restartAll?: boolean } = {}) =>
      sweep(input, {
        ...deps,
        ...reading,
        workflow: starter,
        settle: (object) => settleFootage(object, reading),
        probeAgain: (footageId) => probeAgain(footageId, reading),
        resumeLog: (received) => resumeWeaponLog(received, deps),
      }),
    incident: async (incidentId: string) => {
      const stored = await repositories.incidents.read(incidentId);
      if (stored === undefined) throw new Error(`no incident ${incidentId}`);
      return stored.record;
    },
    outcomes: async (incidentId: string) =>
      (await repositories.verdicts.all(incidentId)).map(({ verdict }) => verdict.outcome),
    inboxIds: async () =>
      (await inbox.alerts()).map(({ alertId }) => alertId.slice(alertId.indexOf(".") + 1)),
  };
}
