import { fileURLToPath } from "node:url";
import { policyAt } from "#domain/time/policies.ts";
import { ForceConfigError, readForceConfig } from "#infra/force-config.ts";
import { startLocalRun } from "./compose.ts";
import { DemonstrationError } from "./demonstration/play.ts";
import { comparePlayedShift, findPlayedShift, runDemonstration, whyUnplayable } from "./demonstration/run.ts";
import { readStartOptions, StartError, type StartOptions } from "./start-options.ts";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

function say(line: string): void {
  console.log(line);
}

function sayWhereToLook(baseUrl: string, dataFolder: string): void {
  say("");
  say("Where to look next");
  say(`  the console                         ${baseUrl}/`);
  say(`  the alerts, with their links        ${baseUrl}/local/inbox`);
  say(`  the API's description               ${baseUrl}/openapi.json`);
  say(`  the alerts as JSON                  ${baseUrl}/v1/local/alerts   (token: supervisor)`);
  say(`  tokens and the gateway's key        ${dataFolder}/access.json`);
  say(`  the log                             ${dataFolder}/log.ndjson`);
}

function endOnSignals(stop: () => Promise<void>): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) return;
    ending = true;
    say(`${signal}: finishing what is running, then ending`);
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/** Plays the shift; with `--once`, the number of differences decides how we end. */
async function demonstrate(options: StartOptions): Promise<void> {
  const started = Date.now();
  const force = readForceConfig(options.forceFile);
  const run = await startLocalRun({ ...options, force, packageFolder });
  endOnSignals(run.stop);
  say(`Witnessed serves ${force.name} at ${run.access.baseUrl} (ready in ${Date.now() - started} ms)`);

  if (options.serve) {
    sayWhereToLook(run.access.baseUrl, options.dataFolder);
    return;
  }
  const policy = policyAt(force.policies, Date.now(), force.timeZone);
  const isEmpty = await run.isEmpty();
  const shift = isEmpty || !options.once ? undefined : await findPlayedShift(run.access);
  const reason = isEmpty ? whyUnplayable(policy) : `${options.dataFolder} already holds incidents`;
  if (reason !== undefined && shift === undefined) {
    if (options.once) {
      await run.stop();
      throw new StartError(
        `Nothing was played: ${reason}. The demonstration plays on an empty folder (WITNESSED_DATA), under rules that fit it (WITNESSED_FORCE).`,
      );
    }
    say(`Serving without the demonstration: ${reason}.`);
    sayWhereToLook(run.access.baseUrl, options.dataFolder);
    return;
  }
  if (shift !== undefined)
    say(`The shift was played on ${options.dataFolder} before; comparing what it holds.`);
  const differences = shift
    ? await comparePlayedShift(run.access, shift, say)
    : await runDemonstration(run.access, policy, say);
  for (const difference of differences) say(`DIFFERENT  ${difference}`);
  if (differences.length === 0) say("Everything came out as expected.");
  if (options.once) {
    await run.stop();
    process.exitCode = differences.length === 0 ? 0 : 1;
    return;
  }
  sayWhereToLook(run.access.baseUrl, options.dataFolder);
  say("Serving until you press Ctrl+C.");
}

/** What a person can put right is said plainly; anything else keeps its stack. */
function fail(error: unknown): never {
  const plain =
    error instanceof StartError || error instanceof ForceConfigError || error instanceof DemonstrationError;
  console.error(plain ? error.message : error);
  process.exit(1);
}

try {
  await demonstrate(readStartOptions(process.argv.slice(2), process.env, packageFolder));
} catch (error) {
  fail(error);
}
