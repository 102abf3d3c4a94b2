import { describe, expect, it } from "vitest";
import { flatten, forceFile, resourcesOf, synthesiseForce } from "#test/support/force-template.ts";

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

const template = synthesiseForce(forceFile("metropolitan"));

/** Short names for what the rights are on. */
const names: readonly (readonly [RegExp, string])[] = [
  [/^<RecordsTable\w+\.Arn>/, "table"],
  [/^<EvidenceBucket\w+\.Arn>/, "bucket"],
  [/^<EvidenceKey\w+\.Arn>/, "evidence key"],
  [/^<OperationsKey\w+\.Arn>/, "operations key"],
  [/^<OperationsTopic\w+>/, "operations topic"],
  [/^<AlertsLevel(\d)\w+>/, "alert topic $1"],
  [/^<OperationsSweepDeadLetters\w+\.Arn>/, "sweep's dead letters"],
  [/^<OperationsHoldLiftingDeadLetters\w+\.Arn>/, "lifting's dead letters"],
  [/^<OperationsFootageDeletionDeadLetters\w+\.Arn>/, "deletion's dead letters"],
  [/^<OperationsNoticesDeadLetters\w+\.Arn>/, "notices' dead letters"],
  [/^<FootageEventsQueue\w+\.Arn>/, "intake queue"],
  [/^<AlertsUndelivered\w+\.Arn>/, "undelivered alerts"],
  [
    /^arn:aws:states:eu-west-2:<AWS::AccountId>:execution:<WorkflowStateMachine\w+\.Name>:\*/,
    "workflow's runs",
  ],
  [/^<WorkflowStateMachine\w+>/, "workflow"],
  [/^<(\w+)Function\w+\.Arn>/, "function $1"],
  [/^<\w+Logs\w+\.Arn>/, "own logs"],
];

function nameOf(reference: unknown): string {
  const flat = flatten(reference);
  const [pattern, name] = names.find(([candidate]) => candidate.test(flat)) ?? [/$^/, ""];
  return flat.replace(pattern, name);
}

const conditionOf = ({ Condition }: Statement) =>
  Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;

/** Every right of the roles below one construct: `action on resource`, with its condition. */
function rightsOf(construct: string): readonly string[] {
  return resourcesOf(template, "AWS::IAM::ManagedPolicy")
    .filter(([id]) => id.startsWith(`${construct}Policy`))
    .flatMap(
      ([, { Properties }]) => (Properties["PolicyDocument"] as { Statement: readonly Statement[] }).Statement,
    )
    .flatMap((statement) =>
      [statement.Action]
        .flat()
        .flatMap((action) =>
          [statement.Resource]
            .flat()
            .map((resource) => `${action} on ${nameOf(resource)}${conditionOf(statement)}`),
        ),
    )
    .sort();
}

const via = (services: string | readonly string[]) =>
  ` if ${JSON.stringify({ StringEquals: { "kms:ViaService": services } })}`;
const viaTable = via("dynamodb.eu-west-2.amazonaws.com");
const viaStore = via("s3.eu-west-2.amazonaws.com");
const viaMessages = via(["sns.eu-west-2.amazonaws.com", "sqs.eu-west-2.amazonaws.com"]);

const every = [
  "logs:CreateLogStream on own logs",
  "logs:PutLogEvents on own logs",
  "xray:PutTelemetryRecords on *",
  "xray:PutTraceSegments on *",
];
const records = [
  "dynamodb:GetItem on table",
  "dynamodb:Query on table",
  "dynamodb:UpdateItem on table",
  `kms:Decrypt on evidence key${viaTable}`,
  `kms:DescribeKey on evidence key${viaTable}`,
  `kms:Encrypt on evidence key${viaTable}`,
  `kms:GenerateDataKey on evidence key${viaTable}`,
];
const start = ["states:StartExecution on workflow", "states:DescribeExecution on workflow's runs"];
const send = [
  `kms:Decrypt on operations key${viaMessages}`,
  `kms:GenerateDataKey on operations key${viaMessages}`,
];
const publish = [
  "sns:Publish on alert topic 1",
  "sns:Publish on alert topic 2",
  "sns:Publish on operations topic",
  ...send,
];
const readFootage = [
  "s3:GetObject on bucket/footage/*",
  "s3:ListBucket on bucket",
  `kms:Decrypt on evidence key${viaStore}`,
];
const writeStore = [
  `kms:Decrypt on evidence key${viaStore}`,
  `kms:GenerateDataKey on evidence key${viaStore}`,
];

const expected: Readonly<Record<string, readonly string[]>> = {
  Api: [
    ...every,
    ...records,
    "dynamodb:DeleteItem on table",
    "dynamodb:Query on table/index/byTime",
    "dynamodb:Query on table/index/byDue",
    "s3:GetObject on bucket/session-keys/*",
    "s3:PutObject on bucket/session-keys/*",
    "s3:PutObject on bucket/footage/*",
    "s3:ListMultipartUploadParts on bucket/footage/*",
    "s3:GetObject on bucket/footage/*",
    "s3:ListBucket on bucket",
    "s3:GetObject on bucket/verdict-inputs/*",
    "s3:PutObject on bucket/weapon-logs/*",
    "s3:PutObject on bucket/reports/*",
    ...writeStore,
    ...start,
  ],
  FootageIntake: [
    ...every,
    ...records,
    ...readFootage,
    ...start,
    "sqs:ReceiveMessage on intake queue",
    "sqs:DeleteMessage on intake queue",
    "sqs:GetQueueAttributes on intake queue",
    `kms:Decrypt on operations key${viaMessages}`,
  ],
  Ingestion: [...every, ...records],
  FootageMatching: [
    ...every,
    ...records,
    "s3:GetObjectRetention on bucket/footage/*",
    "s3:ListBucket on bucket",
    's3:PutObjectRetention on bucket/footage/* if {"StringEquals":{"s3:object-lock-mode":"GOVERNANCE"},"NumericLessThanEquals":{"s3:object-lock-remaining-retention-days":2190}}',
  ],
  ComplianceVerdict: [...every, ...records, "s3:PutObject on bucket/verdict-inputs/*", ...writeStore],
  Notification: [
    ...every,
    ...records,
    's3:PutObjectLegalHold on bucket/footage/* if {"StringEquals":{"s3:object-lock-legal-hold":"ON"}}',
    "s3:ListBucket on bucket",
    ...publish,
  ],
  Sweep: [
    ...every,
    ...records,
    "dynamodb:Query on table/index/byDue",
    "dynamodb:Query on table/index/byTime",
    ...readFootage,
    "s3:PutObject on bucket/footage/*",
    "s3:ListMultipartUploadParts on bucket/footage/*",
    "s3:GetObject on bucket/weapon-logs/*",
    ...writeStore,
    ...start,
    "sns:Publish on operations topic",
    "sqs:SendMessage on sweep's dead letters",
    ...send,
  ],
  HoldLifting: [
    ...every,
    ...records,
    "dynamodb:Query on table/index/byDue",
    's3:PutObjectLegalHold on bucket/footage/* if {"StringEquals":{"s3:object-lock-legal-hold":"OFF"}}',
    "s3:ListBucket on bucket",
    "sqs:SendMessage on lifting's dead letters",
    ...send,
  ],
  FootageDeletion: [
    ...every,
    ...records,
    "dynamodb:Query on table/index/byDue",
    "s3:DeleteObjectVersion on bucket/footage/*",
    "s3:GetObjectVersion on bucket/footage/*",
    "s3:GetObjectRetention on bucket/footage/*",
    "s3:GetObjectLegalHold on bucket/footage/*",
    "s3:ListBucket on bucket",
    "s3:ListBucketVersions on bucket",
    "sns:Publish on operations topic",
    "sqs:SendMessage on deletion's dead letters",
    ...send,
  ],
  Notices: [
    ...every,
    ...records,
    "dynamodb:Query on table/index/byDue",
    "dynamodb:Query on table/index/byTime",
    ...publish,
    ...["alert topic 1", "alert topic 2", "operations topic"].flatMap((topic) => [
      `sns:ListSubscriptionsByTopic on ${topic}`,
      `sns:GetSubscriptionAttributes on ${topic}`,
    ]),
    "sqs:ReceiveMessage on undelivered alerts",
    "sqs:DeleteMessage on undelivered alerts",
    "sqs:GetQueueAttributes on undelivered alerts",
    "sqs:SendMessage on notices' dead letters",
    ...start,
  ],
  Workflow: [
    "lambda:InvokeFunction on function Ingestion",
    "lambda:InvokeFunction on function FootageMatching",
    "lambda:InvokeFunction on function ComplianceVerdict",
    "lambda:InvokeFunction on function Notification",
    "logs:CreateLogDelivery on *",
    "logs:DeleteLogDelivery on *",
    "logs:DescribeLogGroups on *",
    "logs:DescribeResourcePolicies on *",
    "logs:GetLogDelivery on *",
    "logs:ListLogDeliveries on *",
    "logs:PutResourcePolicy on *",
    "logs:UpdateLogDelivery on *",
    "xray:GetSamplingRules on *",
    "xray:GetSamplingTargets on *",
    "xray:PutTelemetryRecords on *",
    "xray:PutTraceSegments on *",
  ],
  SweepSchedule: [
    "lambda:InvokeFunction on function Sweep",
    "sqs:SendMessage on sweep's dead letters",
    ...send,
  ],
  HoldLiftingSchedule: [
    "lambda:InvokeFunction on function HoldLifting",
    "sqs:SendMessage on lifting's dead letters",
    ...send,
  ],
  FootageDeletionSchedule: [
    "lambda:InvokeFunction on function FootageDeletion",
    "sqs:SendMessage on deletion's dead letters",
    ...send,
  ],
  NoticesSchedule: [
    "lambda:InvokeFunction on function Notices",
    "sqs:SendMessage on notices' dead letters",
    ...send,
  ],
};

const principals = Object.keys(expected);
const everyRight = principals.flatMap((principal) =>
  rightsOf(principal).map((right) => `${principal}: ${right}`),
);

describe("a role", () => {
  it.each(principals)("%s has exactly the rights that it uses", (principal) => {
    expect([...new Set(rightsOf(principal))]).toEqual([...new Set(expected[principal])].sort());
  });

  it("has one policy and nothing inline, nothing of AWS's own", () => {
    expect(resourcesOf(template, "AWS::IAM::Policy")).toEqual([]);
    expect(resourcesOf(template, "AWS::IAM::ManagedPolicy")).toHaveLength(principals.length);
    expect(resourcesOf(template, "AWS::IAM::Role")).toHaveLength(principals.length);
    for (const [, { Properties }] of resourcesOf(template, "AWS::IAM::Role")) {
      expect(Properties).not.toHaveProperty("Policies");
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
    }
  });

  it("can be taken only by its service", () => {
    const takers = resourcesOf(template, "AWS::IAM::Role").map(
      ([, { Properties }]) =>
        (
          Properties["AssumeRolePolicyDocument"] as {
            Statement: readonly { Principal: { Service: string } }[];
          }
        ).Statement,
    );
    for (const statements of takers) {
      expect(statements.map(({ Principal }) => Principal.Service)).toEqual([
        expect.stringMatching(/^(lambda|states|scheduler)\.amazonaws\.com$/),
      ]);
    }
  });
});

describe("nobody", () => {
  it.each([
    ["has an action with a wildcard", /: [a-z]+:\w*\*/],
    ["deletes but FootageDeletion, which deletes single versions", /(?<!FootageDeletion: )s3:Delete/],
    ["hides an object behind a delete marker", /s3:DeleteObject /],
    ["goes past a lock", /s3:BypassGovernanceRetention/],
    [
      "places a hold but Notification, or could lift one with the same right",
      /(?<!Notification: )s3:PutObjectLegalHold.*"ON"/,
    ],
    [
      "lifts a hold but HoldLifting, or could place one with the same right",
      /(?<!HoldLifting: )s3:PutObjectLegalHold.*"OFF"/,
    ],
    ["both places and lifts holds", /s3:PutObjectLegalHold(?!.*legal-hold":"(ON|OFF)"}})/],
    [
      "locks in a mode that cannot be undone, or further than the force keeps footage",
      /s3:PutObjectRetention(?!.*GOVERNANCE.*2190)/,
    ],
    ["changes the bucket", /s3:(PutBucket|PutLifecycle|PutEncryption|PutReplication|DeleteBucket)/],
    ["reads or writes objects outside of a prefix", /s3:(Get|Put)Object\w* on bucket(\/\*|$)/],
    ["scans the table", /dynamodb:(Scan|PartiQL|BatchWriteItem)/],
    ["changes the table", /dynamodb:(UpdateTable|DeleteTable|UpdateTimeToLive|UpdateContinuousBackups)/],
    ["manages keys", /kms:(Create|Put|Schedule|Disable|Revoke|Retire)/],
    ["stops or changes the workflow", /states:(Stop|Update|Delete|Redrive|Create)/],
    ["takes another role", /(sts|iam):/],
    [
      "subscribes anybody, or ends or changes a subscription",
      /sns:(Subscribe|Unsubscribe|Confirm|Set|Add|Remove)/,
    ],
    ["changes a topic", /sns:(Create|Delete|Set|Tag)/],
    [
      "empties a queue, or writes into that of undelivered alerts",
      /sqs:(PurgeQueue|SetQueue|SendMessage on undelivered)/,
    ],
    ["uses the evidence key outside of the table and the store", /on evidence key(?!.*ViaService)/],
  ])("%s", (_, forbidden) => {
    expect(everyRight.filter((right) => forbidden.test(right))).toEqual([]);
  });

  it("but the API and the sweep, which ends what the API began, may write footage, and neither can lock it", () => {
    const writers = everyRight.filter((right) => right.includes("s3:PutObject on bucket/footage/*"));
    expect(writers).toEqual([
      "Api: s3:PutObject on bucket/footage/*",
      "Sweep: s3:PutObject on bucket/footage/*",
    ]);
    expect(
      everyRight.filter((right) => /^(Api|Sweep): s3:PutObject(LegalHold|Retention)/.test(right)),
    ).toEqual([]);
  });

  it("but notification and notices send anything to an alert topic, and notices alone see who reads there", () => {
    const having = (right: string) => [
      ...new Set(everyRight.filter((each) => each.includes(right)).map((each) => each.split(":")[0])),
    ];
    expect(having("sns:Publish on alert topic")).toEqual(["Notification", "Notices"]);
    expect(having("sns:ListSubscriptionsByTopic")).toEqual(["Notices"]);
    expect(having("sns:GetSubscriptionAttributes")).toEqual(["Notices"]);
    expect(having("on undelivered alerts")).toEqual(["Notices"]);
  });

  it("but the two that may has `*` for a resource, and only where AWS has no other form", () => {
    const stars = everyRight.filter((right) => right.endsWith(" on *")).map((right) => right.split(": ")[1]);
    expect([...new Set(stars)].filter((right) => !/^(xray|logs):\w+ on \*$/.test(String(right)))).toEqual([]);
  });
});
