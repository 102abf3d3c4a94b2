import {
  GetSubscriptionAttributesCommand,
  type Subscription as ListedSubscription,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { InvalidInputError } from "#contracts/errors.ts";
import { type Subscription, subscription } from "#contracts/subscription.ts";
import type { Subscriptions } from "#ports/subscriptions.ts";
import { asDependencyError, isNamed } from "./aws-errors.ts";

/**
 * Who is reached by the topics. Machines that subscribe (queues, functions, web addresses) are not among them: the
 * force's file has none.
 */
export function createSnsSubscriptions(options: {
  readonly client: SNSClient;
  /** The first level's topic first. */
  readonly topicArns: readonly string[];
  readonly operationsTopicArn: string;
}): Subscriptions {
  const { client, topicArns, operationsTopicArn } = options;
  return async (topic) => {
    const topicArn = topic === "operations" ? operationsTopicArn : topicArns[topic - 1];
    if (topicArn === undefined) throw new InvalidInputError(`there is no topic for alert level ${topic}`);
    try {
      return await subscriptionsOf(topicArn, client);
    } catch (error) {
      throw asDependencyError("SNS", error);
    }
  };
}

async function subscriptionsOf(topicArn: string, client: SNSClient): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
    for (const listed of page.Subscriptions ?? []) {
      const known = await stateOf(listed, client);
      if (known !== undefined) found.push(known);
    }
  }
  return found;
}

/** One line of the list. In the place of its ARN stands a word until it is confirmed, and after it has ended. */
async function stateOf(listed: ListedSubscription, client: SNSClient): Promise<Subscription | undefined> {
  const { Protocol, Endpoint: endpoint, SubscriptionArn: arn } = listed;
  const { data: protocol } = subscription.shape.protocol.safeParse(Protocol);
  if (protocol === undefined || endpoint === undefined || arn === undefined || arn === "Deleted")
    return undefined;
  if (arn === "PendingConfirmation") return { protocol, endpoint, confirmed: false, protected: false };
  // Text messages carry no link that ends them, and phones are asked for no confirmation.
  if (protocol === "sms") return { protocol, endpoint, confirmed: true, protected: true };
  const attributes = await attributesOf(arn, client);
  return (
    attributes && {
      protocol,
      endpoint,
      confirmed: true,
      protected: attributes["ConfirmationWasAuthenticated"] === "true",
    }
  );
}

/** Undefined for one that ended since it was listed. */
async function attributesOf(
  arn: string,
  client: SNSClient,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { Attributes = {} } = await client.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
    );
    return Attributes;
  } catch (error) {
    if (isNamed(error, "NotFoundException")) return undefined;
    throw error;
  }
}
