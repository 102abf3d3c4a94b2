import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleHandler } from "./bundle-handler.ts";
import { handlerNames } from "./constructs/handler-function.ts";
import { createForceApp } from "./force-app.ts";
import { readDeployedForces } from "./force-config.ts";
import { ForceStack } from "./force-stack.ts";
import { handWork } from "./hand-work.ts";
import { acknowledge } from "./nag-acknowledgements.ts";
import { addNagChecks } from "./nag-checks.ts";

// Lambda reads code and settings as another user, with the modes that the files get here: with the umask of a
// hardened machine (077) no function could open its own.
process.umask(0o022);

const app = createForceApp();
addNagChecks(app);

const forces = readDeployedForces();
const bundles = mkdtempSync(join(tmpdir(), "witnessed-bundles-"));
process.once("exit", () => rmSync(bundles, { recursive: true, force: true }));
await Promise.all(handlerNames.map((name) => bundleHandler(name, join(bundles, name))));
for (const force of forces) {
  const { account, region } = force;
  acknowledge(
    new ForceStack(app, `witnessed-${force.code}`, {
      force,
      bundles,
      env: { region, ...(account && { account }) },
    }),
  );
}
app.synth();

// To the error stream: the template may go to the other one.
for (const force of forces) {
  const lines = handWork(force).map(({ text }, index) => `  ${index + 1}. ${text}`);
  process.stderr.write(
    `\nAfter deploying witnessed-${force.code}, a person must still:\n${lines.join("\n")}\n`,
  );
}
