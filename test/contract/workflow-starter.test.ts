import { randomUUID } from "node:crypto";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  type ExecutionStatus,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createStepFunctionsWorkflow } from "#adapters/aws/workflow.step-functions.ts";
import { createLocalWorkflow } from "#adapters/local/workflow.interpreter.ts";
import { executionName } from "#contracts/workflow.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { awsEndpoint, emulatorClient, tellLeftOut } from "#test/support/aws-endpoint.ts";

const ARN = "arn:aws:states:eu-west-2:123456789012:stateMachine:Workflow";
const run = { incidentId: `i${"0".repeat(24)}`, cause: "log-l1" };
const nameOf = (attempt: number) => executionName({ ...run, attempt });

/** What the suite needs of a machine whose first so many attempts end as told: names of its runs, in order. */
type Harness = {
  readonly starter: WorkflowStarter;
  readonly begun: () => readonly string[] | Promise<readonly string[]>;
};
type Setup = (endings: readonly ExecutionStatus[]) => Promise<Harness>;

// Of this client alone: the suite below may also talk to an emulator.
const client = new SFNClient({});
const sfn = mockClient(client);
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
  const starter = createStepFunctionsWorkflow({ client, stateMachineArn: ARN });
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

/** The same by a real machine, of the states that runs can be in. */
const machineOf = (endings: readonly ExecutionStatus[]) => ({
  StartAt: "Which attempt?",
  States: {
    "Which attempt?": {
      Type: "Choice",
      Choices: [...endings, "RUNNING"].map((ending, index) => ({
        Variable: "$$.Execution.Name",
        StringMatches: `*-${index + 1}`,
        Next: ending,
      })),
      Default: "RUNNING",
    },
    RUNNING: { Type: "Wait", Seconds: 120, Next: "SUCCEEDED" },
    SUCCEEDED: { Type: "Succeed" },
    FAILED: { Type: "Fail" },
  },
});

/** Needs an emulator that runs state machines, several runs of one at a time; not every one does. */
const emulator =
  (endpoint: string): Setup =>
  async (endings) => {
    const emulated = new SFNClient({ ...emulatorClient, endpoint });
    const { stateMachineArn = "" } = await emulated.send(
      new CreateStateMachineCommand({
        name: `witnessed-test-${randomUUID()}`,
        roleArn: "arn:aws:iam::123456789012:role/witnessed-test",
        definition: JSON.stringify(machineOf(endings)),
      }),
    );
    onTestFinished(async () => {
      await emulated.send(new DeleteStateMachineCommand({ stateMachineArn }));
      emulated.destroy();
    });
    const runs = async () => {
      const { executions = [] } = await emulated.send(new ListExecutionsCommand({ stateMachineArn }));
      return executions.toSorted((a, b) => Number(a.startDate) - Number(b.startDate));
    };
    const endingOf = (name = "") => endings[Number(name.split("-").at(-1)) - 1] ?? "RUNNING";
    const starter = createStepFunctionsWorkflow({ client: emulated, stateMachineArn });
    return {
      starter: {
        start: async (of) => {
          await starter.start(of);
          await vi.waitFor(
            async () => {
              for (const { name, status } of await runs()) expect(status).toBe(endingOf(name));
            },
            { timeout: 20_000 },
          );
        },
      },
      begun: async () => (await runs()).map(({ name = "" }) => name),
    };
  };

const machines: [string, Setup][] = [
  ["Step Functions as it is documented", stepFunctions],
  ["the local interpreter", interpreter],
];
if (awsEndpoint === undefined) {
  tellLeftOut("Step Functions", "the workflow starter's suite runs over stubbed answers and the interpreter");
} else {
  machines.push([`Step Functions at ${awsEndpoint}`, emulator(awsEndpoint)]);
}

describe.each(machines)("a workflow starter by %s", (_, setUp) => {
  it("starts one run for a cause", async () => {
    const { starter, begun } = await setUp([]);
    await starter.start(run);
    await starter.start({ ...run, cause: "report-r1-1" });
    expect(await begun()).toEqual([nameOf(1), executionName({ ...run, cause: "report-r1-1", attempt: 1 })]);
  });

  it.each(["RUNNING", "SUCCEEDED"] as const)("takes a run that is %s for started", async (status) => {
    const { starter, begun } = await setUp([status]);
    for (let time = 1; time <= 3; time += 1) await starter.start(run);
    expect(await begun()).toEqual([nameOf(1)]);
  });

  it("follows a run that failed by the next attempt, until one does not", async () => {
    const { starter, begun } = await setUp(["FAILED", "FAILED", "SUCCEEDED"]);
    for (let time = 1; time <= 5; time += 1) await starter.start(run);
    expect(await begun()).toEqual([nameOf(1), nameOf(2), nameOf(3)]);
  });
});

describe("a workflow starter by Step Functions", () => {
  const start = () => createStepFunctionsWorkflow({ client, stateMachineArn: ARN }).start(run);
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
    expect(await begun()).toEqual([nameOf(1), nameOf(2)]);
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
