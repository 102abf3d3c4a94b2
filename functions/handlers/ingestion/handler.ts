import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import { workflowState } from "#contracts/workflow.ts";
import { defineHandler } from "#runtime/define-handler.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { ingestIncident } from "#use-cases/incidents/ingest-incident.ts";
import { createMarkedStarter, leftToTheSweep } from "#use-cases/incidents/start-marked.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { configSchema } from "./config.ts";

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "ingestion", force: force.code });
const clock = { now: () => new Date() };
const repositories = createRepositories(
  createDynamoRecords({ client: createDynamoClient(), tableName: config.TABLE_NAME }),
);
const workflow = createMarkedStarter({ ...repositories, workflow: leftToTheSweep, clock });

/** The state `Ingest`. */
export const handler = defineHandler({
  log,
  input: workflowState,
  run: (state) => ingestIncident(state, { ...repositories, workflow, force, clock, log }),
});
