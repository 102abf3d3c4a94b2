import { Duration, Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";

export type ClockScheduleProps = {
  readonly handler: HandlerFunction;
  readonly operations: Operations;
  /** The function's name in alarms and queues, such as `Sweep`. */
  readonly name: string;
  readonly every: Duration;
  readonly description: string;
  /** What it means for people that a call of it was lost. */
  readonly whenMissed: string;
  /** What it means that it has not been called for four times as long. */
  readonly whenSilent: string;
};

/** Calls a function by the clock. An old call is worth nothing: the next one comes. */
export class ClockSchedule extends Construct {
  constructor(scope: Construct, id: string, props: ClockScheduleProps) {
    super(scope, id);
    const { handler, operations, name, every } = props;
    const missed = operations.deadLetters(name, props.whenMissed);
    handler.lambda.configureAsyncInvoke({
      onFailure: new SqsDestination(missed),
      retryAttempts: 1,
      maxEventAge: every,
    });
    handler.allow(["sqs:SendMessage"], [missed.queueArn]);
    operations.grantKeyForSending(handler);

    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    });
    const policy = new ManagedPolicy(this, "Policy", {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [handler.lambda.functionArn] }),
        new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [missed.queueArn] }),
        new PolicyStatement({
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: [operations.key.keyArn],
          conditions: operations.viaQueuesAndTopics,
        }),
      ],
    });
    const schedule = new Schedule(this, "Schedule", {
      description: props.description,
      schedule: ScheduleExpression.rate(every),
      target: new LambdaInvoke(handler.lambda, {
        input: ScheduleTargetInput.fromObject({}),
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: missed,
        maxEventAge: every,
        retryAttempts: 2,
      }),
    });
    schedule.node.addDependency(policy);
    operations.alarm(`${name}Silent`, {
      metric: handler.lambda.metricInvocations({ period: Duration.minutes(2 * every.toMinutes()) }),
      periods: 2,
      ringWhenSilent: true,
      description: props.whenSilent,
    });
  }
}
