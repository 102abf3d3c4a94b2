import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { FOOTAGE_PREFIX } from "#contracts/evidence-keys.ts";
import type { EvidenceBucket } from "./evidence-bucket.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";

export type FootageEventsProps = {
  readonly evidence: EvidenceBucket;
  readonly intake: HandlerFunction;
  readonly operations: Operations;
};

/** Attempts before a message is set aside: two and a half hours with the visibility below. */
const ATTEMPTS = 5;

/**
 * From "an object was created" to footage intake: bucket → EventBridge → queue → function. A message that
 * fails is tried again by itself; its neighbours in the batch are not.
 */
export class FootageEvents extends Construct {
  constructor(scope: Construct, id: string, { evidence, intake, operations }: FootageEventsProps) {
    super(scope, id);
    const queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: operations.keyReference,
      enforceSSL: true,
      // Six times the function's time, as the service asks for.
      visibilityTimeout: Duration.minutes(30),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: {
        queue: operations.deadLetters(
          "Intake",
          "Footage has come but intake failed with it; the sweep tries again",
        ),
        maxReceiveCount: ATTEMPTS,
      },
    });
    new Rule(this, "Created", {
      description: "Footage was stored",
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [evidence.bucket.bucketName] },
          object: { key: [{ prefix: FOOTAGE_PREFIX }] },
        },
      },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: operations.deadLetters(
            "Events",
            "Footage has come but intake was not told; the sweep finds it",
          ),
        }),
      ],
    });
    new EventSourceMapping(this, "Mapping", {
      target: intake.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: 4,
      reportBatchItemFailures: true,
    });
    intake.allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue.queueArn]);
    operations.grantKeyForTaking(intake);
    operations.alarm("IntakeDelay", {
      metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      above: Duration.hours(1).toSeconds(),
      description: "Footage has been waiting for intake for over an hour",
    });
  }
}
