import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pauseBefore } from "#infra/device/try-again.ts";

describe("the pause before another attempt", () => {
  it("doubles up to 30 s, and lies anywhere in its second half", () => {
    expect(pauseBefore(1, () => 0)).toBe(250);
    expect(pauseBefore(1, () => 1)).toBe(500);
    expect(pauseBefore(4, () => 1)).toBe(4000);
    expect(pauseBefore(50, () => 1)).toBe(30_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const ceiling = Math.min(30_000, 500 * 2 ** (attempt - 1));
          const pause = pauseBefore(attempt, () => random);
          expect(pause).toBeGreaterThanOrEqual(ceiling / 2);
          expect(pause).toBeLessThanOrEqual(ceiling);
        },
      ),
    );
  });
});
