import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DockerImage } from "aws-cdk-lib";
import { Code, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { ForceConfig } from "#contracts/force.ts";

/** Where a function finds the force's settings. */
export const FORCE_FILE = "/opt/force.json";

/** The force's file, checked and with its defaults, as a layer that every function carries. */
export class ForceSettings extends Construct {
  readonly layer: LayerVersion;

  constructor(scope: Construct, id: string, { force }: { readonly force: ForceConfig }) {
    super(scope, id);
    const text = `${JSON.stringify(force, undefined, 2)}\n`;
    this.layer = new LayerVersion(this, "Layer", {
      description: `Settings of ${force.name}`,
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      code: Code.fromAsset(fileURLToPath(new URL("../forces", import.meta.url)), {
        assetHash: createHash("sha256").update(text).digest("hex"),
        bundling: {
          image: DockerImage.fromRegistry("none"),
          local: {
            tryBundle(outdir) {
              writeFileSync(join(outdir, "force.json"), text);
              return true;
            },
          },
        },
      }),
    });
  }
}
