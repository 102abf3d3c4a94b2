import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that read every rule's and every alert's words come first, and those that try many cases last. */
const WIDEST = ["readme", "finding-details", "rules"];
const LONGEST = ["canonical", "compare", "doubt", "laws", "possible-covers"];

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const name = basename(moduleId, ".test.ts");
      return LONGEST.includes(name) ? 2 : WIDEST.includes(name) ? 0 : 1;
    };
    return files.toSorted((a, b) => place(a) - place(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** The tests that mutants of the domain must fail: modules shared by the files, few and the same runs of each property. */
export default defineConfig({
  test: {
    include: ["test/unit/{domain,domain-reference,lifecycle}/**/*.test.ts", "test/unit/readme.test.ts"],
    isolate: false,
    testTimeout: 30_000,
    sequence: { sequencer: QuickestFirst },
    env: { PROPERTY_RUNS: "60", PROPERTY_SEED: "1", JUDGE_CASES: "100" },
  },
});
