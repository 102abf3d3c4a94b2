import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { executionName, type TaskName } from "#contracts/workflow.ts";
import type { Log } from "#ports/log.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";

/** A task of the machine: gets `{incidentId, cause, execution, …}` and answers with the state that goes on. */
export type LocalTask = (input: unknown) => Promise<unknown>;

export type LocalExecution = {
  readonly name: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED";
  /** Whether it is in its Wait state, doing nothing. */
  readonly sleeping: boolean;
  /** States entered, the first and the last included, each retry counted too. */
  readonly transitions: number;
  /** Names of the states entered, in order. */
  readonly path: readonly string[];
};

export type LocalWorkflowOptions = {
  /** The definition as CDK renders it, with every function's ARN resolved to any text. */
  readonly definition: object;
  readonly tasks: Readonly<Record<TaskName, LocalTask>>;
  readonly log: Log;
  /** For tests that turn the clock themselves: how long Wait and Retry really take, in milliseconds. */
  readonly pauses?: { readonly waitMs?: number; readonly retryMs?: number };
};

export type LocalWorkflow = WorkflowStarter & {
  /** Every run since the start of the process, the oldest first. */
  readonly executions: () => readonly LocalExecution[];
  /** Resolves once every run has ended or sleeps. */
  readonly whenIdle: () => Promise<void>;
  /** Ends every sleep and waits for the tasks at work. Nothing is lost: the sweep starts what was asleep. */
  readonly stop: () => Promise<void>;
};

type Run = { -readonly [field in keyof LocalExecution]: LocalExecution[field] } & {
  path: string[];
  abort: () => void;
  ended: Promise<void>;
};

/**
 * Runs the synthesised state machine within this process.
 *
 * `createLocalWorkflow({definition, tasks, log})` starts a run per cause, by the same names and with the same
 * meaning of a name that exists as Step Functions: RUNNING and SUCCEEDED count as started, what ended otherwise
 * is followed by the next attempt. `start` comes back at once; the run goes on behind it. Runs live in memory:
 * after a restart of the process the sweep (`sweep({ restartAll: true }, …)`) starts again what was waiting.
 */
export function createLocalWorkflow(options: LocalWorkflowOptions): LocalWorkflow {
  const machine = new StateMachine(options.definition as StateMachineDefinition, {
    validationOptions: { checkArn: false },
  });
  const runs = new Map<string, Run>();
  const idle = new Set<() => void>();
  const atWork = new Set<Promise<unknown>>();
  const overrides = overridesOf(options, atWork);
  let stopping = false;

  const isBusy = (run: Run): boolean => run.status === "RUNNING" && !run.sleeping;
  const tellIdle = (): void => {
    if (idle.size === 0 || [...runs.values()].some(isBusy)) return;
    for (const resolve of idle) resolve();
    idle.clear();
  };

  const begin = (name: string, input: { readonly incidentId: string; readonly cause: string }): void => {
    const { result, eventLogs, abort } = machine.run(
      { incidentId: input.incidentId, cause: input.cause },
      {
        noThrowOnAbort: true,
        context: { Execution: { Name: name } },
        overrides,
      },
    );
    const run: Run = {
      name,
      status: "RUNNING",
      sleeping: false,
      transitions: 0,
      path: [],
      abort,
      ended: Promise.resolve(),
    };
    runs.set(name, run);
    const watched = watch(eventLogs, run, tellIdle);
    run.ended = result
      .then(
        () => "SUCCEEDED" as const,
        (error: unknown) => {
          options.log.error("execution.failed", {
            execution: name,
            incidentId: input.incidentId,
            error: nameOf(error),
          });
          return "FAILED" as const;
        },
      )
      .then(async (status) => {
        await watched;
        run.status = status;
        run.sleeping = false;
        tellIdle();
      });
  };

  return {
    start: async ({ incidentId, cause }) => {
      if (stopping) return;
      for (let attempt = 1; ; attempt += 1) {
        const name = executionName({ incidentId, cause, attempt });
        const known = runs.get(name);
        if (known === undefined) return begin(name, { incidentId, cause });
        if (known.status !== "FAILED") return;
      }
    },
    executions: () => [...runs.values()].map(({ abort: _abort, ended: _ended, ...run }) => ({ ...run })),
    whenIdle: () =>
      new Promise((resolve) => {
        idle.add(resolve);
        tellIdle();
      }),
    stop: async () => {
      stopping = true;
      const open = [...runs.values()].filter(({ status }) => status === "RUNNING");
      for (const run of open) run.abort();
      await Promise.all(open.map(({ ended }) => ended));
      await Promise.allSettled(atWork);
    },
  };
}

type RunOptions = NonNullable<Parameters<StateMachine["run"]>[1]>;
type Overrides = NonNullable<RunOptions["overrides"]>;

function overridesOf(
  { definition, tasks, pauses }: LocalWorkflowOptions,
  atWork: Set<Promise<unknown>>,
): Overrides {
  const kept = (task: LocalTask) => async (input: unknown) => {
    const work = task(input).finally(() => atWork.delete(work));
    atWork.add(work);
    return work;
  };
  const states = Object.entries((definition as StateMachineDefinition).States);
  const namesOf = (type: string) => states.filter(([, state]) => state.Type === type).map(([name]) => name);
  const forAll = (names: readonly string[], value: number) =>
    Object.fromEntries(names.map((name) => [name, value]));
  return {
    taskResourceLocalHandlers: Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [name, kept(task)]),
    ) as NonNullable<Overrides["taskResourceLocalHandlers"]>,
    ...(pauses?.waitMs === undefined ? {} : { waitTimeOverrides: forAll(namesOf("Wait"), pauses.waitMs) }),
    ...(pauses?.retryMs === undefined
      ? {}
      : { retryIntervalOverrides: forAll(namesOf("Task"), pauses.retryMs) }),
  };
}

/** Follows the run's events: what state it is in, and how many it has entered. */
async function watch(
  events: ReturnType<StateMachine["run"]>["eventLogs"],
  run: Run,
  tellIdle: () => void,
): Promise<void> {
  for await (const event of events) {
    if (event.type === "StateEntered" || event.type === "StateRetried") run.transitions += 1;
    if (event.type !== "StateEntered") continue;
    run.path.push(event.state.name);
    run.sleeping = event.state.type === "Wait";
    if (run.sleeping) tellIdle();
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
