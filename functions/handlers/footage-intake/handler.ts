import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import {
  createStepFunctionsClient,
  createStepFunctionsWorkflow,
} from "#adapters/aws/workflow.step-functions.ts";
import { createMatroskaReader } from "#adapters/matroska-reader.mediabunny.ts";
import { queueBatch } from "#contracts/queue.ts";
import { READER_VERSION } from "#domain/media/reader-version.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createS3Client } from "#runtime/s3-client.ts";
import { probeFootage } from "#use-cases/footage/probe-footage.ts";
import { type SettleFootageDeps, settleFootage } from "#use-cases/footage/settle-footage.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";
import { reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { configSchema } from "./config.ts";
import { takeInBatch } from "./take-in-batch.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "footage-intake", force: force.code });
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
const stepFunctions = createStepFunctionsWorkflow({
  client: createStepFunctionsClient(),
  stateMachineArn: config.STATE_MACHINE_ARN,
});
const workflow = createMarkedStarter({ incidents: repositories.incidents, workflow: stepFunctions, clock });
const readMatroska = createMatroskaReader();
const settleDeps: SettleFootageDeps = {
  footage: repositories.footage,
  undeclared: repositories.undeclared,
  footageCustody: repositories.footageCustody,
  evidence,
  probe: (file) => probeFootage(file, { readMatroska }),
  readerVersion: READER_VERSION,
  clock,
  onFootageChanged: (footage) => reevaluateForFootage(footage, { ...repositories, workflow, force }),
};

/** Takes "object created" events from the queue, a batch at a time, each message by itself. */
export const handler = defineHandler({
  log,
  input: queueBatch,
  run: (batch) =>
    takeInBatch(batch, {
      settle: (object) => settleFootage(object, settleDeps),
      log,
    }),
});
