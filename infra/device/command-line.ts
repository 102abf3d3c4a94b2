import { parseArgs } from "node:util";
import { createDeviceClient, type DeviceClient } from "./device-client.ts";
import { readDeviceKey } from "./device-key.ts";
import { UsageError } from "./failures.ts";

type OptionKinds = Readonly<Record<string, "string" | "boolean">>;

export type CommandLine = {
  /** The option's value; undefined when it is not given. */
  readonly text: (name: string) => string | undefined;
  /** As `text`. Throws `UsageError` when it is not given. */
  readonly need: (name: string) => string;
  readonly has: (name: string) => boolean;
  /** The option as a number; `otherwise` when it is not given. Throws `UsageError`. */
  readonly number: (name: string, otherwise: number) => number;
  readonly positionals: readonly string[];
};

/** Options of every command that talks to a service. */
export const connectionOptions = {
  "base-url": "string",
  key: "string",
  "key-id": "string",
  patience: "string",
} as const;

/** Reads `--name value` and `--flag`. Throws `UsageError` for what the command does not know. */
export function readCommandLine(args: readonly string[], kinds: OptionKinds): CommandLine {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, type]) => [name, { type }]));
  const { values, positionals } = parse(args, options);
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    text,
    has: (name) => values[name] === true,
    positionals,
    need: (name) => {
      const value = text(name);
      if (value === undefined || value === "") throw new UsageError(`--${name} is needed.`);
      return value;
    },
    number: (name, otherwise) => {
      const value = text(name);
      if (value === undefined) return otherwise;
      const number = Number(value);
      if (Number.isFinite(number) && number >= 0) return number;
      throw new UsageError(`--${name} must be a number.`);
    },
  };
}

function parse(args: readonly string[], options: Record<string, { type: "string" | "boolean" }>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The one positional argument. Throws `UsageError` when there is none, or more. */
export function onlyArgument({ positionals }: CommandLine, what: string): string {
  const [first, ...more] = positionals;
  if (first === undefined || more.length > 0) throw new UsageError(`Name exactly one ${what}.`);
  return first;
}

/** The base URL without a slash at its end. Throws `UsageError`. */
export function baseUrlOf(line: CommandLine): string {
  const given = line.need("base-url");
  if (!URL.canParse(given) || !/^https?:/.test(given)) {
    throw new UsageError("--base-url must be the service's address, such as https://api.example.police.uk");
  }
  return given.replace(/\/+$/, "");
}

const PATIENCE_SECONDS = 300;

export function patienceMsOf(line: CommandLine): number {
  return line.number("patience", PATIENCE_SECONDS) * 1000;
}

/** A client by the connection options, telling `say` of each repeat. */
export function connect(line: CommandLine, say: (text: string) => void): DeviceClient {
  return createDeviceClient({
    ...readDeviceKey(line.need("key"), line.text("key-id")),
    baseUrl: baseUrlOf(line),
    patienceMs: patienceMsOf(line),
    onRetry: (reason, afterMs) => say(`${reason}; again in ${(afterMs / 1000).toFixed(1)} s`),
  });
}
