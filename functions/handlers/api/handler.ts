import { readFile } from "node:fs/promises";
import type { Context } from "aws-lambda";
import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { ulid } from "ulid";
import { createS3EvidenceStore } from "#adapters/aws/evidence-store.s3.ts";
import { createDynamoClient, createDynamoRecords } from "#adapters/aws/records.dynamodb.ts";
import {
  createStepFunctionsClient,
  createStepFunctionsWorkflow,
} from "#adapters/aws/workflow.step-functions.ts";
import { createOidcSignIn, publishedBy } from "#adapters/sign-in.oidc.ts";
import type { PersonVerifier } from "#ports/identity.ts";
import { createNonceRecords } from "#records/nonce-records.ts";
import { createLog } from "#runtime/log.ts";
import { readConfig } from "#runtime/read-config.ts";
import { readForce } from "#runtime/read-force.ts";
import { createS3Client } from "#runtime/s3-client.ts";
import { createMarkedStarter } from "#use-cases/incidents/start-marked.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { createApi } from "./app.ts";
import { configSchema } from "./config.ts";
import { waitBehind } from "./wait-behind.ts";

/** Less than the 30 s after which the gateway in front gives up. */
const BEHIND_MS = 20_000;

const config = readConfig(configSchema, process.env);
const force = readForce(config.FORCE_FILE);
const log = createLog({ service: "api", force: force.code });
const clock = { now: () => new Date() };
const records = createDynamoRecords({ client: createDynamoClient(), tableName: config.TABLE_NAME });
const repositories = createRepositories(records);
const stepFunctions = createStepFunctionsWorkflow({
  client: createStepFunctionsClient(),
  stateMachineArn: config.STATE_MACHINE_ARN,
});

/** Loaded with the first person who comes: devices' requests, which are nearly all, never wait for it. */
const loadVerifier = async (): Promise<PersonVerifier> => {
  const { createOidcPersonVerifier, publishedKeys } = await import("#adapters/aws/person-verifier.oidc.ts");
  return createOidcPersonVerifier(
    {
      issuer: config.ISSUER,
      audience: config.CLIENT_ID,
      roles: force.signIn.roles,
      rolesClaim: config.ROLES_CLAIM,
      officerIdClaim: config.OFFICER_ID_CLAIM,
    },
    { keys: publishedKeys(config.ISSUER), clock },
  );
};
let verifier: Promise<PersonVerifier> | undefined;

const api = createApi({
  ...repositories,
  nonces: createNonceRecords(records),
  evidence: createS3EvidenceStore({
    client: createS3Client(),
    bucket: config.EVIDENCE_BUCKET,
    keyArn: config.EVIDENCE_KEY_ARN,
    clock,
  }),
  workflow: createMarkedStarter({ incidents: repositories.incidents, workflow: stepFunctions, clock }),
  verifyPerson: async (bearerToken) => {
    verifier ??= loadVerifier();
    return (await verifier)(bearerToken);
  },
  console: {
    signIn: createOidcSignIn(publishedBy(config.ISSUER, config.CLIENT_ID)),
    baseUrl: () => config.CONSOLE_BASE_URL,
    // The build writes it beside this file.
    readStylesheet: () => readFile(new URL("./console.css", import.meta.url), "utf8"),
  },
  force,
  clock,
  log,
  newUlid: () => ulid(),
  behind: waitBehind({ milliseconds: BEHIND_MS, log }),
});

const answer = handle(api);

/** Answers one request of the HTTP API (payload format 2.0). */
export const handler = async (event: LambdaEvent, context: Context & LambdaContext) => {
  log.begin(context);
  return answer(event, context);
};
