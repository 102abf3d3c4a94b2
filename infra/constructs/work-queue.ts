import { Duration } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";

/** Attempts before a message is set aside: two and a half hours with the visibility below. */
const ATTEMPTS = 5;

export type WorkQueueProps = {
  readonly operations: Operations;
  /** Of the queue in its alarms and dead letters, such as `Intake`. */
  readonly name: string;
  /** What it means for people that a message was set aside. */
  readonly whenSetAside: string;
  /** What it means that one has been waiting for over an hour. */
  readonly whenLate: string;
};

/** An encrypted queue for a function, with alarms on messages that wait and on those that failed for good. */
export function createWorkQueue(
  scope: Construct,
  id: string,
  { operations, name, whenSetAside, whenLate }: WorkQueueProps,
): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: operations.keyReference,
    enforceSSL: true,
    // Six times the function's time, as the service asks for.
    visibilityTimeout: Duration.minutes(30),
    retentionPeriod: Duration.days(14),
    deadLetterQueue: { queue: operations.deadLetters(name, whenSetAside), maxReceiveCount: ATTEMPTS },
  });
  operations.alarm(`${name}Delay`, {
    metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
    above: Duration.hours(1).toSeconds(),
    description: whenLate,
  });
  return queue;
}

/** Hands the queue's messages to a function. One that fails is tried again by itself; its neighbours are not. */
export function workOff(
  scope: Construct,
  queue: Queue,
  of: { readonly handler: HandlerFunction; readonly operations: Operations; readonly batchSize: number },
): void {
  new EventSourceMapping(scope, "Mapping", {
    target: of.handler.lambda,
    eventSourceArn: queue.queueArn,
    batchSize: of.batchSize,
    reportBatchItemFailures: true,
  });
  of.handler.allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue.queueArn]);
  of.operations.grantKeyForTaking(of.handler);
}
