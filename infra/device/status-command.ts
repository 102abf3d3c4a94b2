import { connect, connectionOptions, onlyArgument, readCommandLine } from "./command-line.ts";
import { exitCodes } from "./failures.ts";
import { readStatus } from "./upload-clip.ts";

export const statusUsage = `status --base-url URL --key key.json [--key-id S] FOOTAGE_ID
    Prints where a clip stands. A device may erase its own copy at ACCEPTED or REJECTED, never before.`;

/** Prints a clip's status as JSON. Exit code 4 says REJECTED, as after an upload. */
export async function status(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args, connectionOptions);
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const answer = await readStatus(onlyArgument(line, "footage id"), connect(line, say));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  return answer.state === "REJECTED" ? exitCodes.rejected : exitCodes.done;
}
