import { isAbsolute, resolve } from "node:path";

/** What a person can say on the command line and in the environment. */
export type StartOptions = {
  /** Play the demonstration, compare with what is expected, and end. */
  readonly once: boolean;
  /** Do not play the demonstration. */
  readonly serve: boolean;
  /** 0 takes a free port. */
  readonly port: number;
  readonly dataFolder: string;
  readonly forceFile: string;
};

/** Something that the person who started us can put right; shown as it is, without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

const usage = "usage: npm start [-- --once | --serve]";

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return 8787;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new StartError(`PORT is "${text}": expected a number from 0 to 65535 (0 takes a free port).`);
  }
  return port;
}

/**
 * Reads flags and environment. Relative paths count from where the command was given (npm changes the
 * folder, and keeps the first one in INIT_CWD). Throws `StartError` with what to change.
 */
export function readStartOptions(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  packageFolder: string,
): StartOptions {
  const unknown = flags.filter((flag) => flag !== "--once" && flag !== "--serve");
  if (unknown.length > 0) throw new StartError(`Unknown argument ${unknown.join(" ")}; ${usage}.`);
  const once = flags.includes("--once");
  const serve = flags.includes("--serve");
  if (once && serve) throw new StartError(`--once plays the demonstration and --serve skips it; ${usage}.`);

  const from = environment["INIT_CWD"] ?? packageFolder;
  const within = (path: string) => (isAbsolute(path) ? path : resolve(from, path));
  const data = environment["WITNESSED_DATA"];
  const force = environment["WITNESSED_FORCE"];
  return {
    once,
    serve,
    port: readPort(environment["PORT"]),
    dataFolder: data ? within(data) : resolve(packageFolder, ".witnessed"),
    forceFile: force ? within(force) : resolve(packageFolder, "infra/forces/local.json"),
  };
}
