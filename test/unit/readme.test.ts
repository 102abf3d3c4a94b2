import { describe, expect, it } from "vitest";
import { readmeWithRules } from "#test/support/rule-table-in-readme.ts";

describe("the README", () => {
  it("shows the rules that the code has (`npm run readme` writes them)", () => {
    const { is, mustBe } = readmeWithRules();
    expect(mustBe).toContain("| `OWN_CAMERA` |");
    expect(is).toBe(mustBe);
  });
});
