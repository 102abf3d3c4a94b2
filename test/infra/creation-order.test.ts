import { describe, expect, it } from "vitest";
import {
  flatten,
  forceFile,
  resourcesOf,
  synthesiseForce,
  type TemplateResource,
} from "#test/support/force-template.ts";

const template = synthesiseForce(forceFile("metropolitan"));

/** Every resource that CloudFormation makes before this one: what it depends on and what it refers to. */
function madeBefore(id: string, seen = new Set<string>()): ReadonlySet<string> {
  const resource = template.Resources[id];
  if (!resource) return seen;
  for (const other of [...(resource.DependsOn ?? []), ...referredTo(resource)]) {
    if (seen.has(other)) continue;
    seen.add(other);
    madeBefore(other, seen);
  }
  return seen;
}

function referredTo({ Properties }: TemplateResource): readonly string[] {
  const text = JSON.stringify(Properties ?? {});
  return [...text.matchAll(/"(?:Ref":"|Fn::GetAtt":\[")(\w+)"/g)].flatMap(([, id]) => id ?? []);
}

const policyOf = (role: string) =>
  resourcesOf(template, "AWS::IAM::ManagedPolicy")
    .filter(([, { Properties }]) => (Properties["Roles"] as unknown[]).map(flatten).includes(`<${role}>`))
    .map(([id]) => id);

const roleOf = (arn: unknown) => flatten(arn).replace(/^<(\w+)\.Arn>$/, "$1");

/** What AWS only creates once it has seen that the role may do its part, with that role. */
const checked = [
  ...resourcesOf(template, "AWS::Lambda::Function").map(
    ([id, { Properties }]) => [id, roleOf(Properties["Role"])] as const,
  ),
  ...["AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"].flatMap((type) =>
    resourcesOf(template, type).map(([id, { Properties }]) => {
      const taker = template.Resources[flatten(Properties["FunctionName"]).slice(1, -1)];
      return [id, roleOf(taker?.Properties["Role"])] as const;
    }),
  ),
  ...resourcesOf(template, "AWS::StepFunctions::StateMachine").map(
    ([id, { Properties }]) => [id, roleOf(Properties["RoleArn"])] as const,
  ),
  ...resourcesOf(template, "AWS::Scheduler::Schedule").map(
    ([id, { Properties }]) => [id, roleOf((Properties["Target"] as { RoleArn: unknown }).RoleArn)] as const,
  ),
];

describe("what AWS checks the role of when it is created", () => {
  it("is ten functions, what brings them work, the state machine and the four schedules", () => {
    expect(checked).toHaveLength(10 + 6 + 1 + 4);
  });

  it.each(checked)("%s waits for the policy of its role", (id, role) => {
    const policies = policyOf(role);
    expect(policies).toHaveLength(1);
    expect([...madeBefore(id)]).toEqual(expect.arrayContaining(policies));
  });
});
