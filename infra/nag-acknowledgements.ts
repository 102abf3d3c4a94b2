import { CfnElement, type Stack, Token, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * One thing that the rule packs ask for and that this stack does otherwise. `scopes` are construct paths below
 * the stack; what they do not name stays checked. A test holds that each id is still needed at each scope.
 */
export type Acknowledgement = {
  readonly ids: readonly string[];
  readonly scopes: readonly string[];
  readonly reason: string;
};

const everyFunction = [
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
];

/** The reasons, with the names that the rules give to this stack's resources. */
export function acknowledgements(stack: Stack): readonly Acknowledgement[] {
  const objectsBelow = (prefix: string) =>
    `AwsSolutions-IAM5[Resource::<${logicalId(stack, "Evidence/Bucket/Resource")}.Arn>/${prefix}/*]`;
  return [
    {
      ids: ["AwsSolutions-APIG4"],
      scopes: ["Entrance"],
      reason:
        "Each route authenticates in the function: devices sign requests by RFC 9421, which no authorizer of the gateway can check, and a test calls every route without credentials.",
    },
    {
      ids: ["AwsSolutions-IAM5[Resource::*]"],
      scopes: [...everyFunction, "Workflow"].map((name) => `${name}/Policy`),
      reason: "X-Ray and the delivery of the workflow's logs know no resources; each action is named.",
    },
    {
      ids: [objectsBelow("footage")],
      scopes: [
        "Api",
        "FootageIntake",
        "FootageMatching",
        "Notification",
        "Sweep",
        "HoldLifting",
        "FootageDeletion",
      ].map((name) => `${name}/Policy`),
      reason: "Keys of footage are made when it is declared; the rights end at the prefix.",
    },
    {
      ids: [objectsBelow("verdict-inputs")],
      scopes: ["Api/Policy", "ComplianceVerdict/Policy"],
      reason: "The inputs of a verdict lie under their digest; the rights end at the prefix.",
    },
    {
      ids: [objectsBelow("weapon-logs")],
      scopes: ["Api/Policy", "Sweep/Policy"],
      reason: "Weapon logs lie under a hash of what they say; the rights end at the prefix.",
    },
    {
      ids: [objectsBelow("reports"), objectsBelow("session-keys")],
      scopes: ["Api/Policy"],
      reason:
        "Reports lie under the ids that come with them, keys of sessions under their days; the rights end at the prefixes.",
    },
    {
      ids: [`AwsSolutions-IAM5[Resource::${executions(stack)}]`],
      scopes: ["Api/Policy", "FootageIntake/Policy", "Sweep/Policy", "Notices/Policy"],
      reason: "Runs are named when they are started; the right is to describe runs of this one machine.",
    },
    {
      ids: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
      scopes: ["Operations"],
      reason: "These are the dead-letter queues themselves: they end the line, and each has an alarm.",
    },
    {
      ids: ["NIST.800.53.R5-LambdaDLQ", "Serverless-LambdaDLQ"],
      scopes: everyFunction,
      reason:
        "Six functions are called synchronously or from a queue with its own dead letters; the four that the clock calls asynchronously have failure destinations, which tell more than a dead letter.",
    },
    {
      ids: ["Serverless-LambdaEventSourceMappingDestination"],
      scopes: ["FootageEvents/Mapping", "Alerts/Mapping"],
      reason:
        "Lambda offers no failure destination for SQS; each of these queues has dead letters and an alarm.",
    },
    {
      ids: ["NIST.800.53.R5-LambdaConcurrency"],
      scopes: everyFunction,
      reason:
        "Reserved concurrency takes from the account's quota, which is 10 in a new account; the gateway's throttle and the queue bound the load.",
    },
    {
      ids: ["NIST.800.53.R5-LambdaInsideVPC"],
      scopes: everyFunction,
      reason:
        "Nothing of the stack lies in a network. Interface endpoints for seven services would cost a force about 96 USD a month and shield nothing that IAM does not.",
    },
    {
      ids: ["NIST.800.53.R5-DynamoDBInBackupPlan"],
      scopes: ["Records"],
      reason:
        "Point-in-time recovery covers every second of the last 35 days, and deletion protection is on.",
    },
    {
      ids: ["NIST.800.53.R5-S3BucketReplicationEnabled"],
      scopes: ["Evidence"],
      reason:
        "Evidence stays in one region in the UK, where S3 keeps it in three zones; versions and locks guard against deletion, which a replica would not do better.",
    },
    {
      ids: ["NIST.800.53.R5-S3DefaultEncryptionKMS"],
      scopes: ["Evidence/AccessLogs"],
      reason: "S3 delivers server access logs only into buckets with its own encryption.",
    },
    {
      ids: ["AwsSolutions-COG8"],
      scopes: ["SignIn"],
      reason:
        "Threat protection of the plus plan is paid for by user and month; a second factor is required of everybody and nobody can sign up.",
    },
  ];
}

/** Records the reasons on the constructs that they are for. A force with its own issuer has no user pool. */
export function acknowledge(stack: Stack): void {
  for (const { ids, scopes, reason } of acknowledgements(stack)) {
    for (const scope of scopes) {
      const construct = find(stack, scope);
      if (construct) Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
    }
  }
}

/** Every run of the machine, in the notation of the rule. */
function executions(stack: Stack): string {
  const account = Token.isUnresolved(stack.account) ? "<AWS::AccountId>" : stack.account;
  const machine = logicalId(stack, "Workflow/StateMachine/Resource");
  return `arn:${stack.partition}:states:${stack.region}:${account}:execution:<${machine}.Name>:*`;
}

function logicalId(stack: Stack, path: string): string {
  const construct = find(stack, path);
  if (!CfnElement.isCfnElement(construct)) throw new Error(`The stack has no resource ${path}`);
  return stack.getLogicalId(construct);
}

function find(stack: Stack, path: string): IConstruct | undefined {
  return path.split("/").reduce<IConstruct | undefined>((node, id) => node?.node.tryFindChild(id), stack);
}
