import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";
import type { ForceTemplate } from "./force-template.ts";
import { resourcesOf } from "./force-template.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-west-2";

/** What stands in for the names that AWS gives at deployment, by the type of the resource. */
const arns: Readonly<Record<string, (id: string) => string>> = {
  "AWS::S3::Bucket": (id) => `arn:aws:s3:::${id.toLowerCase()}`,
  "AWS::DynamoDB::Table": (id) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${id}`,
  "AWS::KMS::Key": (id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${uuidOf(id)}`,
  "AWS::SNS::Topic": (id) => `arn:aws:sns:${REGION}:${ACCOUNT}:${id}`,
  "AWS::SQS::Queue": (id) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`,
  "AWS::Lambda::Function": (id) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`,
  "AWS::StepFunctions::StateMachine": (id) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${id}`,
  "AWS::Logs::LogGroup": (id) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`,
  "AWS::IAM::Role": (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
};

const uuidOf = (id: string): string =>
  [...id]
    .reduce((hex, letter) => hex + letter.charCodeAt(0).toString(16), "")
    .padEnd(32, "0")
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** The template's references as AWS would fill them in. */
function resolved(value: unknown, template: ForceTemplate): unknown {
  const arnOf = (id: string): string => arns[template.Resources[id]?.Type ?? ""]?.(id) ?? id;
  if (Array.isArray(value)) return value.map((each) => resolved(each, template));
  if (typeof value !== "object" || value === null) return value;
  if ("Fn::Join" in value) {
    const [separator, parts] = value["Fn::Join"] as [string, unknown[]];
    return parts.map((part) => resolved(part, template)).join(separator);
  }
  if ("Fn::GetAtt" in value) {
    const [id, attribute] = value["Fn::GetAtt"] as [string, string];
    return attribute === "Name" ? id : arnOf(id);
  }
  if ("Ref" in value) {
    const ref = String(value.Ref);
    const known: Readonly<Record<string, string>> = {
      "AWS::AccountId": ACCOUNT,
      "AWS::Region": REGION,
      "AWS::Partition": "aws",
    };
    return (
      known[ref] ?? (template.Resources[ref]?.Type === "AWS::S3::Bucket" ? ref.toLowerCase() : arnOf(ref))
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, template)]));
}

/** Who asks: a construct's role, a role of the account that no policy of ours names, another account, or nobody. */
export type Asker = { readonly role: string } | "an administrator" | "another account" | "nobody";

export type Question = {
  readonly who: Asker;
  readonly action: string;
  /** A resource's logical id up to its hash, and what lies below it. */
  readonly on: string;
  readonly below?: string;
  readonly context?: Readonly<Record<string, string>>;
};

/** As AWS decides by the policies of a force's stack: those of roles, of the buckets and of the keys. */
export function accessTo(template: ForceTemplate) {
  const policyOf = (type: string, id: string, property: string) => {
    const [, found] =
      resourcesOf(template, type).find(([name, { Properties }]) =>
        type === "AWS::S3::BucketPolicy" ? (Properties["Bucket"] as { Ref: string }).Ref === id : name === id,
      ) ?? [];
    return found === undefined ? undefined : resolved(found.Properties[property], template);
  };
  const idOf = (prefix: string, types: readonly string[]): string => {
    const ids = Object.entries(template.Resources).filter(
      ([id, { Type }]) => types.includes(Type) && new RegExp(`^${prefix}[0-9A-F]{8}$`).test(id),
    );
    if (ids.length !== 1) throw new Error(`${prefix} names ${ids.length} resources`);
    return (ids[0] as [string, unknown])[0];
  };
  const identityPolicies = (role: string) =>
    resourcesOf(template, "AWS::IAM::ManagedPolicy")
      .filter(([id]) => new RegExp(`^${role}Policy[0-9A-F]{8}$`).test(id))
      .map(([name, { Properties }]) => ({ name, policy: resolved(Properties["PolicyDocument"], template) }));
  const everything = {
    name: "all",
    policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
  };

  return async ({ who, action, on, below = "", context = {} }: Question): Promise<boolean> => {
    const id = idOf(on, Object.keys(arns));
    const type = template.Resources[id]?.Type ?? "";
    const policies = typeof who === "object" ? identityPolicies(who.role) : [everything];
    if (policies.length === 0) throw new Error(`No policy of ${JSON.stringify(who)}`);
    const resourcePolicy =
      policyOf("AWS::S3::BucketPolicy", id, "PolicyDocument") ??
      (type === "AWS::KMS::Key" ? policyOf("AWS::KMS::Key", id, "KeyPolicy") : undefined);
    const answer = await runSimulation(
      {
        request: {
          action,
          principal:
            who === "nobody"
              ? anonymousPrincipal
              : `arn:aws:iam::${who === "another account" ? "999988887777" : ACCOUNT}:role/asker`,
          resource: { accountId: ACCOUNT, resource: `${arns[type]?.(id)}${below}` },
          contextVariables: { "aws:SecureTransport": "true", ...context },
        },
        identityPolicies: who === "nobody" ? [] : policies,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
        additionalSettings: { s3: { blockPublicAccess: true } },
      },
      {},
    );
    if (answer.resultType === "error")
      throw new Error(`${action} on ${on}: ${JSON.stringify(answer.errors)}`);
    const ignored = answer.resultType === "single" ? (answer.result.ignoredContextKeys ?? []) : [];
    const unheard = ignored.filter((key) => key in context);
    if (unheard.length > 0) throw new Error(`${action} knows no ${unheard.join(", ")}`);
    return answer.overallResult === "Allowed";
  };
}
