import { describe, expect, it } from "vitest";
import { applyImport } from "#use-cases/register/apply-import.ts";
import type { PlannedLine } from "#use-cases/register/planned-line.ts";

const START = Date.parse("2026-11-22T06:00:00.000Z");

const linesOf = (count: number, status: PlannedLine<object>["status"] = "new") =>
  Array.from({ length: count }, (_, line) => ({ line, status, changes: [], notes: [], seal: "", entry: {} }));

/** Applies lines that take so long each, until 12 s are over. */
async function applyLines(count: number, of: { readonly lineMs: number; readonly from?: number }) {
  let now = START;
  const sizes: number[] = [];
  const applied = await applyImport(
    {
      lines: linesOf(count),
      seals: linesOf(count).map(() => ""),
      from: of.from ?? 0,
      until: new Date(START + 12_000),
      register: async (lines) => {
        sizes.push(lines.length);
        now += lines.length * of.lineMs;
      },
    },
    { clock: { now: () => new Date(now) } },
  );
  return { applied, sizes, tookMs: now - START };
}

describe("applying an import", () => {
  it("takes a hundred lines a call where they cost little", async () => {
    const { applied, sizes } = await applyLines(400, { lineMs: 1 });
    expect(applied).toEqual({ state: "done" });
    expect(sizes).toEqual([4, 16, 64, 100, 100, 100, 16]);
  });

  it.each([50, 250, 1000, 3000])(
    "stops within 16 s where a line takes %i ms, and says where",
    async (lineMs) => {
      const { applied, sizes, tookMs } = await applyLines(5000, { lineMs });
      const done = sizes.reduce((sum, size) => sum + size, 0);
      expect(applied).toEqual({ state: "under-way", next: done });
      expect(tookMs).toBeGreaterThanOrEqual(12_000);
      expect(tookMs).toBeLessThan(16_000);
    },
  );

  it("comes on by at least a call's lines when the time was up before it began", async () => {
    const { applied } = await applyLines(5000, { lineMs: 60_000, from: 4000 });
    expect(applied).toEqual({ state: "under-way", next: 4004 });
  });

  it("does not take lines that nothing has to be done for as a measure of those to come", async () => {
    const sizes: number[] = [];
    const lines = [...linesOf(300, "unchanged"), ...linesOf(10)];
    await applyImport(
      {
        lines,
        seals: lines.map(() => ""),
        from: 0,
        until: new Date(START + 12_000),
        register: async (touched) => {
          sizes.push(touched.length);
        },
      },
      { clock: { now: () => new Date(START) } },
    );
    expect(sizes).toEqual([4, 6]);
  });
});
