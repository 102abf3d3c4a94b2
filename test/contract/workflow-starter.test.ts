import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  type ExecutionStatus,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { createStepFunctionsWorkflow } from "#adapters/aws/workflow.step-functions.ts";
import { createLocalWorkflow } from "#adapters/local/workflow.interpreter.ts";
import { executionName } from "#contracts/workflow.ts";

const ARN = "arn:aws:states:eu-west-2:123456789012:stateMachine:Workflow";
const run = { incidentId: `i${"0".repeat(24)}`, cause: "log-l1" };
const nameOf = (attempt: number) => executionName({ ...run, attempt });

/** What the suite needs to know of either machine: names of the runs, and how the first so many end. */
type Harness = {
  readonly starter: { readonly start: (of: typeof run) => Promise<void> };
  readonly begun: () => readonly string[];
};
type Setup = (endings: readonly ExecutionStatus[]) => Promise<Harness>;

const sfn = mockClient(SFNClient);
beforeEach(() => sfn.reset());

const stepFunctions: Setup = async (endings) => {
  const begun: string[] = [];
  sfn.on(StartExecutionCommand).callsFake(({ name }) => {
    if (begun.includes(name)) throw new ExecutionAlreadyExists({ message: "exists", $metadata: {} });
    begun.push(name);
    return { executionArn: `${ARN}:${name}` };
  });
  sfn.on(DescribeExecutionCommand).callsFake(({ executionArn }) => {
    const index = begun.findIndex((name) => executionArn.endsWith(`:execution:Workflow:${name}`));
    return { status: endings[index] ?? "RUNNING" };
  });
  const starter = createStepFunctionsWorkflow({ client: new SFNClient({}), stateMachineArn: ARN });
  return { starter, begun: () => begun };
};

const interpreter: Setup = async (endings) => {
  let begun = 0;
  const forever = new Promise(() => {});
  const work = async () => {
    const ending = endings[begun++] ?? "RUNNING";
    if (ending === "RUNNING") return forever;
    if (ending !== "SUCCEEDED") throw new Error("failed");
    return {};
  };
  const starter = createLocalWorkflow({
    definition: {
      StartAt: "Ingest",
      States: { Ingest: { Type: "Task", Resource: "arn:ingest", End: true } },
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    tasks: {
      Ingest: work,
      "Match footage": work,
      "Decide verdict": work,
      Notify: work,
      "Alert operations": work,
    },
  });
  return {
    starter: {
      start: async (of) => {
        await starter.start(of);
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    begun: () => starter.executions().map(({ name }) => name),
  };
};

describe.each([
  ["Step Functions", stepFunctions],
  ["the local interpreter", interpreter],
])("a workflow starter by %s", (_, setUp) => {
  it("starts one run for a cause", async () => {
    const { starter, begun } = await setUp([]);
    await starter.start(run);
    await starter.start({ ...run, cause: "report-r1-1" });
    expect(begun()).toEqual([nameOf(1), executionName({ ...run, cause: "report-r1-1", attempt: 1 })]);
  });

  it.each(["RUNNING", "SUCCEEDED"] as const)("takes a run that is %s for started", async (status) => {
    const { starter, begun } = await setUp([status]);
    for (let time = 1; time <= 3; time += 1) await starter.start(run);
    expect(begun()).toEqual([nameOf(1)]);
  });

  it("follows a run that failed by the next attempt, until one does not", async () => {
    const { starter, begun } = await setUp(["FAILED", "FAILED", "SUCCEEDED"]);
    for (let time = 1; time <= 5; time += 1) await starter.start(run);
    expect(begun()).toEqual([nameOf(1), nameOf(2), nameOf(3)]);
  });
});

describe("a workflow starter by Step Functions", () => {
  const start = () =>
    createStepFunctionsWorkflow({ client: new SFNClient({}), stateMachineArn: ARN }).start(run);
  const named = (name: string) => Object.assign(new Error(name), { name });

  it("hands over pointers alone", async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await start();
    const [call] = sfn.commandCalls(StartExecutionCommand);
    expect(call?.args[0].input).toEqual({
      stateMachineArn: ARN,
      name: nameOf(1),
      input: JSON.stringify(run),
    });
  });

  it.each(["ABORTED", "TIMED_OUT"] as const)("tries again after a run that is %s", async (status) => {
    const { starter, begun } = await stepFunctions([status]);
    await starter.start(run);
    await starter.start(run);
    expect(begun()).toEqual([nameOf(1), nameOf(2)]);
  });

  it.each(["ThrottlingException", "ExecutionLimitExceeded", "TimeoutError", "ECONNRESET"])(
    "tells %s as unavailable",
    async (name) => {
      sfn.on(StartExecutionCommand).rejects(named(name));
      await expect(start()).rejects.toMatchObject({ name: "DependencyUnavailableError" });
    },
  );

  it("tells throttling while it asks how a run ended", async () => {
    sfn.on(StartExecutionCommand).rejects(named("ExecutionAlreadyExists"));
    sfn.on(DescribeExecutionCommand).rejects(named("ThrottlingException"));
    await expect(start()).rejects.toMatchObject({ name: "DependencyUnavailableError" });
  });

  it("gives up where every attempt has failed", async () => {
    sfn.on(StartExecutionCommand).rejects(named("ExecutionAlreadyExists"));
    sfn.on(DescribeExecutionCommand).resolves({ status: "FAILED" });
    await expect(start()).rejects.toThrow("20 runs");
  });

  it("leaves a mistake of ours as it is", async () => {
    sfn.on(StartExecutionCommand).rejects(named("InvalidName"));
    await expect(start()).rejects.toMatchObject({ name: "InvalidName" });
  });
});

describe("names of runs", () => {
  it("hold only what Step Functions takes, and at most 80 characters", () => {
    const name = executionName({ ...run, cause: `report-${"Ä/#: ".repeat(50)}`, attempt: 999 });
    expect(name).toMatch(/^[A-Za-z0-9-]{1,80}$/);
  });
});
