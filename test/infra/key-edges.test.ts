import { describe, expect, it } from "vitest";
import {
  flatten,
  forceFile,
  resourcesOf,
  synthesiseForce,
  type TemplateResource,
} from "#test/support/force-template.ts";

type Statement = {
  readonly Effect: string;
  readonly Principal?: { readonly Service?: string };
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** One service that hands something to a resource which is encrypted with a customer's key. */
type Edge = { readonly service: string; readonly resource: string; readonly key: string };

const template = synthesiseForce(forceFile("gloucestershire"));
const of = (type: string) => resourcesOf(template, type);

function resource(id: string): TemplateResource {
  const found = template.Resources[id];
  if (!found) throw new Error(`no resource ${id}`);
  return found;
}

/** The logical id in a reference such as `<Id.Arn>`. */
const idOf = (reference: unknown) => flatten(reference).replace(/^<(\w+).*$/, "$1");

function edgesOf(service: string, targets: readonly unknown[], keyProperty: string): readonly Edge[] {
  return targets
    .map(idOf)
    .map((id) => ({ service, resource: id, key: idOf(resource(id).Properties[keyProperty]) }));
}

/** Every edge that the template shows, found by what points at what rather than by what was meant. */
const edges: readonly Edge[] = [
  ...edgesOf(
    "cloudwatch.amazonaws.com",
    of("AWS::CloudWatch::Alarm").flatMap(([, { Properties }]) => Properties["AlarmActions"] as unknown[]),
    "KmsMasterKeyId",
  ),
  ...edgesOf(
    "events.amazonaws.com",
    of("AWS::Events::Rule").flatMap(([, { Properties }]) =>
      (Properties["Targets"] as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[]).flatMap((target) => [
        target.Arn,
        target.DeadLetterConfig.Arn,
      ]),
    ),
    "KmsMasterKeyId",
  ),
  ...edgesOf(
    "sns.amazonaws.com",
    of("AWS::SNS::Subscription").map(
      ([, { Properties }]) =>
        (Properties["RedrivePolicy"] as { deadLetterTargetArn: unknown }).deadLetterTargetArn,
    ),
    "KmsMasterKeyId",
  ),
  ...edgesOf(
    "logs.eu-west-2.amazonaws.com",
    of("AWS::Logs::LogGroup").map(([id]) => ({ Ref: id })),
    "KmsKeyId",
  ),
];

const keyStatements = (key: string) =>
  (resource(key).Properties["KeyPolicy"] as { Statement: readonly Statement[] }).Statement;

const grantOf = ({ service, key }: Edge) =>
  keyStatements(key).find(({ Effect, Principal }) => Effect === "Allow" && Principal?.Service === service);

describe("a service that hands something to an encrypted resource", () => {
  it("is one of these, and nothing new has come", () => {
    const kinds = new Set(edges.map(({ service, resource: id }) => `${service} → ${resource(id).Type}`));
    expect([...kinds].sort()).toEqual([
      "cloudwatch.amazonaws.com → AWS::SNS::Topic",
      "events.amazonaws.com → AWS::SQS::Queue",
      "logs.eu-west-2.amazonaws.com → AWS::Logs::LogGroup",
      "sns.amazonaws.com → AWS::SQS::Queue",
    ]);
  });

  it.each(edges.map((edge) => [`${edge.service} → ${edge.resource}`, edge] as const))(
    "%s may use its key",
    (_, edge) => {
      const grant = grantOf(edge);
      expect(grant?.Action).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey"]));
      // Asked for only where it is said: EventBridge uses the key without saying on whose account it acts.
      expect(grant?.Condition).toMatchObject({
        StringEqualsIfExists: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
      });
      expect(grant?.Condition).not.toHaveProperty("StringEquals");
    },
  );

  it("is bound by the log group's own ARN where it is CloudWatch Logs", () => {
    const [edge] = edges.filter(({ service }) => service.startsWith("logs."));
    const condition = edge && grantOf(edge)?.Condition?.["ArnLike"]?.["kms:EncryptionContext:aws:logs:arn"];
    expect(flatten(condition)).toBe("arn:aws:logs:eu-west-2:<AWS::AccountId>:log-group:*");
  });

  it("has no use of the key that evidence is encrypted with", () => {
    const encryption = of("AWS::DynamoDB::Table").map(([, { Properties }]) => Properties["SSESpecification"]);
    const [evidenceKey = ""] = (encryption as { KMSMasterKeyId: unknown }[]).map((each) =>
      idOf(each.KMSMasterKeyId),
    );
    expect(keyStatements(evidenceKey).filter(({ Principal }) => Principal?.Service !== undefined)).toEqual(
      [],
    );
    expect(edges.filter(({ key }) => key === evidenceKey)).toEqual([]);
  });

  it("may send to the queue that it hands over to", () => {
    for (const { service, resource: id } of edges.filter(
      (edge) => resource(edge.resource).Type === "AWS::SQS::Queue",
    )) {
      const senders = of("AWS::SQS::QueuePolicy")
        .filter(([, { Properties }]) =>
          (Properties["Queues"] as unknown[]).some((queue) => idOf(queue) === id),
        )
        .flatMap(
          ([, { Properties }]) =>
            (Properties["PolicyDocument"] as { Statement: readonly Statement[] }).Statement,
        )
        .filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().includes("sqs:SendMessage"));
      expect(senders.map(({ Principal }) => Principal?.Service)).toContain(service);
    }
  });
});

describe("every asynchronous edge", () => {
  it("has dead letters", () => {
    for (const [, { Properties }] of of("AWS::Events::Rule")) {
      for (const target of Properties["Targets"] as object[])
        expect(target).toHaveProperty("DeadLetterConfig.Arn");
    }
    for (const [, { Properties }] of of("AWS::SNS::Subscription"))
      expect(Properties).toHaveProperty("RedrivePolicy");
    for (const [, { Properties }] of of("AWS::Scheduler::Schedule")) {
      expect(Properties).toHaveProperty("Target.DeadLetterConfig.Arn");
    }
    for (const [, { Properties }] of of("AWS::Lambda::EventSourceMapping")) {
      const queue = resource(idOf(Properties["EventSourceArn"]));
      expect(queue.Properties).toHaveProperty("RedrivePolicy.deadLetterTargetArn");
      expect(Properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
    }
    const calledByTheClock = of("AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties);
    expect(calledByTheClock).toHaveLength(of("AWS::Scheduler::Schedule").length);
    for (const config of calledByTheClock) {
      expect(config).toMatchObject({ DestinationConfig: { OnFailure: { Destination: expect.anything() } } });
    }
  });

  it("gives its messages longer than the function that takes them", () => {
    for (const [, { Properties }] of of("AWS::Lambda::EventSourceMapping")) {
      const queue = resource(idOf(Properties["EventSourceArn"])).Properties;
      const taker = resource(idOf(Properties["FunctionName"])).Properties;
      expect(Number(queue["VisibilityTimeout"])).toBeGreaterThanOrEqual(6 * Number(taker["Timeout"]));
    }
  });

  it("has an alarm on its dead letters, and every alarm reaches the operators", () => {
    const alarms = of("AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
    const watched = alarms
      .filter(({ MetricName }) => MetricName === "ApproximateNumberOfMessagesVisible")
      .flatMap(({ Dimensions }) => (Dimensions as { Value: unknown }[]).map(({ Value }) => idOf(Value)));
    const deadLetters = of("AWS::SQS::Queue")
      .map(([id]) => id)
      .filter((id) => id.includes("DeadLetters"));
    expect(deadLetters.length).toBeGreaterThanOrEqual(5);
    expect(watched.sort()).toEqual(deadLetters.sort());
    const operations = new Set(alarms.flatMap(({ AlarmActions }) => (AlarmActions as unknown[]).map(idOf)));
    expect([...operations]).toEqual([expect.stringMatching(/^OperationsTopic/)]);
  });
});
