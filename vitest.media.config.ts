import { defineConfig } from "vitest/config";

/**
 * The tests of the reader of footage, for its coverage, with those that ask ffprobe and mediainfo about each kind of
 * file: they take longer than all others together. Matroska is described in a process of its own, which is not seen.
 */
export default defineConfig({
  test: {
    include: ["test/media/**/*.test.ts", "test/unit/media/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { MEDIA_FUZZ_INPUTS: "500" },
    coverage: {
      include: ["functions/domain/media/**/*.ts"],
      exclude: ["functions/domain/media/describe-matroska.ts", "functions/domain/media/matroska-codecs.ts"],
      reporter: [["text", { skipFull: true }]],
      reportsDirectory: "reports/coverage-media",
      thresholds: { branches: 90 },
    },
  },
});
