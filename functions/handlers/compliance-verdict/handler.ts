import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { workflowState } from "#contracts/workflow.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createS3Client } from "#runtime/s3-client.ts";
import { decideVerdict } from "#use-cases/evaluation/decide-verdict.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { configSchema } from "./config.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "compliance-verdict", force: force.code });
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

/** The state `Decide verdict`. */
export const handler = defineHandler({
  log,
  input: workflowState,
  run: (state) => decideVerdict(state, { ...repositories, evidence, force, clock, log }),
});
