import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { ForceConfig } from "#contracts/force.ts";
import { createForceApp } from "./force-app.ts";
import { ForceStack } from "./force-stack.ts";

/** Names of the states, as the definition has them and as the local run and the tests refer to them. */
export const workflowStates = {
  ingest: "Ingest",
  matchFootage: "Match footage",
  decideVerdict: "Decide verdict",
  notify: "Notify",
  anythingOpen: "Anything open?",
  waitUntilLookAt: "Wait until lookAt",
  done: "Done",
  alertOperations: "Alert operations",
  evaluationFailed: "Evaluation failed",
} as const;

const definition = z.looseObject({
  StartAt: z.string(),
  States: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
export type RenderedStateMachine = z.infer<typeof definition>;

/**
 * Synthesises the force's stack without bundling and without writing anything that stays, and returns the
 * state machine's definition with its references resolved to plain strings (`arn:aws:lambda:…:<logical id>`).
 * Takes about two seconds: the local run keeps the answer by a hash of the sources.
 */
export function renderStateMachine(force: ForceConfig): RenderedStateMachine {
  const outdir = mkdtempSync(join(tmpdir(), "witnessed-synth-"));
  try {
    const app = createForceApp({ outdir, treeMetadata: false });
    const stack = new ForceStack(app, "render", { force, env: { region: force.region } });
    const { template } = app.synth().getStackArtifact(stack.artifactId);
    return definition.parse(JSON.parse(resolve(machineOf(template).Properties.DefinitionString)));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const machine = z.object({
  Type: z.literal("AWS::StepFunctions::StateMachine"),
  Properties: z.object({ DefinitionString: z.unknown() }),
});

function machineOf(template: unknown): z.infer<typeof machine> {
  const { Resources } = z.object({ Resources: z.record(z.string(), z.unknown()) }).parse(template);
  const [found] = Object.values(Resources).flatMap((resource) => machine.safeParse(resource).data ?? []);
  if (!found) throw new Error("The stack has no state machine");
  return found;
}

const intrinsic = z.union([
  z.string(),
  z.strictObject({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) }),
  z.strictObject({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }),
  z.strictObject({ Ref: z.string() }),
]);

/** What CloudFormation would put in, as far as a definition uses it. Functions become ARNs of nobody's account. */
function resolve(value: unknown): string {
  const node = intrinsic.parse(value);
  if (typeof node === "string") return node;
  if ("Fn::Join" in node) return node["Fn::Join"][1].map(resolve).join(node["Fn::Join"][0]);
  if ("Fn::GetAtt" in node) return `arn:aws:lambda:eu-west-2:000000000000:function:${node["Fn::GetAtt"][0]}`;
  return node.Ref.replace(/^AWS::Partition$/, "aws");
}
