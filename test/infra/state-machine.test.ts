import validateAsl from "asl-validator";
import { describe, expect, it } from "vitest";
import { permanentErrorNames, transientErrorNames } from "#contracts/errors.ts";
import { renderStateMachine, workflowStates } from "#infra/render-state-machine.ts";
import { forceFile } from "#test/support/force-template.ts";

type State = {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ResultPath?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly [field: string]: unknown }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly ResultPath?: string;
  }[];
};

const definition = renderStateMachine(forceFile("metropolitan"));
const states = definition.States as unknown as Readonly<Record<string, State>>;
const tasks = Object.entries(states).filter(([, state]) => state.Type === "Task");
const evaluation = [
  workflowStates.ingest,
  workflowStates.matchFootage,
  workflowStates.decideVerdict,
  workflowStates.notify,
];

function stateOf(name: string): State {
  const state = states[name];
  if (!state) throw new Error(`no state ${name}`);
  return state;
}

/** The states from one to another, without sleeping on the way. */
function statesOnTheWay(from: string, to: string): readonly string[] {
  const { Next, Default } = stateOf(from);
  if (from === to) return [from];
  const next = Next ?? Default;
  if (next === undefined) throw new Error(`nothing follows ${from}`);
  return [from, ...statesOnTheWay(next, to)];
}

describe("the state machine", () => {
  it("passes asl-validator with its paths and ARNs", () => {
    const { isValid, errorsText } = validateAsl(structuredClone(definition), {
      checkArn: true,
      checkPaths: true,
    });
    expect(errorsText("\n")).toBe("");
    expect(isValid).toBe(true);
  });

  it("has exactly the states that the local run knows by name", () => {
    expect(Object.keys(states).sort()).toEqual(Object.values(workflowStates).sort());
  });

  it("goes from ingestion by matching and verdict to notification, and then sleeps or ends", () => {
    expect(definition.StartAt).toBe("Ingest");
    const path = [...evaluation, workflowStates.anythingOpen];
    for (const [index, name] of evaluation.entries()) expect(stateOf(name).Next).toBe(path[index + 1]);
    expect(stateOf("Anything open?")).toMatchObject({
      Choices: [{ Variable: "$.open", BooleanEquals: true, Next: "Wait until lookAt" }],
      Default: "Done",
    });
    expect(stateOf("Wait until lookAt")).toMatchObject({
      Type: "Wait",
      TimestampPath: "$.lookAt",
      Next: "Match footage",
    });
  });

  it("hands every task the incident, the cause and the execution's name, and nothing of evidence", () => {
    for (const name of evaluation) {
      expect(stateOf(name).Parameters).toEqual({
        "incidentId.$": "$.incidentId",
        "cause.$": "$.cause",
        "execution.$": "$$.Execution.Name",
      });
    }
    expect(stateOf("Alert operations").Parameters).toMatchObject({
      failed: true,
      "error.$": "$.failure.Error",
    });
  });

  it("calls plain functions only, so that one interpreter runs it on one machine", () => {
    for (const [, { Resource }] of tasks)
      expect(Resource).toMatch(/^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:\w+$/);
    expect(JSON.stringify(definition)).not.toMatch(/\$\$\.(State|Task|Map)\b|JSONata|waitForTaskToken/);
  });

  it("never replaces the whole state by a path", () => {
    const paths = tasks.flatMap(([, task]) => [
      task.ResultPath,
      ...(task.Catch ?? []).map((each) => each.ResultPath),
    ]);
    expect(paths).not.toContain("$");
  });

  it.each(tasks)("gives %s a time and tries again only what is named as passing", (_, task) => {
    expect(task.TimeoutSeconds).toBe(75);
    const retried = (task.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(retried).toEqual(
      expect.arrayContaining([
        ...transientErrorNames,
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "States.Timeout",
      ]),
    );
    expect(retried).not.toContain("States.ALL");
    expect(retried).not.toContain("States.TaskFailed");
    for (const permanent of permanentErrorNames) expect(retried).not.toContain(permanent);
    for (const retry of task.Retry ?? []) {
      expect(retry).toMatchObject({ JitterStrategy: "FULL", MaxDelaySeconds: expect.any(Number) });
      expect(retry["MaxAttempts"]).toBeLessThanOrEqual(6);
    }
  });

  it("sends whatever fails for good to the operators, and ends as failed", () => {
    for (const name of evaluation) {
      expect(stateOf(name).Catch).toEqual([
        { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Alert operations" },
      ]);
    }
    expect(stateOf("Alert operations")).toMatchObject({
      Next: "Evaluation failed",
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Evaluation failed" }],
    });
    expect(stateOf("Evaluation failed")).toMatchObject({ Type: "Fail", Error: "EvaluationFailed" });
  });

  it("takes 7 transitions when nothing is awaited, and 5 more for each deadline that is reached open", () => {
    // One more than states: the start leads to the first of them, and the last leads to the end.
    expect(statesOnTheWay(definition.StartAt, "Done").length + 1).toBe(7);
    expect(statesOnTheWay("Wait until lookAt", "Anything open?")).toHaveLength(5);
  });

  it("stays below 500 events even when every deadline is reached and every step is tried again", () => {
    // Entered, scheduled, started, succeeded, exited for a task; three more for each new attempt.
    const attempts = 2;
    const round = evaluation.length * (5 + 3 * attempts) + 4;
    // Footage, report and one acknowledgement for each level: five deadlines of a force with two levels.
    expect(2 + 6 * round).toBeLessThan(500);
  });
});
