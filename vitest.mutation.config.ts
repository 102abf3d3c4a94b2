import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that try many cases find the most and take the longest: they come last, and a mutant rarely lives so long. */
const TRY_MANY = /\/(?:compare|doubt|laws|possible-covers)\.test\.ts$/;

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted(
      (a, b) =>
        Number(TRY_MANY.test(a.moduleId)) - Number(TRY_MANY.test(b.moduleId)) ||
        (a.moduleId < b.moduleId ? -1 : 1),
    );
  }
}

/** The tests that mutants of the domain must fail: modules shared by the files, few and the same runs of each property. */
export default defineConfig({
  test: {
    include: ["test/unit/{domain,domain-reference,lifecycle}/**/*.test.ts"],
    isolate: false,
    sequence: { sequencer: QuickestFirst },
    env: { PROPERTY_RUNS: "60", PROPERTY_SEED: "1", JUDGE_CASES: "100" },
  },
});
