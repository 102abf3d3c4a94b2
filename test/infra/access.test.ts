import { describe, expect, it } from "vitest";
import { forceFile, synthesiseForce } from "#test/support/force-template.ts";
import { type Asker, accessTo, type Question } from "#test/support/simulated-access.ts";

const allowed = accessTo(synthesiseForce(forceFile("metropolitan")));
const FUNCTIONS = [
  "Api",
  "FootageIntake",
  "Ingestion",
  "FootageMatching",
  "ComplianceVerdict",
  "Notification",
  "Sweep",
  "HoldLifting",
  "FootageDeletion",
  "Notices",
] as const;
type Role = (typeof FUNCTIONS)[number];

const FOOTAGE = { on: "EvidenceBucket", below: "/footage/X81234567/2026/11/01J" };
const BUCKET = { on: "EvidenceBucket" };
const document = (prefix: string) => ({ on: "EvidenceBucket", below: `/${prefix}/d1` });
const TABLE = { on: "RecordsTable" };
const index = (name: string) => ({ on: "RecordsTable", below: `/index/${name}` });
const KEY = { on: "EvidenceKey" };
const MACHINE = { on: "WorkflowStateMachine" };

/** An upload as a device sends it by the URL that it was given. */
const upload = {
  "s3:signatureAge": "1000",
  "s3:ObjectCreationOperation": "true",
  "s3:if-none-match": "*",
  "s3:TlsVersion": "1.3",
};
const lockFor = (days: number, mode = "GOVERNANCE") => ({
  "s3:object-lock-mode": mode,
  "s3:object-lock-remaining-retention-days": String(days),
});
const hold = (status: "ON" | "OFF") => ({ "s3:object-lock-legal-hold": status });
const viaStore = { "kms:ViaService": "s3.eu-west-2.amazonaws.com" };
const viaTable = { "kms:ViaService": "dynamodb.eu-west-2.amazonaws.com" };

type Right = Omit<Question, "who">;

/** Each right with all roles that have it; every other role must be refused. */
const rights: readonly (readonly [right: Right, ...roles: Role[]])[] = [
  [{ action: "dynamodb:GetItem", ...TABLE }, ...FUNCTIONS],
  [{ action: "dynamodb:UpdateItem", ...TABLE }, ...FUNCTIONS],
  [{ action: "dynamodb:Query", ...TABLE }, ...FUNCTIONS],
  [
    { action: "dynamodb:Query", ...index("byDue") },
    "Api",
    "Sweep",
    "HoldLifting",
    "FootageDeletion",
    "Notices",
  ],
  [{ action: "dynamodb:Query", ...index("byTime") }, "Api", "Sweep", "Notices"],
  [{ action: "dynamodb:DeleteItem", ...TABLE }, "Api"],
  [{ action: "dynamodb:Scan", ...TABLE }],
  [{ action: "dynamodb:DeleteTable", ...TABLE }],
  [{ action: "dynamodb:UpdateTable", ...TABLE }],
  [{ action: "dynamodb:UpdateContinuousBackups", ...TABLE }],
  [{ action: "s3:PutObject", ...FOOTAGE, context: upload }, "Api", "Sweep"],
  [{ action: "s3:GetObject", ...FOOTAGE }, "Api", "FootageIntake", "Sweep"],
  [{ action: "s3:ListMultipartUploadParts", ...FOOTAGE }, "Api", "Sweep"],
  [{ action: "s3:PutObjectRetention", ...FOOTAGE, context: lockFor(2190) }, "FootageMatching"],
  [{ action: "s3:PutObjectRetention", ...FOOTAGE, context: lockFor(2191) }],
  [{ action: "s3:PutObjectRetention", ...FOOTAGE, context: lockFor(31, "COMPLIANCE") }],
  [{ action: "s3:PutObjectLegalHold", ...FOOTAGE, context: hold("ON") }, "Notification"],
  [{ action: "s3:PutObjectLegalHold", ...FOOTAGE, context: hold("OFF") }, "HoldLifting"],
  [{ action: "s3:DeleteObjectVersion", ...FOOTAGE }, "FootageDeletion"],
  [{ action: "s3:DeleteObjectVersion", ...document("verdict-inputs") }],
  [{ action: "s3:DeleteObject", ...FOOTAGE }],
  [{ action: "s3:BypassGovernanceRetention", ...FOOTAGE }],
  [{ action: "s3:PutBucketPolicy", ...BUCKET }],
  [{ action: "s3:PutLifecycleConfiguration", ...BUCKET }],
  [{ action: "s3:PutBucketObjectLockConfiguration", ...BUCKET }],
  [{ action: "s3:DeleteBucket", ...BUCKET }],
  [{ action: "s3:PutObject", ...document("verdict-inputs"), context: upload }, "ComplianceVerdict"],
  [{ action: "s3:GetObject", ...document("verdict-inputs") }, "Api"],
  [{ action: "s3:PutObject", ...document("weapon-logs"), context: upload }, "Api"],
  [{ action: "s3:GetObject", ...document("weapon-logs") }, "Sweep"],
  [{ action: "s3:PutObject", ...document("reports"), context: upload }, "Api"],
  [{ action: "s3:GetObject", ...document("reports") }],
  [{ action: "s3:PutObject", ...document("elsewhere"), context: upload }],
  [{ action: "states:StartExecution", ...MACHINE }, "Api", "FootageIntake", "Sweep", "Notices"],
  [{ action: "states:UpdateStateMachine", ...MACHINE }],
  [{ action: "states:DeleteStateMachine", ...MACHINE }],
  [{ action: "sns:Publish", on: "OperationsTopic" }, "Notification", "Sweep", "FootageDeletion", "Notices"],
  [{ action: "sns:Publish", on: "AlertsLevel1" }, "Notification", "Notices"],
  [{ action: "sns:ListSubscriptionsByTopic", on: "AlertsLevel2" }, "Notices"],
  [{ action: "sns:ListSubscriptionsByTopic", on: "OperationsTopic" }, "Notices"],
  [{ action: "sns:GetSubscriptionAttributes", on: "AlertsLevel2" }, "Notices"],
  [{ action: "sns:GetSubscriptionAttributes", on: "OperationsTopic" }, "Notices"],
  [{ action: "sns:SetSubscriptionAttributes", on: "AlertsLevel1" }],
  [{ action: "sns:Unsubscribe", on: "AlertsLevel1" }],
  [{ action: "sns:Subscribe", on: "AlertsLevel1" }],
  [{ action: "sns:DeleteTopic", on: "AlertsLevel1" }],
  [{ action: "sqs:ReceiveMessage", on: "AlertsUndelivered" }, "Notices"],
  [{ action: "sqs:DeleteMessage", on: "AlertsUndelivered" }, "Notices"],
  [{ action: "sqs:SendMessage", on: "AlertsUndelivered" }],
  [{ action: "sqs:PurgeQueue", on: "AlertsUndelivered" }],
  [{ action: "sqs:ReceiveMessage", on: "OperationsUndeliveredDeadLetters" }],
  [{ action: "kms:Decrypt", ...KEY, context: viaTable }, ...FUNCTIONS],
  [
    { action: "kms:Decrypt", ...KEY, context: viaStore },
    "Api",
    "FootageIntake",
    "ComplianceVerdict",
    "Sweep",
  ],
  [{ action: "kms:Decrypt", ...KEY }],
  [{ action: "kms:ScheduleKeyDeletion", ...KEY }],
  [{ action: "kms:PutKeyPolicy", ...KEY }],
];

const cases = rights.flatMap(([right, ...roles]) =>
  FUNCTIONS.map((role) => {
    const { action, on, below = "", context = {} } = right;
    const words = [`${role} ${action} on ${on}${below}`, ...Object.values(context)].join(" ");
    return { words, question: { who: { role }, ...right }, expected: roles.includes(role) };
  }),
);

describe("what AWS decides by the stack's policies", () => {
  it("is asked for hundreds of rights, most of which nobody has", () => {
    expect(cases.length).toBeGreaterThan(300);
    expect(cases.filter(({ expected }) => expected).length).toBeLessThan(cases.length / 3);
  });

  it.each(cases)("$words: $expected", async ({ question, expected }) => {
    expect(await allowed(question)).toBe(expected);
  });
});

describe("what the evidence bucket refuses, whatever a role may do", () => {
  const put: Question = { who: { role: "Api" }, action: "s3:PutObject", ...FOOTAGE, context: upload };
  const without = (name: keyof typeof upload): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(upload).filter(([key]) => key !== name));
  const part = { "s3:signatureAge": "1000", "s3:ObjectCreationOperation": "false" };

  it.each([
    ["a file by a fresh URL", upload, true],
    ["a file that would replace another", without("s3:if-none-match"), false],
    ["a file by a URL of 300 s", { ...upload, "s3:signatureAge": "300000" }, true],
    ["a file by a URL of over 300 s", { ...upload, "s3:signatureAge": "300001" }, false],
    ["a file over plain HTTP", { ...upload, "aws:SecureTransport": "false" }, false],
    ["a file over TLS 1.1", { ...upload, "s3:TlsVersion": "1.1" }, false],
    ["a file over TLS 1.2", { ...upload, "s3:TlsVersion": "1.2" }, true],
    ["a file with the store's own key", { ...upload, "s3:x-amz-server-side-encryption": "AES256" }, false],
    [
      "a file with another key",
      {
        ...upload,
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id":
          "arn:aws:kms:eu-west-2:999988887777:key/00000000-0000-0000-0000-000000000000",
      },
      false,
    ],
    ["a part by a fresh URL, which knows no If-None-Match", part, true],
    ["a part by a URL of 900 s", { ...part, "s3:signatureAge": "900000" }, true],
    ["a part by a URL of over 900 s", { ...part, "s3:signatureAge": "900001" }, false],
    ["a part over plain HTTP", { ...part, "aws:SecureTransport": "false" }, false],
  ] as const)("%s", async (_what, context, expected) => {
    expect(await allowed({ ...put, context })).toBe(expected);
  });

  it.each<[Asker, string, Readonly<Record<string, string>>, boolean]>([
    ["an administrator", "s3:GetObject", {}, true],
    ["an administrator", "s3:GetObject", { "aws:SecureTransport": "false" }, false],
    ["an administrator", "s3:GetObject", { "s3:TlsVersion": "1.0" }, false],
    ["an administrator", "s3:GetObject", { "s3:signatureAge": "900001" }, false],
    ["an administrator", "s3:PutObject", without("s3:if-none-match"), false],
    ["an administrator", "s3:DeleteObjectVersion", { "aws:SecureTransport": "false" }, false],
    ["another account", "s3:GetObject", {}, false],
    ["another account", "s3:PutObject", upload, false],
    ["another account", "s3:DeleteObjectVersion", {}, false],
    ["another account", "s3:PutObjectLegalHold", hold("OFF"), false],
    ["nobody", "s3:GetObject", {}, false],
    ["nobody", "s3:PutObject", upload, false],
    ["nobody", "s3:DeleteObject", {}, false],
  ])("%s: %s with %j", async (who, action, context, expected) => {
    expect(await allowed({ who, action, ...FOOTAGE, context })).toBe(expected);
  });

  it.each(["kms:Decrypt", "kms:GenerateDataKey", "kms:ScheduleKeyDeletion"])(
    "another account has no %s with the evidence key",
    async (action) => {
      expect(await allowed({ who: "another account", action, ...KEY, context: viaStore })).toBe(false);
    },
  );
});
