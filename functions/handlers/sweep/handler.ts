import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { createSnsClient, createSnsOperationsAlert } from "#adapters/aws/alert-publisher.sns.ts";
import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import {
  createStepFunctionsClient,
  createStepFunctionsWorkflow,
} from "#adapters/aws/workflow.step-functions.ts";
import { createMatroskaReader } from "#adapters/matroska-reader.mediabunny.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import { READER_VERSION } from "#domain/media/reader-version.ts";
import type { MediaProbe } from "#ports/media-probe.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createS3Client } from "#runtime/s3-client.ts";
import { probeAgain } from "#use-cases/footage/probe-again.ts";
import { settleFootage } from "#use-cases/footage/settle-footage.ts";
import { resumeWeaponLog } from "#use-cases/incidents/ingest-weapon-log.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";
import { reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";
import { pacedOperations } from "#use-cases/notices/pace-sending.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { sweep } from "#use-cases/sweep/sweep.ts";
import { configSchema } from "./config.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "sweep", force: force.code });
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
const operations = pacedOperations(
  createSnsOperationsAlert({ client: createSnsClient(), topicArn: config.OPERATIONS_TOPIC_ARN }),
  { sending: repositories.sending, clock, wait },
);
const marked = createMarkedStarter({ ...repositories, workflow: stepFunctions, clock });
const common = { ...repositories, evidence, force, clock, log };
const onFootageChanged = (footage: FootageRecord) =>
  reevaluateForFootage(footage, { ...common, workflow: marked });
const readMatroska = createMatroskaReader();
/** The reader of footage is loaded by the first file that has to be read: in most runs there is none. */
const probe: MediaProbe = async (file) => {
  const { probeFootage } = await import("#use-cases/footage/probe-footage.ts");
  return probeFootage(file, { readMatroska });
};
const reading = { ...common, probe, readerVersion: READER_VERSION, onFootageChanged };

/** Run by the clock, every 15 minutes. */
export const handler = defineHandler({
  log,
  input: z.object({}),
  run: () =>
    sweep(
      {},
      {
        ...reading,
        settle: (object) => settleFootage(object, reading),
        probeAgain: (footageId) => probeAgain(footageId, reading),
        resumeLog: (received) => resumeWeaponLog(received, { ...common, workflow: marked }),
        workflow: stepFunctions,
        operations,
      },
    ),
});
