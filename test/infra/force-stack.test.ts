import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CfnResource } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, it } from "vitest";
import { configSchema as apiConfig } from "#handlers/api/config.ts";
import { configSchema as complianceVerdictConfig } from "#handlers/compliance-verdict/config.ts";
import { configSchema as footageDeletionConfig } from "#handlers/footage-deletion/config.ts";
import { configSchema as footageIntakeConfig } from "#handlers/footage-intake/config.ts";
import { configSchema as footageMatchingConfig } from "#handlers/footage-matching/config.ts";
import { configSchema as holdLiftingConfig } from "#handlers/hold-lifting/config.ts";
import { configSchema as ingestionConfig } from "#handlers/ingestion/config.ts";
import { configSchema as noticesConfig } from "#handlers/notices/config.ts";
import { configSchema as notificationConfig } from "#handlers/notification/config.ts";
import { configSchema as sweepConfig } from "#handlers/sweep/config.ts";
import { createForceApp } from "#infra/force-app.ts";
import { ForceStack } from "#infra/force-stack.ts";
import { handWork } from "#infra/hand-work.ts";
import {
  buildForce,
  type ForceTemplate,
  flatten,
  forceFile,
  resourcesOf,
  synthesiseForce,
} from "#test/support/force-template.ts";

const metropolitan = forceFile("metropolitan");
const gloucestershire = forceFile("gloucestershire");
const json = synthesiseForce(metropolitan);
const template = Template.fromJSON(json as unknown as Record<string, unknown>);
const withIssuer = synthesiseForce(gloucestershire);

describe("what holds data", () => {
  const holders = [
    "AWS::S3::Bucket",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Cognito::UserPool",
    "AWS::Logs::LogGroup",
  ];

  // A changed logical id replaces the resource: CloudFormation would start the force with an empty one.
  it("keeps its logical ids", () => {
    const ids = holders.flatMap((type) => resourcesOf(json, type).map(([id]) => id));
    expect(ids.sort()).toEqual([
      "ApiLogsCD139AD4",
      "ComplianceVerdictLogs60932E2C",
      "EvidenceAccessLogs6F1E67A5",
      "EvidenceBucketC67FF768",
      "EvidenceKey167D8F4D",
      "FootageDeletionLogsBF7D5626",
      "FootageIntakeLogs9F04FC06",
      "FootageMatchingLogs4894C02B",
      "HoldLiftingLogsECE56BBC",
      "IngestionLogsC890A9DB",
      "NoticesLogs0716DAAF",
      "NotificationLogs1EEE9349",
      "OperationsAccessLogs8CD359FB",
      "OperationsKeyD0717C64",
      "OperationsWorkflowLogs8C28305B",
      "RecordsTableC9B7A30B",
      "SignInPoolFD298EFA",
      "SweepLogsA7192123",
    ]);
  });

  it("stays when the stack goes or a resource is replaced", () => {
    for (const [id, resource] of holders.flatMap((type) => resourcesOf(json, type))) {
      expect([id, resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual([id, "Retain", "Retain"]);
    }
    template.hasResourceProperties("AWS::DynamoDB::Table", { DeletionProtectionEnabled: true });
    template.hasResourceProperties("AWS::Cognito::UserPool", { DeletionProtection: "ACTIVE" });
  });

  it("has no name of its own, so that two stacks can stand side by side", () => {
    const nameOf: Readonly<Record<string, string>> = {
      "AWS::S3::Bucket": "BucketName",
      "AWS::DynamoDB::Table": "TableName",
      "AWS::SQS::Queue": "QueueName",
      "AWS::SNS::Topic": "TopicName",
      "AWS::Lambda::Function": "FunctionName",
      "AWS::IAM::Role": "RoleName",
      "AWS::StepFunctions::StateMachine": "StateMachineName",
      "AWS::Logs::LogGroup": "LogGroupName",
      "AWS::Cognito::UserPool": "UserPoolName",
      "AWS::CloudWatch::Alarm": "AlarmName",
    };
    const named = Object.entries(nameOf).flatMap(([type, name]) =>
      resourcesOf(json, type).filter(([, { Properties }]) => Properties !== undefined && name in Properties),
    );
    expect(named).toEqual([]);
  });

  it("is marked with its force and its classification", () => {
    for (const type of [
      "AWS::S3::Bucket",
      "AWS::DynamoDB::Table",
      "AWS::KMS::Key",
      "AWS::Lambda::Function",
      "AWS::SQS::Queue",
    ]) {
      for (const [, { Properties }] of resourcesOf(json, type)) {
        expect(Properties["Tags"]).toEqual(
          expect.arrayContaining([
            { Key: "force", Value: "metropolitan" },
            { Key: "data-classification", Value: "official-sensitive" },
          ]),
        );
      }
    }
  });
});

describe("the evidence bucket", () => {
  const evidence = () => {
    const [found] = resourcesOf(json, "AWS::S3::Bucket").filter(
      ([, { Properties }]) => "ObjectLockConfiguration" in Properties,
    );
    if (!found) throw new Error("no bucket with Object Lock");
    return found[1].Properties;
  };

  it("keeps every version, locked from its first byte for as long as the force says", () => {
    expect(evidence()).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: metropolitan.retention.lockDays } },
      },
      VersioningConfiguration: { Status: "Enabled" },
    });
  });

  it("is encrypted with the force's key and closed to the public", () => {
    expect(evidence()).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: "aws:kms",
              KMSMasterKeyID: { "Fn::GetAtt": ["EvidenceKey167D8F4D", "Arn"] },
            },
          },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      LoggingConfiguration: { LogFilePrefix: "evidence/" },
    });
  });

  it("lets nothing expire but uploads that were never finished", () => {
    expect(evidence()["LifecycleConfiguration"]).toEqual({
      Rules: [
        {
          Id: "incomplete-uploads",
          Status: "Enabled",
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
        {
          Id: "colder-storage",
          Status: "Enabled",
          Transitions: [{ StorageClass: "GLACIER_IR", TransitionInDays: 90 }],
        },
      ],
    });
  });

  it("tells EventBridge without a function of the library's", () => {
    expect(evidence()["NotificationConfiguration"]).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(Object.values(json.Resources).filter(({ Type }) => Type.startsWith("Custom::"))).toEqual([]);
    expect(resourcesOf(json, "AWS::Lambda::Function")).toHaveLength(10);
  });

  it.each([
    ["plain HTTP", "s3:*", { Bool: { "aws:SecureTransport": "false" } }],
    ["TLS below 1.2", "s3:*", { NumericLessThan: { "s3:TlsVersion": 1.2 } }],
    ["signatures older than 15 minutes", "s3:*", { NumericGreaterThan: { "s3:signatureAge": 900_000 } }],
    [
      "whole files signed more than 5 minutes ago",
      "s3:PutObject",
      { NumericGreaterThan: { "s3:signatureAge": 300_000 }, Bool: { "s3:ObjectCreationOperation": "true" } },
    ],
    [
      "overwriting, parts and beginnings of uploads excepted",
      "s3:PutObject",
      { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
    ],
    [
      "any other key or encryption",
      "s3:PutObject",
      {
        Null: { "s3:x-amz-server-side-encryption": "false" },
        StringNotEquals: {
          "s3:x-amz-server-side-encryption-aws-kms-key-id": { "Fn::GetAtt": ["EvidenceKey167D8F4D", "Arn"] },
        },
      },
    ],
  ])("refuses %s to everybody", (_, action, condition) => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      Bucket: { Ref: "EvidenceBucketC67FF768" },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Action: action, Principal: { AWS: "*" }, Condition: condition }),
        ]),
      },
    });
  });
});

describe("the table", () => {
  it("is paid by use, encrypted with the force's key, and can be taken back to any second", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: {
        SSEEnabled: true,
        SSEType: "KMS",
        KMSMasterKeyId: { "Fn::GetAtt": ["EvidenceKey167D8F4D", "Arn"] },
      },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: "byTime", Projection: { ProjectionType: "ALL" } }),
        Match.objectLike({ IndexName: "byDue", Projection: { ProjectionType: "ALL" } }),
      ],
    });
  });
});

describe("the functions", () => {
  const schemas = {
    ApiFunction: apiConfig,
    FootageIntakeFunction: footageIntakeConfig,
    IngestionFunction: ingestionConfig,
    FootageMatchingFunction: footageMatchingConfig,
    ComplianceVerdictFunction: complianceVerdictConfig,
    NotificationFunction: notificationConfig,
    SweepFunction: sweepConfig,
    HoldLiftingFunction: holdLiftingConfig,
    FootageDeletionFunction: footageDeletionConfig,
    NoticesFunction: noticesConfig,
  };
  const functionOf = (prefix: string, from: ForceTemplate = json) => {
    const [found] = resourcesOf(from, "AWS::Lambda::Function").filter(([id]) => id.startsWith(prefix));
    if (!found) throw new Error(`no function ${prefix}`);
    return found[1].Properties;
  };

  it.each(Object.keys(schemas))(
    "%s runs on arm64 and Node 24 with a log group and a trace of its own",
    (name) => {
      expect(functionOf(name)).toMatchObject({
        Architectures: ["arm64"],
        Runtime: "nodejs24.x",
        Handler: "handler.handler",
        TracingConfig: { Mode: "Active" },
        LoggingConfig: {
          LogGroup: { Ref: expect.stringMatching(new RegExp(`^${name.replace("Function", "")}Logs`)) },
        },
        Layers: [{ Ref: expect.stringMatching(/^SettingsLayer/) }],
      });
    },
  );

  it.each(Object.entries(schemas))(
    "%s gets exactly the variables that it asks for, in a shape that it takes",
    (name, schema) => {
      const { Variables } = functionOf(name)["Environment"] as { Variables: Record<string, unknown> };
      expect(Object.keys(Variables).sort()).toEqual(Object.keys(schema.shape).sort());
      const deployed = Object.fromEntries(
        Object.entries(Variables).map(([key, value]) => [key, asDeployed(flatten(value))]),
      );
      expect(schema.safeParse(deployed).error).toBeUndefined();
    },
  );

  it("keep their logs for a year, encrypted", () => {
    for (const [, { Properties }] of resourcesOf(json, "AWS::Logs::LogGroup")) {
      expect(Properties).toMatchObject({
        RetentionInDays: 365,
        KmsKeyId: { "Fn::GetAtt": ["OperationsKeyD0717C64", "Arn"] },
      });
    }
    expect(resourcesOf(json, "AWS::Logs::LogGroup")).toHaveLength(12);
  });

  it("check tokens of the force's own issuer when it names one, and make no user pool", () => {
    expect(resourcesOf(withIssuer, "AWS::Cognito::UserPool")).toEqual([]);
    expect(functionOf("ApiFunction", withIssuer)["Environment"]).toMatchObject({
      Variables: {
        ISSUER: gloucestershire.signIn.issuer,
        CLIENT_ID: "witnessed-console",
        ROLES_CLAIM: "roles",
      },
    });
    expect(functionOf("ApiFunction")["Environment"]).toMatchObject({
      Variables: { ROLES_CLAIM: "cognito:groups", OFFICER_ID_CLAIM: "custom:officer_id" },
    });
  });
});

describe("the workflow's machine", () => {
  it("is Standard, traced, and logs no data of an execution", () => {
    template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      StateMachineType: "STANDARD",
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
    });
  });
});

describe("the entrance", () => {
  it("has one route on one stage, throttled", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::Route", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Route", { RouteKey: "$default" });
    template.hasResourceProperties("AWS::ApiGatewayV2::Integration", { PayloadFormatVersion: "2.0" });
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
  });

  it("logs neither path nor address nor anything that a caller wrote", () => {
    const settings = resourcesOf(json, "AWS::ApiGatewayV2::Stage").map(
      ([, stage]) => stage.Properties["AccessLogSettings"],
    );
    const [Format = ""] = (settings as { Format: string }[]).map((each) => each.Format);
    expect(Format).not.toMatch(/path|identity|authorizer|sourceIp|userAgent|domainName/i);
    expect(Object.keys(JSON.parse(Format))).toContain("status");
  });
});

describe("the entrance of a force with a domain", () => {
  const outdir = mkdtempSync(join(tmpdir(), "witnessed-domain-"));
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));

  it("is served there only, to gateways with a certificate that the force knows", () => {
    writeFileSync(join(outdir, "metropolitan.truststore.pem"), "certificates");
    const domain = {
      name: "witnessed.met.police.uk",
      certificateArn: "arn:aws:acm:eu-west-2:000000000000:certificate/1",
      mutualTls: true,
    };
    const app = createForceApp({ outdir: join(outdir, "out") });
    const stack = new ForceStack(app, "domain", {
      force: { ...metropolitan, domain },
      forcesFolder: outdir,
      env: { region: "eu-west-2" },
    });
    const served = Template.fromStack(stack);
    served.hasResourceProperties("AWS::ApiGatewayV2::Api", { DisableExecuteApiEndpoint: true });
    served.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: domain.name,
      MutualTlsAuthentication: { TruststoreUri: Match.anyValue() },
      DomainNameConfigurations: [Match.objectLike({ CertificateArn: domain.certificateArn })],
    });
    served.hasResourceProperties("AWS::ApiGatewayV2::ApiMapping", { Stage: "$default" });
    served.hasOutput("BaseUrl", { Value: `https://${domain.name}` });
    served.hasOutput("DomainTarget", {});
  });
});

describe("sign-in of a force without an issuer", () => {
  it("lets nobody sign up and asks everybody for a second factor", () => {
    template.hasResourceProperties("AWS::Cognito::UserPool", {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: "ON",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
      Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 14 }) },
    });
    template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
    });
  });

  it("puts the name and the officer's id into tokens, and lets nobody write them for themselves", () => {
    template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
      // `profile` is what lets more than the address into the token of the sign-in page.
      AllowedOAuthScopes: ["openid", "email", "profile"],
      ReadAttributes: Match.arrayWith(["custom:officer_id", "name"]),
      WriteAttributes: ["locale"],
    });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ OFFICER_ID_CLAIM: "custom:officer_id" }) },
    });
  });

  it("has a group for each name of a role", () => {
    const groups = resourcesOf(json, "AWS::Cognito::UserPoolGroup").map(
      ([, { Properties }]) => Properties["GroupName"],
    );
    expect(groups.sort()).toEqual(Object.values(metropolitan.signIn.roles).flat().sort());
  });
});

describe("alerts", () => {
  it("have a topic for each level, with its mailboxes and phones", () => {
    expect(resourcesOf(withIssuer, "AWS::SNS::Topic")).toHaveLength(gloucestershire.alerts.levels.length + 1);
    const endpoints = resourcesOf(withIssuer, "AWS::SNS::Subscription").map(
      ([, { Properties }]) =>
        `${flatten(Properties["TopicArn"]).slice(1, 13)} ${String(Properties["Protocol"])} ${String(Properties["Endpoint"])}`,
    );
    expect(endpoints.sort()).toEqual([
      "AlertsLevel1 email fim@gloucestershire.example.police.uk",
      "AlertsLevel1 sms +447700900123",
      "AlertsLevel2 email psd@gloucestershire.example.police.uk",
      "OperationsTo email ict-platform@gloucestershire.example.police.uk",
    ]);
  });

  it.each(["Notification", "Notices"])("leave the function %s in the order of the force's file", (name) => {
    const [found] = resourcesOf(json, "AWS::Lambda::Function").filter(([id]) =>
      id.startsWith(`${name}Function`),
    );
    expect(found?.[1].Properties).toMatchObject({
      Environment: {
        Variables: {
          TOPIC_ARNS: {
            "Fn::Join": ["", [{ Ref: "AlertsLevel1EAB8BCDE" }, ",", { Ref: "AlertsLevel211791973" }]],
          },
        },
      },
    });
  });

  it("that a subscriber does not take go to the notices, and after five failures to a queue that rings", () => {
    const [undelivered = ""] = resourcesOf(json, "AWS::SQS::Queue")
      .map(([id]) => id)
      .filter((id) => id.startsWith("AlertsUndelivered"));
    const arn = { "Fn::GetAtt": [undelivered, "Arn"] };
    const ofLevels = resourcesOf(json, "AWS::SNS::Subscription").filter(([id]) =>
      id.startsWith("AlertsLevel"),
    );
    expect(ofLevels).toHaveLength(
      metropolitan.alerts.levels.flatMap(({ emails, phones }) => [...emails, ...phones]).length,
    );
    for (const [, { Properties }] of ofLevels) {
      expect(Properties["RedrivePolicy"]).toEqual({ deadLetterTargetArn: arn });
    }
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: arn,
      FunctionName: { Ref: Match.stringLikeRegexp("^NoticesFunction") },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(json.Resources[undelivered]?.Properties).toMatchObject({
      RedrivePolicy: {
        deadLetterTargetArn: {
          "Fn::GetAtt": [expect.stringMatching(/^OperationsUndeliveredDeadLetters/), "Arn"],
        },
        maxReceiveCount: 5,
      },
    });
  });

  it("ring when one of them waits for over an hour to be taken back", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [
        {
          Name: "QueueName",
          Value: { "Fn::GetAtt": [Match.stringLikeRegexp("^AlertsUndelivered"), "QueueName"] },
        },
      ],
      Threshold: 3600,
      ComparisonOperator: "GreaterThanThreshold",
    });
  });
});

describe("what the clock calls", () => {
  it.each([
    ["Sweep", "15 minutes"],
    ["HoldLifting", "15 minutes"],
    ["FootageDeletion", "1 hour"],
    ["Notices", "1 minute"],
  ])("%s runs every %s", (name, every) => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression: `rate(${every})`,
      State: "ENABLED",
      Target: Match.objectLike({
        Arn: { "Fn::GetAtt": [Match.stringLikeRegexp(`^${name}Function`), "Arn"] },
      }),
    });
  });
});

describe("what a person must still do", () => {
  it("stands in the outputs", () => {
    for (const force of [metropolitan, gloucestershire]) {
      const { Outputs } = force === metropolitan ? json : withIssuer;
      for (const { output, text } of handWork(force)) expect(Outputs[output]?.Value).toBe(text);
    }
  });

  it("asks to confirm subscriptions so that nobody can cut them off", () => {
    expect(
      handWork(metropolitan)
        .map(({ text }) => text)
        .join("\n"),
    ).toMatch(/--authenticate-on-unsubscribe true/);
  });

  it("asks to register the way back only at a force's own issuer; the user pool knows it", () => {
    const [told] = handWork(gloucestershire).filter(({ output }) => output === "ToDoSignInClient");
    expect(told?.text).toContain("<BaseUrl>/sign-in/done");
    expect(handWork(metropolitan).map(({ output }) => output)).not.toContain("ToDoSignInClient");
    template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
      GenerateSecret: false,
      CallbackURLs: [{ "Fn::Join": ["", [Match.anyValue(), "/sign-in/done"]] }],
    });
  });

  it("speaks of text messages only to a force that has phones", () => {
    expect(handWork(metropolitan).map(({ output }) => output)).not.toContain("ToDoTextMessages");
    expect(handWork(gloucestershire).map(({ output }) => output)).toContain("ToDoTextMessages");
  });
});

describe("the synthesis", () => {
  const outdir = mkdtempSync(join(tmpdir(), "witnessed-rules-"));
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));

  it("stops at a dependency cycle", () => {
    const { app, stack } = buildForce(metropolitan, outdir);
    const one = new CfnResource(stack, "One", { type: "AWS::SQS::Queue" });
    const two = new CfnResource(stack, "Two", {
      type: "AWS::SQS::Queue",
      properties: { KmsMasterKeyId: one.getAtt("Arn") },
    });
    one.addPropertyOverride("KmsMasterKeyId", two.getAtt("Arn"));
    expect(() => app.synth()).toThrow();
  });

  it("needs neither account nor network of its own: the account is filled in at deployment", () => {
    expect(JSON.stringify(json)).not.toMatch(/\b\d{12}\b/);
    expect(JSON.stringify(json)).toContain("AWS::AccountId");
  });

  it("is started by the plain runtime", () => {
    expect(JSON.parse(readFileSync("cdk.json", "utf8"))).toMatchObject({ app: "node infra/app.ts" });
  });
});

/** References as they look once CloudFormation has put the real values in. */
function asDeployed(value: string): string {
  return value
    .replace(/^<\w+\.ProviderURL>$/, "https://cognito-idp.eu-west-2.amazonaws.com/pool")
    .replace(/<\w+\.ApiEndpoint>/g, "https://id.execute-api.eu-west-2.amazonaws.com")
    .replace(
      /<(\w*(Key|Level\d|Topic|StateMachine)\w*(\.Arn)?)>/g,
      "arn:aws:service:eu-west-2:000000000000:$1",
    );
}
