import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type * as z from "zod";
import {
  FOOTAGE_PREFIX,
  REPORT_PREFIX,
  SESSION_KEY_PREFIX,
  VERDICT_INPUTS_PREFIX,
  WEAPON_LOG_PREFIX,
} from "#contracts/evidence-keys.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { configSchema as apiConfig } from "#handlers/api/config.ts";
import type { configSchema as complianceVerdictConfig } from "#handlers/compliance-verdict/config.ts";
import type { configSchema as footageDeletionConfig } from "#handlers/footage-deletion/config.ts";
import type { configSchema as footageIntakeConfig } from "#handlers/footage-intake/config.ts";
import type { configSchema as footageMatchingConfig } from "#handlers/footage-matching/config.ts";
import type { configSchema as holdLiftingConfig } from "#handlers/hold-lifting/config.ts";
import type { configSchema as ingestionConfig } from "#handlers/ingestion/config.ts";
import type { configSchema as noticesConfig } from "#handlers/notices/config.ts";
import type { configSchema as notificationConfig } from "#handlers/notification/config.ts";
import type { configSchema as sweepConfig } from "#handlers/sweep/config.ts";
import { AlertTopics } from "./constructs/alert-topics.ts";
import { ClockSchedule } from "./constructs/clock-schedule.ts";
import { EvidenceBucket } from "./constructs/evidence-bucket.ts";
import { FootageEvents } from "./constructs/footage-events.ts";
import { FORCE_FILE, ForceSettings } from "./constructs/force-settings.ts";
import { HandlerFunction, type HandlerFunctionProps } from "./constructs/handler-function.ts";
import { HttpEntrance } from "./constructs/http-entrance.ts";
import { IncidentWorkflow } from "./constructs/incident-workflow.ts";
import { Operations } from "./constructs/operations.ts";
import { RecordTable } from "./constructs/record-table.ts";
import { SignIn, type TokenSettings } from "./constructs/sign-in.ts";
import { forcesFolder, trustStoreOf } from "./force-config.ts";
import { handWork } from "./hand-work.ts";

export type ForceStackProps = StackProps & {
  readonly force: ForceConfig;
  /** Where `<code>.truststore.pem` lies, for a force whose domain asks for mutual TLS. */
  readonly forcesFolder?: string;
  /** The folder of the bundled handlers. Without it the functions have no code. */
  readonly bundles?: string;
};

/** Exactly the variables that a function's own schema asks for: a forgotten or misspelt one does not compile. */
type EnvironmentOf<Schema extends z.ZodType> = Record<keyof z.input<Schema>, string>;

type HandlerSettings = Pick<
  HandlerFunctionProps,
  "handler" | "description" | "environment" | "timeout" | "memoryMegabytes"
>;

/** Everything of one force, in one account and one region. Nothing in it refers to another force. */
export class ForceStack extends Stack {
  private readonly force: ForceConfig;
  private readonly bundles: string | undefined;
  private readonly operations: Operations;
  private readonly settings: ForceSettings;
  private readonly table: RecordTable;
  private readonly evidence: EvidenceBucket;
  private readonly entrance: HttpEntrance;
  private readonly alerts: AlertTopics;

  constructor(
    scope: Construct,
    id: string,
    { force, forcesFolder: folder = forcesFolder, bundles, ...props }: ForceStackProps,
  ) {
    super(scope, id, { description: `Witnessed for ${force.name}`, terminationProtection: true, ...props });
    Tags.of(this).add("force", force.code);
    Tags.of(this).add("data-classification", "official-sensitive");
    this.force = force;
    this.bundles = bundles;
    this.operations = new Operations(this, "Operations", { emails: force.operations.emails });
    this.settings = new ForceSettings(this, "Settings", { force });
    const key = new Key(this, "EvidenceKey", {
      description: "Footage, logs, reports and records",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table = new RecordTable(this, "Records", { key });
    this.evidence = new EvidenceBucket(this, "Evidence", { key, ...force.retention });
    this.entrance = new HttpEntrance(this, "Entrance", {
      domain: force.domain,
      trustStoreFile: trustStoreOf(folder, force.code),
      operations: this.operations,
    });
    this.alerts = new AlertTopics(this, "Alerts", {
      levels: force.alerts.levels,
      operations: this.operations,
    });

    const workflow = this.workflow();
    this.receive(workflow);
    this.takeIn(workflow);
    this.sweep(workflow);
    this.liftHolds();
    this.deleteFootage();
    this.sendNotices(workflow);
    for (const { output, text } of handWork(force)) new CfnOutput(this, output, { value: text });
  }

  /** The evaluation of one incident and its four functions. */
  private workflow(): IncidentWorkflow {
    const { operations } = this;
    const workflow = new IncidentWorkflow(this, "Workflow", {
      ingestion: this.ingestion().lambda,
      footageMatching: this.footageMatching().lambda,
      complianceVerdict: this.complianceVerdict().lambda,
      notification: this.notification().lambda,
      logGroup: operations.logGroup("Workflow"),
    });
    const { stateMachine } = workflow;
    const period = { period: Duration.minutes(5) };
    const description =
      "An evaluation did not end as it should; the sweep starts it again when it is overdue";
    operations.alarm("WorkflowFailed", { metric: stateMachine.metricFailed(period), description });
    operations.alarm("WorkflowTimedOut", { metric: stateMachine.metricTimedOut(period), description });
    operations.alarm("WorkflowAborted", { metric: stateMachine.metricAborted(period), description });
    operations.alarm("WorkflowThrottled", {
      metric: stateMachine.metricThrottled(period),
      description: "Evaluations are slowed down by the account's quota of transitions",
    });
    new CfnOutput(this, "StateMachineArn", { value: stateMachine.stateMachineArn });
    return workflow;
  }

  private ingestion(): HandlerFunction {
    const handler = this.handler("Ingestion", {
      handler: "ingestion",
      description: "What is known of one use of a weapon",
      environment: this.recordsEnvironment() satisfies EnvironmentOf<typeof ingestionConfig>,
      timeout: Duration.seconds(60),
      memoryMegabytes: 512,
    });
    this.table.grantRecords(handler);
    return handler;
  }

  private footageMatching(): HandlerFunction {
    const handler = this.handler("FootageMatching", {
      handler: "footage-matching",
      description: "Which footage may show it",
      environment: this.evidenceEnvironment() satisfies EnvironmentOf<typeof footageMatchingConfig>,
      timeout: Duration.seconds(60),
      memoryMegabytes: 512,
    });
    this.table.grantRecords(handler);
    this.evidence.grantExtendRetention(handler);
    this.evidence.grantMissing(handler);
    return handler;
  }

  private complianceVerdict(): HandlerFunction {
    const handler = this.handler("ComplianceVerdict", {
      handler: "compliance-verdict",
      description: "Whether it was recorded",
      environment: this.evidenceEnvironment() satisfies EnvironmentOf<typeof complianceVerdictConfig>,
      timeout: Duration.seconds(60),
      memoryMegabytes: 1024,
    });
    this.table.grantRecords(handler);
    this.evidence.grantKeep(handler, VERDICT_INPUTS_PREFIX);
    return handler;
  }

  private notification(): HandlerFunction {
    const handler = this.handler("Notification", {
      handler: "notification",
      description: "Who must be told",
      environment: {
        ...this.evidenceEnvironment(),
        ...this.alertEnvironment(),
      } satisfies EnvironmentOf<typeof notificationConfig>,
      timeout: Duration.seconds(60),
      memoryMegabytes: 512,
    });
    this.table.grantRecords(handler);
    this.evidence.grantPlaceHold(handler);
    this.evidence.grantMissing(handler);
    this.alerts.grantPublish(handler);
    this.operations.grantPublish(handler);
    return handler;
  }

  /** HTTP in: devices, gateways and people. */
  private receive(workflow: IncidentWorkflow): void {
    const tokens = this.tokenSettings();
    const handler = this.handler("Api", {
      handler: "api",
      description: "Every route of the HTTP API",
      environment: {
        ...this.evidenceEnvironment(),
        STATE_MACHINE_ARN: workflow.stateMachine.stateMachineArn,
        ISSUER: tokens.issuer,
        CLIENT_ID: tokens.clientId,
        ROLES_CLAIM: tokens.rolesClaim,
        OFFICER_ID_CLAIM: tokens.officerIdClaim,
        CONSOLE_BASE_URL: this.entrance.baseUrl,
      } satisfies EnvironmentOf<typeof apiConfig>,
      // The gateway gives up after 30 s.
      timeout: Duration.seconds(29),
      memoryMegabytes: 1024,
    });
    this.table.grantRecords(handler);
    this.table.grantRemove(handler);
    this.table.grantList(handler, "byTime");
    this.table.grantList(handler, "byDue");
    this.evidence.grantUpload(handler);
    this.evidence.grantRead(handler, FOOTAGE_PREFIX);
    this.evidence.grantRead(handler, VERDICT_INPUTS_PREFIX);
    this.evidence.grantMissing(handler);
    this.evidence.grantKeep(handler, WEAPON_LOG_PREFIX);
    this.evidence.grantKeep(handler, REPORT_PREFIX);
    this.evidence.grantKeep(handler, SESSION_KEY_PREFIX);
    this.evidence.grantRead(handler, SESSION_KEY_PREFIX);
    workflow.grantStart(handler);
    this.entrance.serve(handler);
    new CfnOutput(this, "BaseUrl", { value: this.entrance.baseUrl });
  }

  /** Tokens of the force's own issuer, or of a user pool made here. */
  private tokenSettings(): TokenSettings {
    const { issuer, clientId, rolesClaim, officerIdClaim, roles } = this.force.signIn;
    if (issuer !== undefined && clientId !== undefined)
      return { issuer, clientId, rolesClaim, officerIdClaim };
    const signIn = new SignIn(this, "SignIn", {
      code: this.force.code,
      roles,
      baseUrl: this.entrance.baseUrl,
    });
    new CfnOutput(this, "UserPoolId", { value: signIn.pool.userPoolId });
    new CfnOutput(this, "ClientId", { value: signIn.settings.clientId });
    return signIn.settings;
  }

  /** Footage that has come. */
  private takeIn(workflow: IncidentWorkflow): void {
    const handler = this.handler("FootageIntake", {
      handler: "footage-intake",
      description: "What came, and whether it plays",
      environment: {
        ...this.evidenceEnvironment(),
        STATE_MACHINE_ARN: workflow.stateMachine.stateMachineArn,
      } satisfies EnvironmentOf<typeof footageIntakeConfig>,
      // Four files, each with half a minute for its reader, whose process may take 768 MB beside this one.
      timeout: Duration.minutes(5),
      memoryMegabytes: 1536,
    });
    this.table.grantRecords(handler);
    this.evidence.grantRead(handler, FOOTAGE_PREFIX);
    this.evidence.grantMissing(handler);
    workflow.grantStart(handler);
    new FootageEvents(this, "FootageEvents", {
      evidence: this.evidence,
      intake: handler,
      operations: this.operations,
    });
  }

  /** What is overdue. */
  private sweep(workflow: IncidentWorkflow): void {
    const handler = this.handler("Sweep", {
      handler: "sweep",
      description: "What was promised, and what exists",
      environment: {
        ...this.evidenceEnvironment(),
        STATE_MACHINE_ARN: workflow.stateMachine.stateMachineArn,
        OPERATIONS_TOPIC_ARN: this.operations.topic.topicArn,
      } satisfies EnvironmentOf<typeof sweepConfig>,
      timeout: Duration.minutes(5),
      memoryMegabytes: 1536,
    });
    this.table.grantRecords(handler);
    this.table.grantList(handler, "byDue");
    this.table.grantList(handler, "byTime");
    this.evidence.grantUpload(handler);
    this.evidence.grantRead(handler, FOOTAGE_PREFIX);
    this.evidence.grantRead(handler, WEAPON_LOG_PREFIX);
    this.evidence.grantMissing(handler);
    this.operations.grantPublish(handler);
    workflow.grantStart(handler);
    this.operations.alarm("SweepUnaccounted", {
      metric: new Metric({
        namespace: "Witnessed",
        metricName: "Unaccounted",
        dimensionsMap: { service: "sweep", force: this.force.code },
        statistic: "max",
        period: Duration.minutes(15),
      }),
      description: "The sweep found something that was promised and does not exist; its log says what",
    });
    new ClockSchedule(this, "SweepSchedule", {
      handler,
      operations: this.operations,
      name: "Sweep",
      every: Duration.minutes(15),
      description: "What was promised, and what exists",
      whenMissed: "The sweep could not be run; what is overdue waits for the next one",
      whenSilent: "The sweep has not run for an hour: nobody looks after what is overdue",
    });
  }

  /** Holds that a supervisor released. Its role is the only one that may lift, and it may do nothing else in the store. */
  private liftHolds(): void {
    const handler = this.handler("HoldLifting", {
      handler: "hold-lifting",
      description: "Legal holds that a supervisor released",
      environment: this.evidenceEnvironment() satisfies EnvironmentOf<typeof holdLiftingConfig>,
      timeout: Duration.minutes(5),
      memoryMegabytes: 512,
    });
    this.table.grantRecords(handler);
    this.table.grantList(handler, "byDue");
    this.evidence.grantLiftHold(handler);
    this.evidence.grantMissing(handler);
    new ClockSchedule(this, "HoldLiftingSchedule", {
      handler,
      operations: this.operations,
      name: "HoldLifting",
      every: Duration.minutes(15),
      description: "Legal holds that a supervisor released",
      whenMissed: "Released legal holds could not be lifted; they wait for the next call",
      whenSilent: "No legal hold has been lifted for an hour: what supervisors released stays held",
    });
  }

  /** Footage that matches nothing. Its role is the only one that may delete, and it may not go past a lock. */
  private deleteFootage(): void {
    const handler = this.handler("FootageDeletion", {
      handler: "footage-deletion",
      description: "Footage that matches nothing and whose time is over",
      environment: {
        ...this.evidenceEnvironment(),
        OPERATIONS_TOPIC_ARN: this.operations.topic.topicArn,
      } satisfies EnvironmentOf<typeof footageDeletionConfig>,
      timeout: Duration.minutes(5),
      memoryMegabytes: 512,
    });
    this.table.grantRecords(handler);
    this.table.grantList(handler, "byDue");
    this.evidence.grantDelete(handler);
    this.evidence.grantMissing(handler);
    this.operations.grantPublish(handler);
    new ClockSchedule(this, "FootageDeletionSchedule", {
      handler,
      operations: this.operations,
      name: "FootageDeletion",
      every: Duration.hours(1),
      description: "Footage that matches nothing and whose time is over",
      whenMissed: "Footage could not be looked after; it waits for the next call",
      whenSilent: "Nobody has looked after stored footage for four hours: nothing is deleted that should be",
    });
  }

  /** What is told of the force and not of one incident, and alerts that an address did not take. */
  private sendNotices(workflow: IncidentWorkflow): void {
    const handler = this.handler("Notices", {
      handler: "notices",
      description: "Who is out without a camera, who is not reached, and where everything stands",
      environment: {
        ...this.recordsEnvironment(),
        ...this.alertEnvironment(),
        STATE_MACHINE_ARN: workflow.stateMachine.stateMachineArn,
      } satisfies EnvironmentOf<typeof noticesConfig>,
      timeout: Duration.minutes(5),
      memoryMegabytes: 512,
    });
    this.table.grantRecords(handler);
    this.table.grantList(handler, "byDue");
    this.table.grantList(handler, "byTime");
    this.alerts.grantPublish(handler);
    this.alerts.grantReadSubscriptions(handler);
    this.alerts.giveBackTo(handler);
    this.operations.grantPublish(handler);
    workflow.grantStart(handler);
    new ClockSchedule(this, "NoticesSchedule", {
      handler,
      operations: this.operations,
      name: "Notices",
      // A call that finds nothing due takes four reads; an officer without a camera is to be told of at once.
      every: Duration.minutes(1),
      description: "Who is out without a camera, who is not reached, and where everything stands",
      whenMissed: "Notices could not be sent; they wait for the next call",
      whenSilent:
        "For four minutes nobody has looked for officers without a camera, for addresses that are not reached, and for the day's digest",
    });
  }

  private handler(id: string, settings: HandlerSettings): HandlerFunction {
    const handler = new HandlerFunction(this, id, {
      ...settings,
      layers: [this.settings.layer],
      bundles: this.bundles,
      logKey: this.operations.keyReference,
    });
    this.operations.watch(id, handler);
    return handler;
  }

  private recordsEnvironment() {
    return { TABLE_NAME: this.table.table.tableName, FORCE_FILE };
  }

  private alertEnvironment() {
    return {
      TOPIC_ARNS: this.alerts.topics.map(({ topicArn }) => topicArn).join(","),
      OPERATIONS_TOPIC_ARN: this.operations.topic.topicArn,
      CONSOLE_BASE_URL: this.entrance.baseUrl,
    };
  }

  private evidenceEnvironment() {
    return {
      ...this.recordsEnvironment(),
      EVIDENCE_BUCKET: this.evidence.bucket.bucketName,
      EVIDENCE_KEY_ARN: this.evidence.keyArn,
    };
  }
}
