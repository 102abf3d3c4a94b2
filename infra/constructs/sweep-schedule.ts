import { Duration, Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";

export type SweepScheduleProps = { readonly sweep: HandlerFunction; readonly operations: Operations };

const EVERY = Duration.minutes(15);

/** Looks every 15 minutes at what was promised and what exists. An old call is worth nothing: the next one comes. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, { sweep, operations }: SweepScheduleProps) {
    super(scope, id);
    const missed = operations.deadLetters(
      "Sweep",
      "The sweep could not be run; what is overdue waits for the next one",
    );
    sweep.lambda.configureAsyncInvoke({
      onFailure: new SqsDestination(missed),
      retryAttempts: 1,
      maxEventAge: EVERY,
    });
    sweep.allow(["sqs:SendMessage"], [missed.queueArn]);
    operations.grantKeyForSending(sweep);

    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    });
    const policy = new ManagedPolicy(this, "Policy", {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [sweep.lambda.functionArn] }),
        new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [missed.queueArn] }),
        new PolicyStatement({
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: [operations.key.keyArn],
          conditions: operations.viaQueuesAndTopics,
        }),
      ],
    });
    const schedule = new Schedule(this, "Schedule", {
      description: "What was promised, and what exists",
      schedule: ScheduleExpression.rate(EVERY),
      target: new LambdaInvoke(sweep.lambda, {
        input: ScheduleTargetInput.fromObject({}),
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: missed,
        maxEventAge: EVERY,
        retryAttempts: 2,
      }),
    });
    schedule.node.addDependency(policy);
    operations.alarm("SweepSilent", {
      metric: sweep.lambda.metricInvocations({ period: Duration.minutes(30) }),
      periods: 2,
      ringWhenSilent: true,
      description: "The sweep has not run for an hour: nobody looks after what is overdue",
    });
  }
}
