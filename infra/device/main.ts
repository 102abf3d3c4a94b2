import * as z from "zod";
import { exitCodes, GaveUpError, RefusedError, UsageError } from "./failures.ts";

/** Loaded when they are asked for: a dock that starts this for every clip need not load the conformance run. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  enrol: async (args) => (await import("./enrol-command.ts")).enrol(args),
  upload: async (args) => (await import("./upload-command.ts")).upload(args),
  log: async (args) => (await import("./log-command.ts")).log(args),
  status: async (args) => (await import("./status-command.ts")).status(args),
  conformance: async (args) => (await import("./conformance-command.ts")).conformance(args),
};

async function usage(): Promise<string> {
  const commandUsages = [
    (await import("./enrol-command.ts")).enrolUsage,
    (await import("./upload-command.ts")).uploadUsage,
    (await import("./log-command.ts")).logUsage,
    (await import("./status-command.ts")).statusUsage,
    (await import("./conformance-command.ts")).conformanceUsage,
  ];
  return `npm run device -- COMMAND …

${commandUsages.join("\n\n")}

A key file is one that \`enrol\` wrote, or the access.json of a local run (its gateway then signs).
--patience SECONDS says for how long a service that is busy or away is tried again without any progress (300).

Exit codes: 0 done · 1 a check of the conformance run failed · 2 wrong options, file or key · 3 the service refused ·
4 the clip is REJECTED · 5 gave up for now: nothing is lost, run the same command again · 70 a fault of this program
`;
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  const command = commands[name ?? ""];
  if (command) return command(args);
  if (name === undefined || name === "help" || name === "--help") {
    process.stdout.write(await usage());
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
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `The service's answer is not one of the contract: /${issue?.path.join("/")}: ${issue?.message}`;
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
