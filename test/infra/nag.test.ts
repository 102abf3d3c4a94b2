import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from "cdk-nag";
import { beforeAll, describe, expect, it } from "vitest";
import { type Acknowledgement, acknowledge, acknowledgements } from "#infra/nag-acknowledgements.ts";
import { buildForce, forceFile } from "#test/support/force-template.ts";

type Built = ReturnType<typeof buildForce>;

/** Findings as `rule id at construct path below the stack`. */
function findingsOf({ app, stack }: Built): readonly string[] {
  return [new AwsSolutionsChecks(), new NIST80053R5Checks(), new ServerlessChecks()].flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(
          ({ constructPath }) => `${ruleName} at ${String(constructPath).slice(stack.node.path.length + 1)}`,
        ),
      ),
  );
}

const covers = (finding: string, id: string, scope: string) =>
  finding.startsWith(`${id} at ${scope}/`) || finding === `${id} at ${scope}`;

describe.each(["metropolitan", "gloucestershire"])("the rule packs on the stack of %s", (code) => {
  it("find nothing that is not acknowledged", () => {
    const built = buildForce(forceFile(code));
    acknowledge(built.stack);
    expect(findingsOf(built)).toEqual([]);
  });
});

describe("the acknowledgements", () => {
  let findings: readonly string[];
  let reasons: readonly Acknowledgement[];
  beforeAll(() => {
    const built = buildForce(forceFile("metropolitan"));
    findings = findingsOf(built);
    reasons = acknowledgements(built.stack);
  });

  it("are at most 16, each with a reason that says something", () => {
    expect(reasons.length).toBeLessThanOrEqual(16);
    for (const { reason } of reasons) expect(reason.length).toBeGreaterThan(40);
  });

  it("hold no wildcard action", () => {
    expect(reasons.flatMap(({ ids }) => ids).filter((id) => id.includes("Action::"))).toEqual([]);
  });

  it("name constructs below the stack, never the stack", () => {
    for (const { scopes } of reasons) expect(scopes.every((scope) => scope.length > 0)).toBe(true);
  });

  it("are each still needed, by every id at every scope", () => {
    const needless = reasons.flatMap(({ ids, scopes }) =>
      ids.flatMap((id) =>
        scopes
          .filter((scope) => !findings.some((finding) => covers(finding, id, scope)))
          .map((scope) => `${id} at ${scope}`),
      ),
    );
    expect(needless).toEqual([]);
  });
});
