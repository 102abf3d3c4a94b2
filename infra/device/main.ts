import { conformance, conformanceUsage } from "./conformance-command.ts";
import { enrol, enrolUsage } from "./enrol-command.ts";
import { exitCodes, GaveUpError, RefusedError, UsageError } from "./failures.ts";
import { log, logUsage } from "./log-command.ts";
import { status, statusUsage } from "./status-command.ts";
import { upload, uploadUsage } from "./upload-command.ts";

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  enrol,
  upload,
  log,
  status,
  conformance,
};

const usage = `npm run device -- COMMAND …

${[enrolUsage, uploadUsage, logUsage, statusUsage, conformanceUsage].join("\n\n")}

A key file is one that \`enrol\` wrote, or the access.json of a local run (its gateway then signs).
--patience SECONDS says for how long a service that is busy or away is tried again without any progress (300).

Exit codes: 0 done · 1 a check of the conformance run failed · 2 wrong options, file or key · 3 the service refused ·
4 the clip is REJECTED · 5 gave up for now: nothing is lost, run the same command again · 70 a fault of this program
`;

async function run([name, ...args]: readonly string[]): Promise<number> {
  const command = commands[name ?? ""];
  if (command) return command(args);
  if (name === undefined || name === "help" || name === "--help") {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  throw new UsageError(`There is no command ${name}. See \`npm run device -- help\`.`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.wrongUsage;
  if (error instanceof RefusedError) return exitCodes.refused;
  if (error instanceof GaveUpError) return exitCodes.gaveUp;
  return exitCodes.unexpected;
}

/** What a person can put right is said plainly; anything else keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof GaveUpError) {
    return `${error.message}. Nothing is lost and nothing is settled: keep your copy and run the same command again.`;
  }
  const plain = error instanceof UsageError || error instanceof RefusedError;
  return plain ? error.message : String(error instanceof Error ? error.stack : error);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
