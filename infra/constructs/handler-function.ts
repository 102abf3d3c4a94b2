import { join } from "node:path";
import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  ManagedPolicy,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  Architecture,
  Code,
  type ILayerVersion,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** Every handler, by its folder below `functions/handlers`. */
export const handlerNames = [
  "api",
  "footage-intake",
  "ingestion",
  "footage-matching",
  "compliance-verdict",
  "notification",
  "sweep",
  "hold-lifting",
  "footage-deletion",
  "notices",
] as const;
type HandlerName = (typeof handlerNames)[number];

export type HandlerFunctionProps = {
  /** The folder below `functions/handlers`. */
  readonly handler: HandlerName;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
  readonly layers: readonly ILayerVersion[];
  readonly logKey: IKey;
  /** The folder with a folder for each bundled handler. */
  readonly bundles: string | undefined;
};

/**
 * One Lambda function with a role that can do what was allowed by name and nothing else: nothing is added
 * to it by the library, and its logs go to a group of its own that forgets after a year.
 */
export class HandlerFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  private readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, "Logs", {
      retention: RetentionDays.ONE_YEAR,
      encryptionKey: props.logKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${props.handler} may do`,
    });
    this.policy = new ManagedPolicy(this, "Policy", { roles: [role] });
    this.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [this.logGroup.logGroupArn]);
    // X-Ray knows no resources.
    this.allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]);
    this.lambda = new LambdaFunction(this, "Function", {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "handler.handler",
      code: codeOf(props.handler, props.bundles),
      role: role.withoutPolicyUpdates(),
      environment: { ...props.environment },
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      layers: [...props.layers],
      logGroup: this.logGroup,
      tracing: Tracing.ACTIVE,
    });
    // Lambda checks at creation that the role may trace, take from a queue and send to a destination. The
    // library waits for the policies that it wrote itself, and this is none of them.
    this.lambda.node.addDependency(this.policy);
  }

  /** Adds exactly these actions on exactly these resources to the function's role. */
  allow(actions: string[], resources: string[], conditions?: PolicyStatementProps["conditions"]): void {
    this.policy.addStatements(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }
}

/** The handler's bundle; without bundles, only the template is wanted. */
function codeOf(handler: HandlerName, bundles: string | undefined): Code {
  return bundles === undefined ? Code.fromInline("// not bundled") : Code.fromAsset(join(bundles, handler));
}
