import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { createSnsClient, createSnsOperationsAlert } from "#adapters/aws/alert-publisher.sns.ts";
import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createS3Client } from "#runtime/s3-client.ts";
import { createMarkedStarter, leftToTheSweep } from "#use-cases/incidents/start-marked.ts";
import { deleteFootage } from "#use-cases/keeping/delete-footage.ts";
import { pacedOperations } from "#use-cases/notices/pace-sending.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { configSchema } from "./config.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "footage-deletion", force: force.code });
const clock = { now: () => new Date() };
const repositories = createRepositories(
  createDynamoRecords({ client: createDynamoClient(), tableName: config.TABLE_NAME }),
);
const evidence = createS3EvidenceStore({
  client: createS3Client(),
  bucket: config.EVIDENCE_BUCKET,
  keyArn: config.EVIDENCE_KEY_ARN,
  clock,
});
const operations = pacedOperations(
  createSnsOperationsAlert({ client: createSnsClient(), topicArn: config.OPERATIONS_TOPIC_ARN }),
  { sending: repositories.sending, clock, wait },
);
const workflow = createMarkedStarter({ ...repositories, workflow: leftToTheSweep, clock });

/** Run by the clock. */
export const handler = defineHandler({
  log,
  input: z.object({}),
  run: () => deleteFootage({ ...repositories, evidence, workflow, operations, force, clock, log }),
});
