import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import type { ForceConfig } from "#contracts/force.ts";
import { createForceApp } from "#infra/force-app.ts";
import { readForceConfig } from "#infra/force-config.ts";
import { ForceStack } from "#infra/force-stack.ts";

export type TemplateResource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

export type ForceTemplate = {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
};

export const forceFile = (code: string) => readForceConfig(`infra/forces/${code}.json`);

/** A force's stack in an app of its own, without bundles and not yet synthesised. */
export function buildForce(
  force: ForceConfig,
  outdir?: string,
): { readonly app: App; readonly stack: ForceStack } {
  const app = createForceApp({ treeMetadata: false, ...(outdir !== undefined && { outdir }) });
  return {
    app,
    stack: new ForceStack(app, `witnessed-${force.code}`, { force, env: { region: force.region } }),
  };
}

/** The template of a force's stack. */
export function synthesiseForce(force: ForceConfig): ForceTemplate {
  const outdir = mkdtempSync(join(tmpdir(), "witnessed-template-"));
  try {
    const { app, stack } = buildForce(force, outdir);
    return app.synth().getStackArtifact(stack.artifactId).template as ForceTemplate;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Resources of one type by their logical id. */
export function resourcesOf(
  template: ForceTemplate,
  type: string,
): readonly (readonly [string, TemplateResource])[] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** A reference in a template as a short string: `Ref` and `GetAtt` by their id, `Join` joined. */
export function flatten(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  if ("Ref" in value) return `<${String(value.Ref)}>`;
  if ("Fn::GetAtt" in value) return `<${(value["Fn::GetAtt"] as string[]).join(".")}>`;
  if ("Fn::Join" in value) {
    const [separator, parts] = value["Fn::Join"] as [string, unknown[]];
    return parts.map(flatten).join(separator);
  }
  return JSON.stringify(value);
}
