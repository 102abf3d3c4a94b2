import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Half of the time goes by in processes that the tests start and wait for: two files at once, also on two cores.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "code",
          include: ["test/{unit,contract,workflow,e2e}/**/*.test.ts"],
        },
      },
      {
        // Every page at two widths, with axe: minutes, so by a command of its own.
        extends: true,
        test: { name: "browser", include: ["test/browser/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "infra",
          include: ["test/infra/**/*.test.ts"],
          // The CDK takes seconds to load: the files share it.
          isolate: false,
        },
      },
    ],
  },
});
