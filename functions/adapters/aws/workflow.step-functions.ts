import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { executionName } from "#contracts/workflow.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import { asDependencyError, isNamed } from "./aws-errors.ts";

/** Runs of one cause that may end badly before a person has to look. */
const MAX_ATTEMPTS = 20;

/** A client whose calls end within about 12 s, retries included. */
export const createStepFunctionsClient = (
  overrides: { readonly region?: string; readonly endpoint?: string } = {},
) =>
  new SFNClient({
    ...overrides,
    maxAttempts: 4,
    retryMode: "standard",
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

/** Starts runs of the force's state machine, one per cause. */
export function createStepFunctionsWorkflow(options: {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}): WorkflowStarter {
  const { client, stateMachineArn } = options;
  const executionArn = (name: string) =>
    `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;

  const begin = async (name: string, input: string): Promise<"begun" | "name-taken"> => {
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      return "begun";
    } catch (error) {
      if (isNamed(error, "ExecutionAlreadyExists")) return "name-taken";
      throw asDependencyError("Step Functions", error);
    }
  };

  /** Whether the run of that name is on its way or came to its end. */
  const counts = async (name: string): Promise<boolean> => {
    try {
      const { status } = await client.send(
        new DescribeExecutionCommand({ executionArn: executionArn(name), includedData: "METADATA_ONLY" }),
      );
      return status === "RUNNING" || status === "SUCCEEDED";
    } catch (error) {
      throw asDependencyError("Step Functions", error);
    }
  };

  return {
    start: async ({ incidentId, cause }) => {
      const input = JSON.stringify({ incidentId, cause });
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const name = executionName({ incidentId, cause, attempt });
        if ((await begin(name, input)) === "begun" || (await counts(name))) return;
      }
      throw new DependencyUnavailableError(
        `${MAX_ATTEMPTS} runs of incident ${incidentId} for one cause failed`,
      );
    },
  };
}
