import { createLocalWorkflow, type LocalTask } from "#adapters/local/workflow.interpreter.ts";
import { notifyResult, type TaskName, workflowState } from "#contracts/workflow.ts";
import { notificationInput, takeStep } from "#handlers/notification/take-step.ts";
import { renderStateMachine } from "#infra/render-state-machine.ts";
import { createWorld, testForce } from "#test/support/workflow-world.ts";
import { decideVerdict } from "#use-cases/evaluation/decide-verdict.ts";
import { matchFootage } from "#use-cases/evaluation/match-footage.ts";
import { ingestIncident } from "#use-cases/incidents/ingest-incident.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";

/** The synthesised machine of the testing force; rendering it takes two seconds. */
export const machine = renderStateMachine(testForce);

/** What a test puts in the way of a task: each function is called instead, until none is left. */
export type Obstacles = { readonly [name in TaskName]?: ((task: LocalTask) => LocalTask)[] };

/**
 * A force in memory whose runs go through the synthesised machine. Waits take no time: the clock jumps to what
 * is waited for, so that a run goes through all its deadlines to its end.
 */
export function createMachineWorld(
  options: NonNullable<Parameters<typeof createWorld>[0]> & { readonly obstacles?: Obstacles } = {},
) {
  const { obstacles = {}, ...rest } = options;
  const world = createWorld(rest);
  const hindered = (name: TaskName, task: LocalTask): LocalTask => {
    return async (input) => {
      const obstacle = obstacles[name]?.shift();
      return (obstacle === undefined ? task : obstacle(task))(input);
    };
  };
  const workflow = createLocalWorkflow({
    definition: machine,
    log: world.deps.log,
    pauses: { waitMs: 1, retryMs: 1 },
    tasks: {
      Ingest: hindered("Ingest", (input) => ingestIncident(workflowState.parse(input), deps)),
      "Match footage": hindered("Match footage", (input) => matchFootage(workflowState.parse(input), deps)),
      "Decide verdict": hindered("Decide verdict", (input) =>
        decideVerdict(workflowState.parse(input), deps),
      ),
      Notify: hindered("Notify", async (input) => {
        const result = notifyResult.parse(await takeStep(notificationInput.parse(input), deps));
        if (result.open && result.lookAt !== undefined) await world.advanceTo(result.lookAt);
        return result;
      }),
      "Alert operations": hindered("Alert operations", (input) =>
        takeStep(notificationInput.parse(input), deps),
      ),
    },
  });
  const starter = createMarkedStarter({ ...world, workflow });
  const deps = { ...world.deps, workflow: starter };
  return {
    ...world,
    workflow,
  };
}
