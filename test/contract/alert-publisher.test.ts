import { randomUUID } from "node:crypto";
import { CreateTopicCommand, DeleteTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createSnsAlertPublisher, createSnsOperationsAlert } from "#adapters/aws/alert-publisher.sns.ts";
import { createInbox } from "#adapters/local/alert-publisher.inbox.ts";
import type { AlertMessage } from "#contracts/alert.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import { awsEndpoint, emulatorClient, tellLeftOut } from "#test/support/aws-endpoint.ts";
import { anAlert, hoursAfter, INCIDENT_ID } from "#test/support/lifecycle-builders.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";

const TOPICS = ["arn:aws:sns:eu-west-2:1:duty", "arn:aws:sns:eu-west-2:1:psd"];
const messageAt = (level: number): AlertMessage =>
  anAlert({ type: "UNRECORDED_DISCHARGE", version: 2, level }).message;

// Of this client alone: the suite below may also talk to an emulator.
const client = new SNSClient({});
const sns = mockClient(client);
beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({ MessageId: "m-1" });
});

type Setup = () => Promise<{ readonly publisher: AlertPublisher; readonly operations: OperationsAlert }>;

const stubbed: Setup = async () => ({
  publisher: createSnsAlertPublisher({ client, topicArns: TOPICS }),
  operations: createSnsOperationsAlert({ client, topicArn: "arn:aws:sns:eu-west-2:1:ops" }),
});

const inbox: Setup = async () => {
  const publisher = createInbox({ records: createMemoryRecords(), clock: { now: () => hoursAfter(0) } });
  return { publisher, operations: publisher.operations };
};

/** Topics of this test alone, of an emulator; gone when it ends. */
const makeTopics = async (endpoint: string, count: number) => {
  const emulated = new SNSClient({ ...emulatorClient, endpoint });
  const made = await Promise.all(
    Array.from({ length: count }, () =>
      emulated.send(new CreateTopicCommand({ Name: `witnessed-test-${randomUUID()}` })),
    ),
  );
  const topicArns = made.map(({ TopicArn = "" }) => TopicArn);
  const remove = (TopicArn: string) => emulated.send(new DeleteTopicCommand({ TopicArn }));
  onTestFinished(async () => {
    await Promise.all(topicArns.map(remove));
    emulated.destroy();
  });
  return { client: emulated, topicArns, remove };
};

const emulator =
  (endpoint: string): Setup =>
  async () => {
    const { client: emulated, topicArns } = await makeTopics(endpoint, 3);
    return {
      publisher: createSnsAlertPublisher({ client: emulated, topicArns: topicArns.slice(0, 2) }),
      operations: createSnsOperationsAlert({ client: emulated, topicArn: topicArns[2] ?? "" }),
    };
  };

const publishers: [string, Setup][] = [
  ["SNS as it is documented", stubbed],
  ["the inbox", inbox],
];
if (awsEndpoint === undefined) {
  tellLeftOut("SNS", "the alert publisher's suite runs over stubbed answers and the inbox");
} else {
  const endpoint = awsEndpoint;
  publishers.push([`SNS at ${endpoint}`, emulator(endpoint)]);

  describe(`alerts by SNS at ${endpoint}`, () => {
    it("go to the topic of their level and to no other", async () => {
      const { client: emulated, topicArns, remove } = await makeTopics(endpoint, 2);
      const publisher = createSnsAlertPublisher({ client: emulated, topicArns });
      await remove(topicArns[1] ?? "");
      expect(await publisher.publish(messageAt(1))).toEqual({ messageId: expect.stringMatching(/./) });
      await expect(publisher.publish(messageAt(2))).rejects.toMatchObject({ name: "NotFoundException" });
    });
  });
}

describe.each(publishers)("an alert publisher by %s", (_, setUp) => {
  it("takes an alert of every level, and the same one again, and names each message", async () => {
    const { publisher } = await setUp();
    for (const message of [messageAt(1), messageAt(2), messageAt(2)]) {
      expect(await publisher.publish(message)).toEqual({ messageId: expect.stringMatching(/./) });
    }
  });

  it("tells operations", async () => {
    const { operations } = await setUp();
    await expect(operations.tell({ subject: "Wrexham’s câmera", body: "b" })).resolves.toBeUndefined();
  });
});

describe("alerts by SNS", () => {
  const publisher = createSnsAlertPublisher({ client, topicArns: TOPICS });

  it("go to the topic of their level, people with the text of their protocol, machines with the facts, and with what subscriptions filter by", async () => {
    const message = messageAt(2);
    const { email, sms, ...facts } = message;
    expect(await publisher.publish(message)).toEqual({ messageId: "m-1" });
    const [call] = sns.commandCalls(PublishCommand);
    expect(call?.args[0].input).toEqual({
      TopicArn: TOPICS[1],
      Subject: message.email.subject,
      MessageStructure: "json",
      Message: JSON.stringify({ default: JSON.stringify(facts), email: email.body, sms }),
      MessageAttributes: {
        type: { DataType: "String", StringValue: "UNRECORDED_DISCHARGE" },
        priority: { DataType: "String", StringValue: "normal" },
        borough: { DataType: "String", StringValue: "Southwark" },
        outcome: { DataType: "String", StringValue: "AWAITING_FOOTAGE" },
        alertId: { DataType: "String", StringValue: message.alertId },
        incidentId: { DataType: "String", StringValue: INCIDENT_ID },
      },
    });
  });

  it("have subjects that SNS takes: printable ASCII", async () => {
    const message = messageAt(1);
    await publisher.publish({ ...message, email: { ...message.email, subject: "Ynys Môn ☂" } });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.Subject).toBe("Ynys Mon ?");
  });

  it("have subjects that stay short enough when they get longer by being written in ASCII", async () => {
    const message = messageAt(1);
    await publisher.publish({ ...message, email: { ...message.email, subject: "서울\ufdfa".repeat(33) } });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.Subject).toMatch(/^[\x20-\x7e]{99}$/);
  });

  it.each([
    ["a\u0000b\u001b[31m\ud800\uffff c", "a b [31m  c".replace("  ", "   ")],
    ["\u0001\u0002", "unknown"],
    ["Ynys Môn 서울 🚓", "Ynys Môn 서울 🚓"],
  ])("have attributes that SNS takes, whatever the borough: %j", async (borough, taken) => {
    await publisher.publish({ ...messageAt(1), borough });
    const attributes = sns.commandCalls(PublishCommand)[0]?.args[0].input.MessageAttributes;
    expect(attributes?.["borough"]?.StringValue).toBe(taken);
  });

  it("that are notices go the same way, and name no incident", async () => {
    const { incidentId: _incidentId, ...facts } = messageAt(2);
    const notice = {
      ...facts,
      alertId: "KIT.0123456789ab.2",
      type: "KIT" as const,
      outcome: "NOT_APPLICABLE",
    };
    const { email, sms, ...rest } = notice;
    await publisher.publish(notice);
    const input = sns.commandCalls(PublishCommand)[0]?.args[0].input;
    expect(input).toMatchObject({
      TopicArn: TOPICS[1],
      Message: JSON.stringify({ default: JSON.stringify(rest), email: email.body, sms }),
    });
    expect(
      Object.entries(input?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    ).toEqual([
      ["type", "KIT"],
      ["priority", "normal"],
      ["borough", "Southwark"],
      ["outcome", "NOT_APPLICABLE"],
      ["alertId", "KIT.0123456789ab.2"],
    ]);
  });

  it("are refused for a level that the force does not have", async () => {
    await expect(publisher.publish(messageAt(3))).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(sns.commandCalls(PublishCommand)).toHaveLength(0);
  });

  it.each([
    "ThrottledException",
    "ThrottlingException",
    "InternalErrorException",
    "KMSThrottlingException",
    "TimeoutError",
  ])("can be sent again after %s", async (name) => {
    sns.on(PublishCommand).rejects(Object.assign(new Error(name), { name }));
    await expect(publisher.publish(messageAt(1))).rejects.toMatchObject({
      name: "DependencyUnavailableError",
    });
  });

  it("are not taken for sent when SNS names no message", async () => {
    sns.on(PublishCommand).resolves({});
    await expect(publisher.publish(messageAt(1))).rejects.toMatchObject({
      name: "DependencyUnavailableError",
    });
  });

  it("tell operations in plain text", async () => {
    const operations = createSnsOperationsAlert({
      client,
      topicArn: "arn:aws:sns:eu-west-2:1:ops",
    });
    await operations.tell({ subject: "Something stands still", body: "Look at it." });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
      TopicArn: "arn:aws:sns:eu-west-2:1:ops",
      Subject: "Something stands still",
      Message: "Look at it.",
    });
  });
});

describe("the inbox of the local run", () => {
  it("shows each alert once, as it came first, oldest first", async () => {
    const records = createMemoryRecords();
    let hour = 0;
    const clock = { now: () => hoursAfter(hour) };
    const inbox = createInbox({ records, clock });
    await inbox.publish(messageAt(2));
    hour = 1;
    await inbox.publish(messageAt(1));
    await inbox.publish({ ...messageAt(2), sms: "again" });
    const shown = await createInbox({ records, clock }).alerts();
    expect(shown).toEqual([
      { ...messageAt(2), sentAt: hoursAfter(0).toISOString() },
      { ...messageAt(1), sentAt: hoursAfter(1).toISOString() },
    ]);
  });

  it("keeps what operations were told", async () => {
    const inbox = createInbox({ records: createMemoryRecords(), clock: { now: () => hoursAfter(0) } });
    await inbox.operations.tell({ subject: "one", body: "body" });
    expect(await inbox.operationsMessages()).toEqual([
      { subject: "one", body: "body", at: hoursAfter(0).toISOString() },
    ]);
  });
});
