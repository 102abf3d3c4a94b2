import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Stage } from "aws-cdk-lib";
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
    this.layer = new LayerVersion(this, "Layer", {
      description: `Settings of ${force.name}`,
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      code: Code.fromAsset(this.written(force)),
    });
  }

  /** A folder with nothing but the settings, beside the template. */
  private written(force: ForceConfig): string {
    const stage = Stage.of(this);
    if (!stage) throw new Error("The settings are part of no app");
    const folder = join(stage.outdir, `settings-${force.code}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, basename(FORCE_FILE)), `${JSON.stringify(force, undefined, 2)}\n`);
    return folder;
  }
}
