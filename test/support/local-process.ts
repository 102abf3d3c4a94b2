import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Access } from "#infra/local/access.ts";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

export type LocalProcess = {
  readonly access: Access;
  /** Everything that it has written so far, to either stream. */
  readonly output: () => string;
  /** Sends the signal and waits until the process has ended. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
};

export type EndedProcess = { readonly code: number | null; readonly output: string };

/** A folder of its own, removed when disposed. */
export function temporaryFolder(): { readonly path: string; readonly [Symbol.dispose]: () => void } {
  const path = mkdtempSync(join(tmpdir(), "witnessed-e2e-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

type Launched = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
};

function launch(flags: readonly string[], environment: Readonly<Record<string, string>>): Launched {
  const child = spawn(process.execPath, ["infra/local/main.ts", ...flags], {
    cwd: packageFolder,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails or runs out of time must leave nothing running.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  let text = "";
  const add = (chunk: Buffer) => {
    text += chunk.toString("utf8");
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, output: () => text, ended };
}

/** Runs it to its end, as `npm start -- <flags>` does. */
export async function runToEnd(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<EndedProcess> {
  const { output, ended } = launch(flags, environment);
  const code = await ended;
  return { code, output: output() };
}

/** Starts `npm start -- --serve` on the folder and waits until it serves. */
export function startLocalProcess(
  dataFolder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<LocalProcess> {
  const { child, output, ended } = launch(["--serve"], { WITNESSED_DATA: dataFolder, ...environment });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return new Promise((resolve, reject) => {
    ended.then(
      (code) => reject(new Error(`the local run ended with ${code} before it served:\n${output()}`)),
      reject,
    );
    child.stdout?.on("data", () => {
      if (!output().includes("Where to look next")) return;
      const access = JSON.parse(readFileSync(join(dataFolder, "access.json"), "utf8")) as Access;
      resolve({ access, output, end });
    });
  });
}
