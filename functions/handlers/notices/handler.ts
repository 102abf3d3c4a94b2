import { setTimeout as wait } from "node:timers/promises";
import {
  createSnsAlertPublisher,
  createSnsClient,
  createSnsOperationsAlert,
} from "#adapters/aws/alert-publisher.sns.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { createSnsSubscriptions } from "#adapters/aws/subscriptions.sns.ts";
import {
  createStepFunctionsClient,
  createStepFunctionsWorkflow,
} from "#adapters/aws/workflow.step-functions.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";
import { paced } from "#use-cases/notices/pace-sending.ts";
import { sendDueNotices } from "#use-cases/notices/send-due-notices.ts";
import { takeBack } from "#use-cases/notices/take-back.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { configSchema } from "./config.ts";
import { noticesCall, takeCall } from "./take-call.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "notices", force: force.code });
const clock = { now: () => new Date() };
const repositories = createRepositories(
  createDynamoRecords({ client: createDynamoClient(), tableName: config.TABLE_NAME }),
);
const client = createSnsClient();
const { TOPIC_ARNS: topicArns, OPERATIONS_TOPIC_ARN: operationsTopicArn } = config;
const { publisher, operations } = paced(
  {
    publisher: createSnsAlertPublisher({ client, topicArns }),
    operations: createSnsOperationsAlert({ client, topicArn: operationsTopicArn }),
  },
  { sending: repositories.sending, clock, wait },
);
const stepFunctions = createStepFunctionsWorkflow({
  client: createStepFunctionsClient(),
  stateMachineArn: config.STATE_MACHINE_ARN,
});
const deps = {
  ...repositories,
  publisher,
  operations,
  subscriptions: createSnsSubscriptions({ client, topicArns, operationsTopicArn }),
  workflow: createMarkedStarter({ incidents: repositories.incidents, workflow: stepFunctions, clock }),
  consoleBaseUrl: config.CONSOLE_BASE_URL,
  force,
  clock,
  log,
};

/** Run by the clock, every minute, and by the queue of alerts that an address did not take. */
export const handler = defineHandler({
  log,
  input: noticesCall,
  run: (call) =>
    takeCall(call, {
      sendDue: () => sendDueNotices(deps),
      takeBack: (returned) => takeBack(returned, deps),
      operations,
      log,
    }),
});
