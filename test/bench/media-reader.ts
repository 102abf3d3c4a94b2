/**
 * What it costs to look at a recording of nine hours: `node test/bench/media-reader.ts [hours]`.
 *
 * Our reader of MP4 beside mediabunny, over the same sparse file: requests, bytes, milliseconds and memory of
 * the first probe, and probes a second when warm. Printed, never asserted: it tells of this machine.
 */
import { CustomSource, Input, MP4 } from "mediabunny";
import type { ReadRange } from "#contracts/footage.ts";
import { probeIsoBmff } from "#domain/media/probe-iso-bmff.ts";
import { longRecording } from "#test/support/long-recordings.ts";

const hours = Number(process.argv[2] ?? 9);
const file = longRecording(hours * 3600);
const WARM_MS = 3000;

type Reader = { readonly name: string; readonly read: (readRange: ReadRange) => Promise<number> };

const readers: readonly Reader[] = [
  {
    name: "ours",
    async read(readRange) {
      const result = await probeIsoBmff({ bytes: file.bytes, readRange });
      if (result.outcome === "unusable") throw new Error(result.detail);
      return result.media.playableSeconds;
    },
  },
  {
    name: "mediabunny",
    async read(readRange) {
      using input = new Input({
        formats: [MP4],
        source: new CustomSource({
          getSize: () => file.bytes,
          read: (from, to) => readRange(from, to - from),
          prefetchProfile: "network",
        }),
      });
      // Awaited here: leaving the block disposes of the input.
      return await input.computeDuration();
    },
  },
];

async function measure({ name, read }: Reader): Promise<Record<string, string | number>> {
  let requests = 0;
  let bytes = 0;
  const counted: ReadRange = (from, length) => {
    requests += 1;
    bytes += Math.min(length, file.bytes - from);
    return file.readRange(from, length);
  };
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const seconds = await read(counted);
  const first = performance.now() - started;
  const memory = process.memoryUsage().rss - before;
  const cost = { requests, kilobytes: Math.round(bytes / 1024) };
  let probes = 0;
  const warm = performance.now();
  while (performance.now() - warm < WARM_MS) {
    await read(counted);
    probes += 1;
  }
  const each = (performance.now() - warm) / probes;
  return {
    reader: name,
    seconds,
    ...cost,
    "first ms": Math.round(first * 10) / 10,
    "memory MB": Math.round(memory / 1024 / 1024),
    "probes a second": Math.round((1000 / each) * 10) / 10,
  };
}

console.log(`${hours} h of H.264 and AAC, ${(file.bytes / 1e9).toFixed(1)} GB, index at the end`);
const rows = [];
for (const reader of readers) rows.push(await measure(reader));
console.table(rows);
