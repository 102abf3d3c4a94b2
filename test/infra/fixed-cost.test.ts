import { describe, expect, it } from "vitest";
import { countedCodes } from "#runtime/log.ts";
import { forceFile, resourcesOf, synthesiseForce } from "#test/support/force-template.ts";

/** List prices of eu-west-2 in USD, without free tiers. */
const PRICES = {
  keyMonth: 1,
  alarmMonth: 0.1,
  customMetricMonth: 0.3,
  schedulerCall: 1 / 1_000_000,
  queueCall: 0.4 / 1_000_000,
  lambdaCall: 0.2 / 1_000_000,
  lambdaGigabyteSecondArm: 0.0000133334,
} as const;
const HOURS_A_MONTH = 730;

/** What costs nothing while nothing happens. Anything new must be looked up before it is added here or below. */
const PAID_BY_USE = [
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Stage",
  "AWS::Cognito::UserPool",
  "AWS::Cognito::UserPoolClient",
  "AWS::Cognito::UserPoolDomain",
  "AWS::Cognito::UserPoolGroup",
  "AWS::DynamoDB::Table",
  "AWS::Events::Rule",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Role",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Function",
  "AWS::Lambda::LayerVersion",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
  "AWS::StepFunctions::StateMachine",
];
const PRICED = [
  "AWS::KMS::Key",
  "AWS::CloudWatch::Alarm",
  "AWS::Scheduler::Schedule",
  "AWS::Lambda::EventSourceMapping",
];

/** Of an expression such as `rate(15 minutes)`. */
function timesAMonth(expression: string): number {
  const [, count = "", unit = ""] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression) ?? [];
  expect(unit, expression).not.toBe("");
  return (HOURS_A_MONTH * (unit === "minute" ? 60 : 1)) / Number(count);
}

describe.each(["metropolitan", "gloucestershire"])("the stack of %s", (code) => {
  const template = synthesiseForce(forceFile(code));
  const count = (type: string) => resourcesOf(template, type).length;

  it("holds nothing whose price is not known", () => {
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect([...types].filter((type) => !PAID_BY_USE.includes(type) && !PRICED.includes(type))).toEqual([]);
  });

  it("costs at most 8 USD a month before anything happens", () => {
    const calls = resourcesOf(template, "AWS::Scheduler::Schedule").map(([, { Properties }]) => {
      const { Arn } = Properties["Target"] as { Arn: { "Fn::GetAtt": [string, string] } };
      const called = template.Resources[Arn["Fn::GetAtt"][0]]?.Properties["MemorySize"];
      return {
        times: timesAMonth(String(Properties["ScheduleExpression"])),
        gigabytes: Number(called) / 1024,
      };
    });
    const sum = (of: (call: (typeof calls)[number]) => number) =>
      calls.reduce((all, call) => all + of(call), 0);
    // Lambda keeps five pollers on a queue, each asking for 20 s at a time.
    const polls = 5 * ((HOURS_A_MONTH * 3600) / 20) * count("AWS::Lambda::EventSourceMapping");
    const parts = {
      keys: count("AWS::KMS::Key") * PRICES.keyMonth,
      alarms: count("AWS::CloudWatch::Alarm") * PRICES.alarmMonth,
      metrics: Object.keys(countedCodes).length * PRICES.customMetricMonth,
      schedule: sum(({ times }) => times * PRICES.schedulerCall),
      // A call with nothing to do: a second.
      calls: sum(
        ({ times, gigabytes }) => times * (PRICES.lambdaCall + gigabytes * PRICES.lambdaGigabyteSecondArm),
      ),
      polls: polls * PRICES.queueCall,
    };
    const total = Object.values(parts).reduce((all, part) => all + part, 0);
    expect(total, JSON.stringify(parts)).toBeLessThanOrEqual(8);
  });

  it("provisions nothing that is paid by the hour", () => {
    for (const [, table] of resourcesOf(template, "AWS::DynamoDB::Table")) {
      expect(table.Properties).toMatchObject({ BillingMode: "PAY_PER_REQUEST" });
      expect(table.Properties).not.toHaveProperty("ProvisionedThroughput");
    }
    expect(JSON.stringify(template)).not.toMatch(/ProvisionedConcurrency|AWS::EC2::|SnapStart/);
  });
});
