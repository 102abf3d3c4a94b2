import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ForceConfig } from "#contracts/force.ts";
import type { RenderedStateMachine } from "#infra/render-state-machine.ts";

/** Whatever the synthesised machine can depend on: the constructs, what they import, and CDK's own version. */
const sources = [
  "infra/*.ts",
  "infra/constructs/**/*.ts",
  "functions/contracts/*.ts",
  "functions/handlers/*/config.ts",
  "package-lock.json",
];

function sourceHash(packageFolder: string, force: ForceConfig): string {
  const hash = createHash("sha256").update(JSON.stringify(force));
  for (const file of globSync(sources, { cwd: packageFolder }).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(packageFolder, file)));
  }
  return hash.digest("hex").slice(0, 32);
}

/** A cache that cannot be written costs two seconds at the next start, nothing else. */
function keep(file: string, machine: RenderedStateMachine): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(machine));
    renameSync(draft, file);
  } catch {
    return;
  }
}

export type Synthesis = { readonly machine: RenderedStateMachine; readonly fromCache: boolean };

/**
 * The state machine that CDK renders for this force. Synthesised once per state of the sources and kept under
 * `node_modules/.cache`, so that a second start does not load CDK at all.
 */
export async function synthesise(packageFolder: string, force: ForceConfig): Promise<Synthesis> {
  const file = join(
    packageFolder,
    "node_modules/.cache/witnessed",
    `${sourceHash(packageFolder, force)}.json`,
  );
  if (existsSync(file)) {
    return { machine: JSON.parse(readFileSync(file, "utf8")) as RenderedStateMachine, fromCache: true };
  }
  const { renderStateMachine } = await import("#infra/render-state-machine.ts");
  const machine = renderStateMachine(force);
  keep(file, machine);
  return { machine, fromCache: false };
}
