import { expect, test } from "vitest";
import type { MediaFacts } from "#contracts/footage.ts";
import { probeIsoBmff } from "#domain/media/probe-iso-bmff.ts";
import { fragmentedRecording, longRecording } from "#test/support/long-recordings.ts";
import { createSparseFile, type SparseFile } from "#test/support/sparse-file.ts";

async function probe(file: SparseFile) {
  const costs = { requests: 0, bytes: 0 };
  const result = await probeIsoBmff({
    bytes: file.bytes,
    readRange: (from, length) => {
      costs.requests += 1;
      costs.bytes += length;
      return file.readRange(from, length);
    },
  });
  return { result, costs };
}

async function playable(file: SparseFile): Promise<MediaFacts> {
  const { result } = await probe(file);
  if (result.outcome !== "playable") throw new Error(`${result.code}: ${result.detail}`);
  return result.media;
}

const NINE_HOURS = 9 * 3600;

test("nine hours in one piece cost at most 100 KB in 10 requests", async () => {
  const { result, costs } = await probe(longRecording(NINE_HOURS));
  expect(result).toMatchObject({
    outcome: "playable",
    media: { playableSeconds: NINE_HOURS, gaps: [], audio: [{ from: 0, to: NINE_HOURS }], truncated: false },
  });
  expect(costs.requests).toBeLessThanOrEqual(10);
  expect(costs.bytes).toBeLessThanOrEqual(100 * 1024);
});

test("nine hours that were cut off after five play for five, found by few more reads", async () => {
  const kept = 5 * 3600;
  const { result, costs } = await probe(longRecording(NINE_HOURS, kept));
  expect(result).toMatchObject({
    outcome: "playable",
    media: { playableSeconds: kept, gaps: [], audio: [{ from: 0, to: kept }], truncated: true },
  });
  expect(costs.requests).toBeLessThanOrEqual(40);
  expect(costs.bytes).toBeLessThanOrEqual(400 * 1024);
});

test.each(["mfra", "sidx"] as const)(
  "nine hours of fragments are read by their index (%s), and it says so",
  async (index) => {
    const media = await playable(fragmentedRecording({ fragments: NINE_HOURS, index }));
    expect(media).toMatchObject({ playableSeconds: NINE_HOURS, gaps: [], truncated: false });
    expect(media.warnings.join()).toContain("FRAGMENTS_SAMPLED");
  },
);

test.each(["mfra", "sidx"] as const)(
  "a pause between two of many fragments is found by their index (%s)",
  async (index) => {
    const pause = { after: 700, seconds: 9 };
    const media = await playable(fragmentedRecording({ fragments: 2000, index, pause }));
    expect(media).toMatchObject({ playableSeconds: 2009, gaps: [{ from: 701, to: 710 }] });
  },
);

test.each(["mfra", "sidx", "none"] as const)(
  "a few fragments (%s) are each visited, and their pauses seen",
  async (index) => {
    const pause = { after: 7, seconds: 5 };
    const media = await playable(fragmentedRecording({ fragments: 20, index, pause }));
    expect(media).toMatchObject({
      playableSeconds: 25,
      gaps: [{ from: 8, to: 13 }],
      truncated: false,
      warnings: [],
    });
  },
);

test("many fragments without an index are believed when their number and their time agree", async () => {
  const media = await playable(fragmentedRecording({ fragments: 2000, index: "none" }));
  expect(media).toMatchObject({ playableSeconds: 2000, gaps: [], truncated: false });
  expect(media.warnings.join()).toContain("FRAGMENTS_SAMPLED");
});

test("many fragments without an index are not believed when a pause may lie between them", async () => {
  const pause = { after: 700, seconds: 9 };
  const { result } = await probe(fragmentedRecording({ fragments: 2000, index: "none", pause }));
  expect(result).toMatchObject({ outcome: "unusable", code: "BUDGET_EXCEEDED" });
});

test.each(["sidx", "none"] as const)(
  "many fragments (%s) that are cut off play to the cut",
  async (index) => {
    const { pieces, bytes } = fragmentedRecording({ fragments: 2000, index });
    const cut = Math.floor(bytes * 0.6);
    const kept = pieces.filter(({ at, data }) => at + data.length < cut);
    const media = await playable(createSparseFile(kept, cut));
    expect(media.truncated).toBe(true);
    expect(media.playableSeconds).toBeGreaterThan(1195);
    expect(media.playableSeconds).toBeLessThanOrEqual(1201);
  },
);
