import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs one of the package's scripts to its end as npm does: from the package's folder, given in another. */
export function runScript(
  script: string,
  { folder, args }: { readonly folder: string; readonly args: readonly string[] },
): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: packageFolder,
    env: { PATH: process.env["PATH"] ?? "", INIT_CWD: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}
