import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import { subscribe } from "./subscribe.ts";

export type OperationsProps = { readonly emails: readonly string[] };

export type AlarmRule = {
  readonly metric: IMetric;
  /** What it means and where to look first; this is the text of the e-mail. */
  readonly description: string;
  /** The alarm rings above this; 0 by default. */
  readonly above?: number;
  readonly periods?: number;
  /** Silence is the thing to ring about. */
  readonly ringWhenSilent?: boolean;
};

/**
 * What keeps a force's stack watched: one key for everything that passes by without being evidence (queues,
 * topics, logs), one topic that reaches the operators, and the queues that catch what could not be delivered,
 * each with its alarm.
 */
export class Operations extends Construct {
  readonly topic: Topic;
  readonly key: Key;
  /**
   * The same key for queues, topics and log groups. Imported, so that the library cannot write their ARNs
   * into the key's policy: the key would wait for the queue that waits for the key.
   */
  readonly keyReference: IKey;

  constructor(scope: Construct, id: string, { emails }: OperationsProps) {
    super(scope, id);
    this.key = new Key(this, "Key", {
      description: "Queues, topics and logs",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    grantServices(this.key);
    this.keyReference = Key.fromKeyArn(this, "KeyReference", this.key.keyArn);
    this.topic = new Topic(this, "Topic", { masterKey: this.keyReference, enforceSSL: true });
    const unheard = this.deadLetters("Operations", "A message to the operators could not be delivered");
    for (const email of emails) subscribe(this.topic, SubscriptionProtocol.EMAIL, email, unheard);
    this.topic.addToResourcePolicy(publishedBy(this.topic, "cloudwatch.amazonaws.com"));
    // What runs short is the account's, whichever function comes last.
    this.alarm("Throttles", {
      metric: LambdaFunction.metricAllThrottles({ period: Duration.minutes(5) }),
      description: "A function was throttled: the account's concurrency is used up.",
    });
  }

  /** An alarm that reaches the operators. */
  alarm(
    id: string,
    { metric, description, above = 0, periods = 1, ringWhenSilent = false }: AlarmRule,
  ): void {
    const alarm = new Alarm(this, `${id}Alarm`, {
      metric,
      alarmDescription: description,
      evaluationPeriods: periods,
      ...(ringWhenSilent
        ? {
            threshold: 1,
            comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.BREACHING,
          }
        : {
            threshold: above,
            comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }),
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }

  /** A queue for what could not be delivered, kept for two weeks, with an alarm on the first message. */
  deadLetters(id: string, description: string): Queue {
    const queue = new Queue(this, `${id}DeadLetters`, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.keyReference,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.alarm(`${id}DeadLetters`, {
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: "max",
      }),
      description: `${description}. The messages are in the queue ${queue.queueName} for 14 days.`,
    });
    return queue;
  }

  /** A group of logs, kept for a year and encrypted. */
  logGroup(id: string): LogGroup {
    return new LogGroup(this, `${id}Logs`, {
      retention: RetentionDays.ONE_YEAR,
      encryptionKey: this.keyReference,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Errors of a function. */
  watch(id: string, handler: HandlerFunction): void {
    this.alarm(`${id}Errors`, {
      metric: handler.lambda.metricErrors({ period: Duration.minutes(5) }),
      description: `The function ${id} failed. Its log group is ${handler.logGroup.logGroupName}.`,
    });
  }

  /** Lets a function tell the operators something. */
  grantPublish(handler: HandlerFunction): void {
    handler.allow(["sns:Publish"], [this.topic.topicArn]);
    this.grantKeyForSending(handler);
  }

  /** What sending to an encrypted queue or topic takes besides the right to send. */
  grantKeyForSending(handler: HandlerFunction): void {
    handler.allow(["kms:Decrypt", "kms:GenerateDataKey"], [this.key.keyArn], this.viaQueuesAndTopics);
  }

  /** What taking from an encrypted queue takes besides the right to take. */
  grantKeyForTaking(handler: HandlerFunction): void {
    handler.allow(["kms:Decrypt"], [this.key.keyArn], this.viaQueuesAndTopics);
  }

  /** The key may be used through the two services that it is for, never by itself. */
  get viaQueuesAndTopics(): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> {
    const { region } = Stack.of(this);
    return {
      StringEquals: { "kms:ViaService": [`sns.${region}.amazonaws.com`, `sqs.${region}.amazonaws.com`] },
    };
  }
}

/**
 * Services that use the key in their own name, one statement for each. Without them an alarm, an event or a
 * dead letter vanishes without a trace. Each is bound to this account where it says on whose account it acts:
 * EventBridge does not say so to KMS, and a condition that asked for it would refuse every event. The policies
 * of the queues and topics do ask for it. CloudWatch Logs is bound by the ARN of the group as well.
 */
function grantServices(key: Key): void {
  const { account, region, partition } = Stack.of(key);
  const sameAccount = { StringEqualsIfExists: { "aws:SourceAccount": account } };
  for (const service of ["events.amazonaws.com", "cloudwatch.amazonaws.com", "sns.amazonaws.com"]) {
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: `Uses${service.split(".")[0]}`,
        principals: [new ServicePrincipal(service)],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: sameAccount,
      }),
    );
  }
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "Useslogs",
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:GenerateDataKey",
        "kms:DescribeKey",
      ],
      resources: ["*"],
      conditions: {
        ...sameAccount,
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
}

/** A topic whose policy is written by hand must name the services that may publish to it. */
function publishedBy(topic: Topic, service: string): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal(service)],
    actions: ["sns:Publish"],
    resources: [topic.topicArn],
    conditions: { StringEquals: { "aws:SourceAccount": Stack.of(topic).account } },
  });
}
