import { readdirSync, readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { mediaFacts } from "#contracts/footage.ts";
import { BUDGET } from "#domain/media/byte-source.ts";
import { join, text, u32, viewOf } from "#test/support/iso-boxes.ts";
import { probeBytes } from "#test/support/media-files.ts";

/** `MEDIA_FUZZ_INPUTS=100000` for a long run; `MEDIA_FUZZ_SEED` repeats or varies it. */
const INPUTS = Number(process.env["MEDIA_FUZZ_INPUTS"] ?? 3000);
const SEED = Number(process.env["MEDIA_FUZZ_SEED"] ?? 1);
/** Of the processor's time, so that a busy machine fails no file; a real hang ends with the test's own time. */
const SLOWEST_MS = 2000;
/** What may be left of the files that were read, beyond what the first tenth of them left. */
const GROWTH_BYTES = 8 * 1024 * 1024;

const folder = new URL("../../fixtures/footage/", import.meta.url);
const bases = readdirSync(folder)
  .filter((name) => /\.(mp4|mov)$/.test(name))
  .sort()
  .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof createRandom>;

const interesting = [
  0, 1, 2, 7, 8, 9, 16, 0x7f, 0xff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

const types =
  "free udta meta trak mdia stbl stsd stts stsz stz2 stsc stco co64 ctts elst moof traf trun mvex".split(" ");

/** Places where a number of the index stands: the reader is in the boxes, not in the pictures. */
function indexSpan(data: Uint8Array): { from: number; length: number } {
  const marker = [0x6d, 0x6f, 0x6f, 0x76];
  const at = data.findIndex((_byte, place) => marker.every((byte, index) => data[place + index] === byte));
  const from = Math.max(0, at - 4);
  return { from, length: Math.min(data.length - from, viewOf(data).getUint32(from) + 64) };
}

const mutations: readonly ((data: Uint8Array, random: Random) => Uint8Array)[] = [
  (data, random) => {
    const { from, length } = indexSpan(data);
    data[from + random(length)] = random(256);
    return data;
  },
  (data, random) => {
    const { from, length } = indexSpan(data);
    const at = Math.min(from + random(length), data.length - 4);
    viewOf(data).setUint32(at, interesting[random(interesting.length)] ?? 0);
    return data;
  },
  (data, random) => {
    data[random(data.length)] = random(256);
    return data;
  },
  (data, random) => data.slice(0, 16 + random(data.length - 16)),
  (data, random) => {
    const { from, length } = indexSpan(data);
    const at = from + random(length);
    return data.copyWithin(from + random(length), at, at + random(64));
  },
  (data, random) => {
    const at = random(data.length);
    return data.fill(random(2) * 255, at, at + random(200));
  },
  // A box where none was: everything behind it lies elsewhere than the index says.
  (data, random) => {
    const { from, length } = indexSpan(data);
    const at = from + random(length);
    const size = interesting[random(interesting.length)] ?? 0;
    const type = types[random(types.length)] ?? "free";
    const added = join([u32(size), text(type), data.subarray(at, at + random(40))]);
    return join([data.subarray(0, at), added, data.subarray(at)]);
  },
];

function mutate(random: Random): Uint8Array {
  let data: Uint8Array = (bases[random(bases.length)] ?? new Uint8Array()).slice();
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const change = mutations[random(mutations.length)];
    if (change && data.length > 64) data = change(data, random);
  }
  return data;
}

/** Bytes in use when nothing is left to collect. */
function usedMemory(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

describe("whatever is in the file", () => {
  test(`${INPUTS} damaged files each get an answer within the budget, and leave nothing in memory`, {
    timeout: 3_600_000,
  }, async () => {
    const random = createRandom(SEED);
    let slowest = 0;
    let early = 0;
    const outcomes = new Map<string, number>();
    for (let input = 0; input < INPUTS; input += 1) {
      const data = mutate(random);
      const started = process.cpuUsage();
      const { result, costs } = await probeBytes(data);
      const { user, system } = process.cpuUsage(started);
      slowest = Math.max(slowest, (user + system) / 1000);
      const outcome = result.outcome === "playable" ? result.outcome : result.code;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (costs.requests > BUDGET.requests || costs.bytes > BUDGET.bytes) {
        expect({ input, ...costs }).toBe("costs within the budget");
      }
      if (result.outcome === "playable") isSound(result.media, input);
      if (input === Math.floor(INPUTS / 10)) early = usedMemory();
    }
    expect(slowest).toBeLessThan(SLOWEST_MS);
    expect(usedMemory() - early).toBeLessThan(GROWTH_BYTES);
    // The damage must not be so gross that nothing behind the first box is ever reached.
    expect(outcomes.get("playable")).toBeGreaterThan(INPUTS / 10);
    expect(outcomes.get("CORRUPT_INDEX")).toBeGreaterThan(INPUTS / 100);
  });
});

/** What the record takes, and spans that are spans. */
function isSound(media: Parameters<typeof mediaFacts.parse>[0], input: number): void {
  const { playableSeconds, gaps, audio } = mediaFacts.parse(media);
  const spans = [...gaps, ...audio];
  const isRight = ({ from, to }: { from: number; to: number }) =>
    from >= 0 && from <= to && to <= playableSeconds + 0.001;
  if (!Number.isFinite(playableSeconds) || !spans.every(isRight)) {
    expect({ input, playableSeconds, spans }).toBe("spans inside the recording");
  }
}
