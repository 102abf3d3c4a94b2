import { type MessageAttributeValue, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { AlertMessage, Notice } from "#contracts/alert.ts";
import { DependencyUnavailableError, InvalidInputError } from "#contracts/errors.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import { asDependencyError } from "./aws-errors.ts";

/** A client whose calls end within about 12 s, retries included. */
export const createSnsClient = (overrides: { readonly region?: string; readonly endpoint?: string } = {}) =>
  new SNSClient({
    ...overrides,
    maxAttempts: 4,
    retryMode: "standard",
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

/** What subscriptions filter by; the ids tell which alert a dead letter was. */
const attributesOf = (message: AlertMessage | Notice) => {
  const { type, priority, borough, outcome, alertId } = message;
  const ids = "incidentId" in message ? { alertId, incidentId: message.incidentId } : { alertId };
  return Object.fromEntries(
    Object.entries({ type, priority, borough, outcome, ...ids }).map(
      ([name, value]): [string, MessageAttributeValue] => [
        name,
        { DataType: "String", StringValue: attributeOf(value) },
      ],
    ),
  );
};

/** SNS refuses a message of which an attribute is empty or holds what XML cannot; boroughs come from outside. */
const attributeOf = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ").trim() || "unknown";

const MAX_SUBJECT = 99;

/** Subjects of SNS are printable ASCII; boroughs need not be, and may get longer when they are written so. */
const subjectOf = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, MAX_SUBJECT);

/** People read the texts of their protocol; every other subscriber is a machine, and gets the facts as JSON. */
const bodiesOf = ({ email, sms, ...facts }: AlertMessage | Notice): string =>
  JSON.stringify({ default: JSON.stringify(facts), email: email.body, sms });

/**
 * Publishes alerts to the topic of their level: the email text to emails, the short text to phones.
 * Throws `InvalidInputError` for a level that the force does not have.
 */
export function createSnsAlertPublisher(options: {
  readonly client: SNSClient;
  /** The first level's topic first. */
  readonly topicArns: readonly string[];
}): AlertPublisher {
  return {
    publish: async (message) => {
      const topicArn = options.topicArns[message.level - 1];
      if (topicArn === undefined)
        throw new InvalidInputError(`there is no topic for alert level ${message.level}`);
      const messageId = await send(options.client, {
        TopicArn: topicArn,
        Subject: subjectOf(message.email.subject),
        MessageStructure: "json",
        Message: bodiesOf(message),
        MessageAttributes: attributesOf(message),
      });
      return { messageId };
    },
  };
}

/** Tells the operations topic. */
export function createSnsOperationsAlert(options: {
  readonly client: SNSClient;
  readonly topicArn: string;
}): OperationsAlert {
  return {
    tell: async ({ subject, body }) => {
      await send(options.client, { TopicArn: options.topicArn, Subject: subjectOf(subject), Message: body });
    },
  };
}

async function send(
  client: SNSClient,
  input: ConstructorParameters<typeof PublishCommand>[0],
): Promise<string> {
  try {
    const { MessageId } = await client.send(new PublishCommand(input));
    if (MessageId === undefined) throw new DependencyUnavailableError("SNS took a message without naming it");
    return MessageId;
  } catch (error) {
    throw asDependencyError("SNS", error);
  }
}
