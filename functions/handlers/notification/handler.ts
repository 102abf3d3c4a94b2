import { setTimeout as wait } from "node:timers/promises";
import {
  createSnsAlertPublisher,
  createSnsClient,
  createSnsOperationsAlert,
} from "#adapters/aws/alert-publisher.sns.ts";
import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createS3Client } from "#runtime/s3-client.ts";
import { paced } from "#use-cases/notices/pace-sending.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { configSchema } from "./config.ts";
import { notificationInput, takeStep } from "./take-step.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "notification", force: force.code });
const clock = { now: () => new Date() };
const sns = createSnsClient();
const repositories = createRepositories(
  createDynamoRecords({ client: createDynamoClient(), tableName: config.TABLE_NAME }),
);
const deps = {
  ...repositories,
  ...paced(
    {
      publisher: createSnsAlertPublisher({ client: sns, topicArns: config.TOPIC_ARNS }),
      operations: createSnsOperationsAlert({ client: sns, topicArn: config.OPERATIONS_TOPIC_ARN }),
    },
    { sending: repositories.sending, clock, wait },
  ),
  consoleBaseUrl: config.CONSOLE_BASE_URL,
  evidence: createS3EvidenceStore({
    client: createS3Client(),
    bucket: config.EVIDENCE_BUCKET,
    keyArn: config.EVIDENCE_KEY_ARN,
    clock,
  }),
  clock,
  force,
  log,
};

/** The states `Notify` and `Alert operations`. */
export const handler = defineHandler({
  log,
  input: notificationInput,
  run: (input) => takeStep(input, deps),
});
