import type * as z from "zod";
import type { Inbox } from "#adapters/local/alert-publisher.inbox.ts";
import { createLocalWorkflow, type LocalTask } from "#adapters/local/workflow.interpreter.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { failedEvaluation, workflowState } from "#contracts/workflow.ts";
import { READER_VERSION } from "#domain/media/reader-version.ts";
import type { Clock } from "#ports/clock.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { Log } from "#ports/log.ts";
import type { MediaProbe } from "#ports/media-probe.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { alertOperations } from "#use-cases/evaluation/alert-operations.ts";
import { decideVerdict } from "#use-cases/evaluation/decide-verdict.ts";
import { matchFootage } from "#use-cases/evaluation/match-footage.ts";
import { notify } from "#use-cases/evaluation/notify.ts";
import { probeAgain } from "#use-cases/footage/probe-again.ts";
import { type SettleFootageOutcome, settleFootage } from "#use-cases/footage/settle-footage.ts";
import { ingestIncident } from "#use-cases/incidents/ingest-incident.ts";
import { resumeWeaponLog } from "#use-cases/incidents/ingest-weapon-log.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";
import { reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";
import type { Repositories } from "#use-cases/repositories.ts";
import { sweep } from "#use-cases/sweep/sweep.ts";
import { lookAfterFiles } from "./look-after-files.ts";

export type EvaluationDeps = Repositories & {
  /** The state machine as CDK renders it. */
  readonly machine: object;
  readonly force: ForceConfig;
  readonly evidence: EvidenceStore;
  readonly probe: MediaProbe;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Where a supervisor reads incidents. */
  readonly consoleBaseUrl: () => string;
};

export type Evaluation = {
  /** The starter that marks: what handlers and use cases are given. */
  readonly workflow: WorkflowStarter;
  readonly settle: (object: { readonly objectKey: string }) => Promise<SettleFootageOutcome>;
  /**
   * Looks for what stands still; at the start of the process, for whatever waited in the one before. Then looks after
   * stored files.
   */
  readonly sweep: (of: { readonly restartAll: boolean }) => Promise<void>;
  /** Ends all runs where they are; the records hold what they waited for. */
  readonly stop: () => Promise<void>;
};

/** A step of the machine as its function in the stack takes it: fields that the schema does not name are dropped. */
function task<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<unknown>,
): LocalTask {
  return (input) => run(schema.parse(input));
}

/** The evaluation of incidents in this process: the synthesised machine over the use cases of its functions. */
export function createEvaluation({ inbox, probe, consoleBaseUrl, ...deps }: EvaluationDeps): Evaluation {
  const { incidents, clock, log } = deps;
  const notifying = { ...deps, publisher: inbox, operations: inbox.operations };
  const machine = createLocalWorkflow({
    definition: deps.machine,
    log,
    tasks: {
      Ingest: task(workflowState, (state) => ingestIncident(state, evaluating)),
      "Match footage": task(workflowState, (state) => matchFootage(state, deps)),
      "Decide verdict": task(workflowState, (state) => decideVerdict(state, deps)),
      Notify: task(workflowState, (state) =>
        notify(state, { ...notifying, consoleBaseUrl: consoleBaseUrl() }),
      ),
      "Alert operations": task(failedEvaluation, (failed) => alertOperations(failed, notifying)),
    },
  });
  const workflow = createMarkedStarter({ incidents, workflow: machine, clock });
  const evaluating = { ...deps, workflow };
  const onFootageChanged = (clip: FootageRecord) => reevaluateForFootage(clip, evaluating);
  const reading = { ...deps, probe, readerVersion: READER_VERSION, onFootageChanged };
  const settle: Evaluation["settle"] = (object) => settleFootage(object, reading);
  const sweeping = {
    ...reading,
    settle,
    probeAgain: (footageId: string) => probeAgain(footageId, reading),
    resumeLog: (record: Parameters<typeof resumeWeaponLog>[0]) => resumeWeaponLog(record, evaluating),
    workflow: machine,
    operations: inbox.operations,
  };
  return {
    workflow,
    settle,
    sweep: async (of) => {
      await sweep(of, sweeping);
      await lookAfterFiles({ ...evaluating, operations: inbox.operations });
    },
    stop: machine.stop,
  };
}
