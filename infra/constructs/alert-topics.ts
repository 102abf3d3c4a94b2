import { Duration } from "aws-cdk-lib";
import { SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ForceConfig } from "#contracts/force.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";
import { subscribe } from "./subscribe.ts";

export type AlertTopicsProps = {
  readonly levels: ForceConfig["alerts"]["levels"];
  readonly operations: Operations;
};

/**
 * One topic for each level of people who are told, in the order of the force's file. Every message carries
 * `type`, `priority`, `borough` and `outcome` as attributes, so that a subscription can ask for some only.
 */
export class AlertTopics extends Construct {
  readonly topics: readonly Topic[];
  private readonly operations: Operations;

  constructor(scope: Construct, id: string, { levels, operations }: AlertTopicsProps) {
    super(scope, id);
    this.operations = operations;
    const undelivered = operations.deadLetters("Alerts", "An alert could not be delivered to a subscriber");
    this.topics = levels.map((level, index) => this.levelTopic(`Level${index + 1}`, level, undelivered));
  }

  /** Lets a function publish alerts to every level. */
  grantPublish(handler: HandlerFunction): void {
    handler.allow(
      ["sns:Publish"],
      this.topics.map(({ topicArn }) => topicArn),
    );
    this.operations.grantKeyForSending(handler);
  }

  private levelTopic(id: string, level: AlertTopicsProps["levels"][number], undelivered: IQueue): Topic {
    const topic = new Topic(this, id, {
      displayName: `Witnessed: ${level.name}`.slice(0, 100),
      masterKey: this.operations.keyReference,
      enforceSSL: true,
    });
    for (const email of level.emails) {
      subscribe(topic, SubscriptionProtocol.EMAIL, email, undelivered);
    }
    for (const phone of level.phones) {
      subscribe(topic, SubscriptionProtocol.SMS, phone, undelivered);
    }
    this.operations.alarm(`${id}Failed`, {
      metric: topic.metricNumberOfNotificationsFailed({ period: Duration.minutes(5) }),
      description: `An alert to "${level.name}" could not be delivered. Read it in the console and pass it on.`,
    });
    return topic;
  }
}
