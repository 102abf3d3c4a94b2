import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that read the words of every rule, finding, alert and notice come first, and those that try many cases last. */
const WIDEST = ["readme", "finding-details", "rules", "alert-message", "notices"];
const LONGEST = ["bulk-judge", "canonical", "compare", "doubt", "laws", "possible-covers"];

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const name = basename(moduleId, ".test.ts");
      return LONGEST.includes(name) ? 2 : WIDEST.includes(name) ? 0 : 1;
    };
    return files.toSorted((a, b) => place(a) - place(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/**
 * The domain's own tests, for its coverage and for its mutants: modules shared by the files, and of each property few
 * runs, always the same.
 */
export default defineConfig({
  test: {
    include: ["test/unit/{domain,domain-reference,lifecycle}/**/*.test.ts", "test/unit/readme.test.ts"],
    isolate: false,
    testTimeout: 60_000,
    sequence: { sequencer: QuickestFirst },
    env: { PROPERTY_RUNS: "30", PROPERTY_SEED: "1", JUDGE_CASES: "60" },
    coverage: {
      include: ["functions/domain/**/*.ts"],
      exclude: ["functions/domain/media/**"],
      reporter: [["text", { skipFull: true }]],
      reportsDirectory: "reports/coverage",
      thresholds: { branches: 100, functions: 100, lines: 100 },
    },
  },
});
