import { Subscription, type SubscriptionProtocol, type Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";

/**
 * Subscribes a mailbox or a phone, with a queue for what cannot be delivered to it. The library's own
 * subscription of a phone drops that queue.
 */
export function subscribe(
  topic: Topic,
  protocol: SubscriptionProtocol,
  endpoint: string,
  undelivered: IQueue,
): void {
  new Subscription(topic, endpoint, { topic, protocol, endpoint, deadLetterQueue: undelivered });
}
