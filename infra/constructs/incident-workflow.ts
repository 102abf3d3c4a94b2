import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { Construct } from "constructs";
import { transientErrorNames } from "#contracts/errors.ts";
import type { HandlerFunction } from "./handler-function.ts";

export type IncidentWorkflowProps = {
  readonly ingestion: IFunction;
  readonly footageMatching: IFunction;
  readonly complianceVerdict: IFunction;
  readonly notification: IFunction;
  readonly logGroup: ILogGroup;
};

/**
 * What Lambda itself, its network or its sandbox may say once and not again. Named one by one: a retry of
 * everything would also repeat what is wrong with the input, and hide it for minutes.
 */
const lambdaErrorNames = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.TooManyRequestsException",
  "Lambda.Unknown",
  "Sandbox.Timedout",
  Errors.TIMEOUT,
];

/** Longer than any workflow function's own timeout (60 s), so that the function's own error is the one seen. */
const TASK_TIMEOUT = Duration.seconds(75);

/**
 * One run for one cause: `{incidentId, cause}` goes in, and every task gets it together with the execution's
 * name (`execution`) and answers with the state that goes on. A run that has something open sleeps until
 * `lookAt` and looks at everything afresh; it holds nothing in its state but pointers.
 */
export class IncidentWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: IncidentWorkflowProps) {
    super(scope, id);
    const functions = [props.ingestion, props.footageMatching, props.complianceVerdict, props.notification];
    const { role, policy } = executionRole(this, functions);
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineType: StateMachineType.STANDARD,
      comment: "From what is known of one use of a weapon to its verdict and its alerts",
      definitionBody: DefinitionBody.fromChainable(this.chain(props)),
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: props.logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    // Step Functions checks at creation that the role may deliver the logs.
    this.stateMachine.node.addDependency(policy);
  }

  /** Lets a function start runs, and ask how a run of the same name ended. */
  grantStart(caller: HandlerFunction): void {
    const runs = Stack.of(this).formatArn({
      service: "states",
      resource: "execution",
      resourceName: `${this.stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    caller.allow(["states:StartExecution"], [this.stateMachine.stateMachineArn]);
    caller.allow(["states:DescribeExecution"], [runs]);
  }

  private chain(props: IncidentWorkflowProps): IChainable {
    const failed = new Fail(this, "Evaluation failed", {
      error: "EvaluationFailed",
      cause: "A step failed for good; operations were alerted and the sweep will look again",
    });
    const alertOperations = this.task("Alert operations", props.notification, {
      failed: true,
      error: JsonPath.stringAt("$.failure.Error"),
    });
    alertOperations.addCatch(failed, { errors: [Errors.ALL], resultPath: "$.failure" });
    alertOperations.next(failed);

    const step = (name: string, lambda: IFunction) => {
      const task = this.task(name, lambda, {});
      task.addCatch(alertOperations, { errors: [Errors.ALL], resultPath: "$.failure" });
      return task;
    };
    const ingest = step("Ingest", props.ingestion);
    const waitUntilLookAt = new Wait(this, "Wait until lookAt", { time: WaitTime.timestampPath("$.lookAt") });
    const matchFootage = step("Match footage", props.footageMatching);
    // What changes the incident's facts starts a run of its own: a run that wakes has no need to ingest again.
    const anythingOpen = new Choice(this, "Anything open?")
      .when(Condition.booleanEquals("$.open", true), waitUntilLookAt.next(matchFootage))
      .otherwise(new Succeed(this, "Done"));

    return ingest
      .next(matchFootage)
      .next(step("Decide verdict", props.complianceVerdict))
      .next(step("Notify", props.notification))
      .next(anythingOpen);
  }

  private task(name: string, lambda: IFunction, more: Readonly<Record<string, unknown>>): LambdaInvoke {
    const task = new LambdaInvoke(this, name, {
      lambdaFunction: lambda,
      payloadResponseOnly: true,
      payload: TaskInput.fromObject({
        incidentId: JsonPath.stringAt("$.incidentId"),
        cause: JsonPath.stringAt("$.cause"),
        execution: JsonPath.stringAt("$$.Execution.Name"),
        ...more,
      }),
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(TASK_TIMEOUT),
    });
    task.addRetry({
      errors: [...transientErrorNames],
      interval: Duration.seconds(1),
      backoffRate: 2,
      maxAttempts: 6,
      maxDelay: Duration.seconds(30),
      jitterStrategy: JitterType.FULL,
    });
    task.addRetry({
      errors: lambdaErrorNames,
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 5,
      maxDelay: Duration.seconds(60),
      jitterStrategy: JitterType.FULL,
    });
    return task;
  }
}

/**
 * Hand-written, because the grants that the library would add also cover every version of each function.
 * X-Ray and the delivery of logs know no resources of their own, hence the two `*`.
 */
function executionRole(scope: Construct, functions: readonly IFunction[]) {
  const stack = Stack.of(scope);
  const role = new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("states.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  });
  const policy = new ManagedPolicy(scope, "Policy", {
    roles: [role],
    statements: [
      new PolicyStatement({
        actions: ["lambda:InvokeFunction"],
        resources: functions.map(({ functionArn }) => functionArn),
      }),
      new PolicyStatement({
        actions: [
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "xray:GetSamplingRules",
          "xray:GetSamplingTargets",
          "logs:CreateLogDelivery",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
        ],
        resources: ["*"],
      }),
    ],
  });
  return { role, policy };
}
