import { randomUUID } from "node:crypto";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createSnsSubscriptions } from "#adapters/aws/subscriptions.sns.ts";
import { createInboxSubscriptions } from "#adapters/local/subscriptions.inbox.ts";
import { addressFaults } from "#domain/notices/address-faults.ts";
import type { Subscriptions } from "#ports/subscriptions.ts";
import { awsEndpoint, emulatorClient, tellLeftOut } from "#test/support/aws-endpoint.ts";
import { forceFile } from "#test/support/force-template.ts";

const force = forceFile("gloucestershire");
const [fim, psd] = force.alerts.levels;
const topicArns = ["arn:aws:sns:eu-west-2:1:level-1", "arn:aws:sns:eu-west-2:1:level-2"];
const operationsTopicArn = "arn:aws:sns:eu-west-2:1:operations";

// Of this client alone: the suite below may also talk to an emulator.
const client = new SNSClient({});
const sns = mockClient(client);
beforeEach(() => {
  sns.reset();
});

type Line = { readonly Protocol: string; readonly Endpoint: string; readonly SubscriptionArn: string };
let count = 0;
/** As SNS lists a subscription; a confirmed one unless a word stands in the place of its ARN. */
const line = (
  protocol: string,
  endpoint: string,
  arn = `arn:aws:sns:eu-west-2:1:level-1:${++count}`,
): Line => ({
  Protocol: protocol,
  Endpoint: endpoint,
  SubscriptionArn: arn,
});

/** The pages of the list of one topic, each with the place where the next begins. */
function list(topicArn: string, ...pages: readonly (readonly Line[])[]): void {
  for (const [index, page] of pages.entries()) {
    const isLast = index === pages.length - 1;
    sns
      .on(ListSubscriptionsByTopicCommand, {
        TopicArn: topicArn,
        NextToken: index === 0 ? undefined : `page-${index}`,
      })
      .resolves({ Subscriptions: [...page], ...(isLast ? {} : { NextToken: `page-${index + 1}` }) });
  }
}

const confirmedBy = (authenticated: boolean) =>
  sns
    .on(GetSubscriptionAttributesCommand)
    .resolves({ Attributes: { ConfirmationWasAuthenticated: String(authenticated) } });

/** Each address of the force's file subscribed and confirmed, as far as that can be done. */
type Setup = () => Promise<Subscriptions>;

const documented: Setup = async () => {
  list(topicArns[0] ?? "", [
    ...(fim?.emails ?? []).map((email) => line("email", email)),
    ...(fim?.phones ?? []).map((phone) => line("sms", phone)),
  ]);
  list(
    topicArns[1] ?? "",
    (psd?.emails ?? []).map((email) => line("email", email)),
  );
  list(
    operationsTopicArn,
    force.operations.emails.map((email) => line("email", email)),
  );
  confirmedBy(true);
  return createSnsSubscriptions({ client, topicArns, operationsTopicArn });
};

const adapters: [string, Setup][] = [
  ["SNS as it is documented", documented],
  ["the inbox", async () => createInboxSubscriptions(force)],
];
if (awsEndpoint === undefined) {
  tellLeftOut("SNS", "the suite of subscriptions runs over stubbed answers and the inbox");
} else {
  const endpoint = awsEndpoint;
  adapters.push([
    `SNS at ${endpoint}`,
    async () => {
      const emulated = new SNSClient({ ...emulatorClient, endpoint });
      const make = async (emails: readonly string[], phones: readonly string[]) => {
        const { TopicArn = "" } = await emulated.send(
          new CreateTopicCommand({ Name: `witnessed-test-${randomUUID()}` }),
        );
        for (const Endpoint of emails)
          await emulated.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint }));
        for (const Endpoint of phones)
          await emulated.send(new SubscribeCommand({ TopicArn, Protocol: "sms", Endpoint }));
        return TopicArn;
      };
      const levels: string[] = [];
      for (const { emails, phones } of force.alerts.levels) levels.push(await make(emails, phones));
      const operators = await make(force.operations.emails, []);
      onTestFinished(async () => {
        await Promise.all(
          [...levels, operators].map((TopicArn) => emulated.send(new DeleteTopicCommand({ TopicArn }))),
        );
        emulated.destroy();
      });
      return createSnsSubscriptions({ client: emulated, topicArns: levels, operationsTopicArn: operators });
    },
  ]);
}

describe.each(adapters)("subscriptions by %s", (_, setUp) => {
  it("are those of the topic that is asked for", async () => {
    const subscriptions = await setUp();
    const addressesOf = async (topic: number | "operations") =>
      (await subscriptions(topic)).map(({ protocol, endpoint }) => `${protocol} ${endpoint}`).sort();
    expect(await addressesOf(1)).toEqual([
      "email fim@gloucestershire.example.police.uk",
      "sms +447700900123",
    ]);
    expect(await addressesOf(2)).toEqual(["email psd@gloucestershire.example.police.uk"]);
    expect(await addressesOf("operations")).toEqual(["email ict-platform@gloucestershire.example.police.uk"]);
  });

  it("take a phone for reached and for safe from anybody's link", async () => {
    const subscriptions = await setUp();
    const [phone] = (await subscriptions(1)).filter(({ protocol }) => protocol === "sms");
    expect(phone).toMatchObject({ confirmed: true, protected: true });
  });

  it("are refused for a level that the force does not have", async () => {
    const subscriptions = await setUp();
    await expect(subscriptions(3)).rejects.toMatchObject({ name: "InvalidInputError" });
    await expect(subscriptions(0)).rejects.toMatchObject({ name: "InvalidInputError" });
  });
});

describe.each(adapters.slice(0, 2))("a force whose addresses are all confirmed, by %s,", (_, setUp) => {
  it("has nothing to be told of", async () => {
    const subscriptions = await setUp();
    for (const [index, addresses] of force.alerts.levels.entries()) {
      expect(addressFaults(addresses, await subscriptions(index + 1))).toEqual([]);
    }
  });
});

describe("subscriptions by SNS", () => {
  const subscriptions = createSnsSubscriptions({ client, topicArns, operationsTopicArn });
  const [topicArn = ""] = topicArns;

  it("are read page by page to the end", async () => {
    const mailboxes = Array.from({ length: 250 }, (_, index) => `m${index}@police.uk`);
    const lines = mailboxes.map((mailbox) => line("email", mailbox));
    list(topicArn, lines.slice(0, 100), lines.slice(100, 200), lines.slice(200));
    confirmedBy(true);
    expect((await subscriptions(1)).map(({ endpoint }) => endpoint)).toEqual(mailboxes);
    expect(sns.commandCalls(ListSubscriptionsByTopicCommand)).toHaveLength(3);
  });

  it("tell who has not said yes, without asking for more", async () => {
    list(topicArn, [line("email", "a@police.uk", "PendingConfirmation")]);
    expect(await subscriptions(1)).toEqual([
      { protocol: "email", endpoint: "a@police.uk", confirmed: false, protected: false },
    ]);
    expect(sns.commandCalls(GetSubscriptionAttributesCommand)).toHaveLength(0);
  });

  it.each([true, false])("tell whether the yes was an authenticated one: %s", async (authenticated) => {
    list(topicArn, [line("email", "a@police.uk")]);
    confirmedBy(authenticated);
    expect(await subscriptions(1)).toEqual([
      { protocol: "email", endpoint: "a@police.uk", confirmed: true, protected: authenticated },
    ]);
  });

  it("take one for unprotected of which SNS does not say so", async () => {
    list(topicArn, [line("email", "a@police.uk")]);
    sns.on(GetSubscriptionAttributesCommand).resolves({ Attributes: { PendingConfirmation: "false" } });
    expect(await subscriptions(1)).toMatchObject([{ confirmed: true, protected: false }]);
  });

  it("leave out what ended", async () => {
    list(topicArn, [line("email", "a@police.uk", "Deleted")]);
    confirmedBy(true);
    expect(await subscriptions(1)).toEqual([]);
  });

  it("leave out what ended between the list and the question", async () => {
    list(topicArn, [line("email", "b@police.uk")]);
    const gone = Object.assign(new Error("Subscription does not exist"), { name: "NotFoundException" });
    sns.on(GetSubscriptionAttributesCommand).rejects(gone);
    expect(await subscriptions(1)).toEqual([]);
  });

  it("ask nothing more of phones, whose messages carry no link", async () => {
    list(topicArn, [line("sms", "+447700900123")]);
    confirmedBy(false);
    expect(await subscriptions(1)).toEqual([
      { protocol: "sms", endpoint: "+447700900123", confirmed: true, protected: true },
    ]);
  });

  it("leave out machines that somebody subscribed by hand", async () => {
    list(topicArn, [
      line("https", "https://force.example/hook"),
      line("sqs", "arn:aws:sqs:eu-west-2:1:q"),
      line("email-json", "a@police.uk"),
    ]);
    expect(await subscriptions(1)).toEqual([]);
  });

  it("are none of a topic that nobody subscribed to", async () => {
    sns.on(ListSubscriptionsByTopicCommand).resolves({});
    expect(await subscriptions("operations")).toEqual([]);
  });

  it.each(["ThrottledException", "ThrottlingException", "InternalErrorException", "TimeoutError"])(
    "can be asked for again after %s, of the list or of one of them",
    async (name) => {
      const refusal = Object.assign(new Error(name), { name });
      sns.on(ListSubscriptionsByTopicCommand).rejects(refusal);
      await expect(subscriptions(1)).rejects.toMatchObject({ name: "DependencyUnavailableError" });
      sns.reset();
      list(topicArn, [line("email", "a@police.uk")]);
      sns.on(GetSubscriptionAttributesCommand).rejects(refusal);
      await expect(subscriptions(1)).rejects.toMatchObject({ name: "DependencyUnavailableError" });
    },
  );

  it("say as it is that the function may not ask", async () => {
    const refusal = Object.assign(new Error("not authorized"), { name: "AuthorizationErrorException" });
    sns.on(ListSubscriptionsByTopicCommand).rejects(refusal);
    await expect(subscriptions(1)).rejects.toMatchObject({ name: "AuthorizationErrorException" });
  });
});
