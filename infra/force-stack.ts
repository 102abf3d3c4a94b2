import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { ForceConfig } from "#contracts/force.ts";
import { HandlerFunction, type HandlerName } from "./constructs/handler-function.ts";
import { IncidentWorkflow } from "./constructs/incident-workflow.ts";

export type ForceStackProps = StackProps & { readonly force: ForceConfig };

/** Everything of one force, in one account and one region. Nothing in it refers to another force. */
export class ForceStack extends Stack {
  constructor(scope: Construct, id: string, { force, ...props }: ForceStackProps) {
    super(scope, id, props);
    const logKey = new Key(this, "OperationsKey", { description: force.name, enableKeyRotation: true });
    const handler = (id: string, name: HandlerName) =>
      new HandlerFunction(this, id, {
        handler: name,
        description: name,
        environment: {},
        timeout: Duration.seconds(60),
        memoryMegabytes: 512,
        layers: [],
        logKey,
      });
    new IncidentWorkflow(this, "Workflow", {
      ingestion: handler("Ingestion", "ingestion").lambda,
      footageMatching: handler("FootageMatching", "footage-matching").lambda,
      complianceVerdict: handler("ComplianceVerdict", "compliance-verdict").lambda,
      notification: handler("Notification", "notification").lambda,
      logGroup: new LogGroup(this, "WorkflowLogs", { encryptionKey: logKey }),
    });
  }
}
