import { Duration } from "aws-cdk-lib";
import { SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ForceConfig } from "#contracts/force.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";
import { subscribe } from "./subscribe.ts";
import { createWorkQueue, workOff } from "./work-queue.ts";

export type AlertTopicsProps = {
  readonly levels: ForceConfig["alerts"]["levels"];
  readonly operations: Operations;
};

/**
 * One topic for each level of people who are told, in the order of the force's file. Every message carries
 * `type`, `priority`, `borough` and `outcome` as attributes, so that a subscription can ask for some only, and
 * `alertId` and `incidentId`. What an address does not take waits in one queue for the function that tells the
 * level above.
 */
export class AlertTopics extends Construct {
  readonly topics: readonly Topic[];
  private readonly operations: Operations;
  private readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { levels, operations }: AlertTopicsProps) {
    super(scope, id);
    this.operations = operations;
    this.undelivered = createWorkQueue(this, "Undelivered", {
      operations,
      name: "Undelivered",
      whenSetAside: "An alert could not be delivered to a subscriber, and telling the level above failed",
      whenLate:
        "An alert that could not be delivered to a subscriber has been waiting for over an hour: nobody above was told",
    });
    this.topics = levels.map((level, index) => this.levelTopic(`Level${index + 1}`, level));
  }

  /** Lets a function publish alerts to every level. */
  grantPublish(handler: HandlerFunction): void {
    handler.allow(
      ["sns:Publish"],
      this.topics.map(({ topicArn }) => topicArn),
    );
    this.operations.grantKeyForSending(handler);
  }

  /** Lets a function see who is subscribed. SNS asks for this right on the topic, not on the subscription. */
  grantReadSubscriptions(handler: HandlerFunction): void {
    handler.allow(
      ["sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes"],
      [...this.topics, this.operations.topic].map(({ topicArn }) => topicArn),
    );
  }

  /** Hands what could not be delivered to a function, each message by itself. */
  giveBackTo(handler: HandlerFunction): void {
    workOff(this, this.undelivered, { handler, operations: this.operations, batchSize: 10 });
  }

  private levelTopic(id: string, level: AlertTopicsProps["levels"][number]): Topic {
    const topic = new Topic(this, id, {
      displayName: `Witnessed: ${level.name}`.slice(0, 100),
      masterKey: this.operations.keyReference,
      enforceSSL: true,
    });
    for (const email of level.emails) {
      subscribe(topic, SubscriptionProtocol.EMAIL, email, this.undelivered);
    }
    for (const phone of level.phones) {
      subscribe(topic, SubscriptionProtocol.SMS, phone, this.undelivered);
    }
    this.operations.alarm(`${id}Failed`, {
      metric: topic.metricNumberOfNotificationsFailed({ period: Duration.minutes(5) }),
      description: `An alert to "${level.name}" could not be delivered. Read it in the console and pass it on.`,
    });
    return topic;
  }
}
