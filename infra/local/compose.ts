import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLocalJWKSet } from "jose";
import { ulid } from "ulid";
import { createOidcPersonVerifier } from "#adapters/aws/person-verifier.oidc.ts";
import { createInbox } from "#adapters/local/alert-publisher.inbox.ts";
import { createFilesEvidenceStore } from "#adapters/local/evidence-store.files.ts";
import { openSqliteRecords, type SqliteRecords } from "#adapters/local/records.sqlite.ts";
import { createInboxSubscriptions } from "#adapters/local/subscriptions.inbox.ts";
import { createUploadRoutes } from "#adapters/local/upload-routes.ts";
import { createMatroskaReader } from "#adapters/matroska-reader.mediabunny.ts";
import { CorruptRecordError, DependencyUnavailableError } from "#contracts/errors.ts";
import { FOOTAGE_PREFIX } from "#contracts/evidence-keys.ts";
import type { ForceConfig } from "#contracts/force.ts";
import { createApi } from "#handlers/api/app.ts";
import { stylesheetOf } from "#handlers/api/console/frame/stylesheet.ts";
import { createTimes } from "#handlers/api/console/frame/times.ts";
import { consoleStylesheet } from "#infra/console-stylesheet.ts";
import type { Clock } from "#ports/clock.ts";
import { errorFields } from "#ports/log.ts";
import type { MediaProbe } from "#ports/media-probe.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { createNonceRecords } from "#records/nonce-records.ts";
import { probeFootage } from "#use-cases/footage/probe-footage.ts";
import { sendDueNotices } from "#use-cases/notices/send-due-notices.ts";
import { createRepositories } from "#use-cases/repositories.ts";
import { type Access, createAccess, writeAccess } from "./access.ts";
import { createEvaluation } from "./evaluation.ts";
import { registerFirst } from "./first-start.ts";
import { createIntake, type Intake, storedObject } from "./intake.ts";
import { createLocalIssuer } from "./issuer.ts";
import { createJournal } from "./journal.ts";
import { createLocalLog } from "./local-log.ts";
import { addInboxPage, createLocalInboxRoutes } from "./local-routes.ts";
import { startRounds } from "./rounds.ts";
import { listen } from "./server.ts";
import { createLocalSignIn } from "./sign-in.ts";
import { StartError } from "./start-options.ts";
import { synthesise } from "./synthesis.ts";

export type LocalRunOptions = {
  readonly force: ForceConfig;
  readonly dataFolder: string;
  readonly packageFolder: string;
  readonly port: number;
};

export type LocalRun = {
  readonly access: Access;
  /** Whether nothing was ever reported to this folder. */
  readonly isEmpty: () => Promise<boolean>;
  /** Ends what can be ended at once and leaves the rest to the next start. */
  readonly stop: () => Promise<void>;
};

const SWEEP_EVERY_MS = 60_000;
/** An officer without a camera is told of before anything happens. */
const NOTICES_EVERY_MS = 15_000;
/** Nobody must take this for a force's own console. */
const NOTICE = {
  tag: "Local run",
  text: "On this machine alone, with made-up people. Anybody here may choose who they are.",
};
const clock: Clock = { now: () => new Date() };

/**
 * The second composition root: the same use cases and the same HTTP API as in a force's stack, with one
 * machine's adapters. Starts serving and goes on with whatever an earlier process left in the folder.
 * Throws `StartError` when the folder or the port is in use.
 */
export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  makeFolder(options.dataFolder);
  const records = openRecords(options.dataFolder);
  try {
    return await compose(options, records);
  } catch (error) {
    records.close();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`${folder} cannot be written (${code}). Name another folder with WITNESSED_DATA.`);
  }
}

function openRecords(folder: string): SqliteRecords {
  try {
    return openSqliteRecords({ folder, clock });
  } catch (error) {
    const isPlain = error instanceof DependencyUnavailableError || error instanceof CorruptRecordError;
    throw isPlain ? new StartError(error.message) : error;
  }
}

async function compose(options: LocalRunOptions, records: SqliteRecords): Promise<LocalRun> {
  const { force, dataFolder, packageFolder } = options;
  const log = createLocalLog(join(dataFolder, "log.ndjson"));
  const { machine } = await synthesise(packageFolder, force);
  const repositories = createRepositories(records);
  const { footage, incidents } = repositories;
  const inbox = createInbox({ records, clock });
  let baseUrl = "";
  const evidence = createFilesEvidenceStore({
    folder: join(dataFolder, "evidence"),
    baseUrl: () => baseUrl,
    clock,
    lockDays: force.retention.lockDays,
    onObjectCreated: ({ key }) => {
      if (key.startsWith(FOOTAGE_PREFIX)) intake.take(key);
    },
  });
  const common = { ...repositories, force, evidence, clock, log };
  const readMatroska = createMatroskaReader();
  const probe: MediaProbe = (file) => probeFootage(file, { readMatroska });
  const evaluation = createEvaluation({ ...common, machine, probe, inbox, consoleBaseUrl: () => baseUrl });
  const intake = createIntake({
    journal: createJournal(records, "OBJECTS", storedObject),
    settle: evaluation.settle,
    operations: inbox.operations,
    log,
  });

  const stylesheet = consoleStylesheet();
  const issuer = await createLocalIssuer(join(dataFolder, "issuer-key.json"), force);
  const frame = async () => ({
    forceName: force.name,
    stylesheet: stylesheetOf(stylesheet).path,
    notice: NOTICE,
  });
  const { signIn, routes } = createLocalSignIn({ issuer, baseUrl: () => baseUrl, frame, clock });
  addInboxPage(routes, { readInbox: inbox.alerts, frame, times: createTimes(force.timeZone) });
  const app = createApi({
    ...common,
    console: { signIn, baseUrl: () => baseUrl, readStylesheet: async () => stylesheet, notice: NOTICE },
    workflow: evaluation.workflow,
    nonces: createNonceRecords(records),
    newUlid: () => ulid(),
    behind: async (work) => {
      work().catch((error: unknown) => log.error("upload.completion-failed", errorFields(error)));
    },
    verifyPerson: createOidcPersonVerifier(
      { ...force.signIn, issuer: issuer.issuer, audience: issuer.audience },
      { keys: createLocalJWKSet(issuer.jwks), clock },
    ),
    extraRoutes: createLocalInboxRoutes(inbox.alerts),
  });
  app.route("/", createUploadRoutes(evidence));
  app.route("/", routes);

  const server = await listen(app, options.port);
  baseUrl = server.baseUrl;
  const access = await createAccess(dataFolder, issuer, baseUrl, clock.now());
  writeAccess(dataFolder, access);
  await registerFirst(access);
  await intake.resume();
  await takeStoredPromises(footage, intake);
  await evaluation.sweep({ restartAll: true });
  const sendNotices = () =>
    sendDueNotices({
      ...common,
      publisher: inbox,
      operations: inbox.operations,
      subscriptions: createInboxSubscriptions(force),
      consoleBaseUrl: baseUrl,
    });
  const sweeping = startRounds({ everyMs: SWEEP_EVERY_MS, name: "sweep", log }, () =>
    evaluation.sweep({ restartAll: false }),
  );
  const notices = startRounds({ everyMs: NOTICES_EVERY_MS, name: "notices", log }, sendNotices);
  await notices.now();

  return {
    access,
    isEmpty: async () => (await incidents.list({ limit: 1 })).items.length === 0,
    stop: async () => {
      await Promise.all([sweeping.stop(), notices.stop()]);
      await server.close();
      await intake.whenIdle();
      await evaluation.stop();
      records.close();
    },
  };
}

const MOST_PROMISES = 100_000;

/**
 * A kill can come between an object and the note of it: at a start, every promise is looked at. One that cannot be
 * read is no reason not to start: the sweep tells operations of it.
 */
async function takeStoredPromises(footage: FootageRecords, intake: Intake): Promise<void> {
  for (const footageId of await footage.listDuePromises("9999", MOST_PROMISES)) {
    const promised = await footage.read(footageId).catch((error: unknown) => {
      if (error instanceof CorruptRecordError) return undefined;
      throw error;
    });
    if (promised) intake.take(promised.record.objectKey);
  }
}
