import { connect, connectionOptions, onlyArgument, readCommandLine } from "./command-line.ts";
import { readJsonFile } from "./device-key.ts";
import { exitCodes, UsageError } from "./failures.ts";
import { sendLog, weaponLogFile } from "./send-log.ts";

export const logUsage = `log --base-url URL --key key.json [--key-id S] LOG.json
    Sends a weapon's log: the JSON of POST /v1/weapon-logs. One of over 4 MB goes in several downloads, by seq.`;

/** Sends one log and tells which incidents its rows belong to, one line a download. */
export async function log(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args, connectionOptions);
  const path = onlyArgument(line, "log");
  const file = weaponLogFile.safeParse(readJsonFile(path));
  if (!file.success)
    throw new UsageError(`${path} is no weapon log: it needs \`events\`, each with a \`seq\`.`);
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  for await (const sent of sendLog(file.data, connect(line, say))) {
    say(`rows ${sent.fromSeq} to ${sent.toSeq}: ${sent.isNew ? "received" : "received before"}`);
    process.stdout.write(`${JSON.stringify(sent)}\n`);
  }
  return exitCodes.done;
}
