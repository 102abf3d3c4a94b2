import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

export type DeviceRun = {
  /** Lines that it has written to stderr, as they come. */
  readonly lines: AsyncIterable<string>;
  readonly kill: () => void;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
};

/** Starts `npm run device -- <args>` in this folder. */
export function startDevice(args: readonly string[]): DeviceRun {
  const child: ChildProcess = spawn(process.execPath, ["infra/device/main.ts", ...args], {
    cwd: packageFolder,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails or runs out of time must leave nothing running.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  const told = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      told[name] += chunk.toString("utf8");
    });
  }
  if (!child.stderr) throw new Error("the device's stderr is not piped");
  const lines = createInterface({ input: child.stderr });
  const ended: DeviceRun["ended"] = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...told }));
  });
  return { lines, kill, ended };
}

/** Runs it to its end. */
export function runDevice(...args: readonly string[]): DeviceRun["ended"] {
  return startDevice(args).ended;
}
