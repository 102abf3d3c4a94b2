/**
 * What it costs to look at a recording of nine hours: `npm run bench:media`, or `node test/bench/media-reader.ts 1`
 * for one hour.
 *
 * Our reader of MP4 beside mediabunny, mp4box and ffprobe, over the same sparse file: requests, bytes,
 * milliseconds and memory of the first probe, and probes a second when warm. Each runs in a process of its own, so
 * that none pays for another's memory. Printed, never asserted: it tells of this machine.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CustomSource, Input, MP4 } from "mediabunny";
import { createFile, MP4BoxBuffer } from "mp4box";
import type { ReadRange } from "#contracts/footage.ts";
import { probeIsoBmff } from "#domain/media/probe-iso-bmff.ts";
import { longRecording } from "#test/support/long-recordings.ts";

const WARM_MS = 5000;

type Read = (bytes: number, readRange: ReadRange) => Promise<number>;

const readers: Readonly<Record<string, Read>> = {
  async ours(bytes, readRange) {
    const result = await probeIsoBmff({ bytes, readRange });
    if (result.outcome === "unusable") throw new Error(result.detail);
    return result.media.playableSeconds;
  },
  async mediabunny(bytes, readRange) {
    using input = new Input({
      formats: [MP4],
      source: new CustomSource({
        getSize: () => bytes,
        read: (from, to) => readRange(from, to - from),
        prefetchProfile: "network",
      }),
    });
    // Awaited here: leaving the block disposes of the input.
    return await input.computeDuration();
  },
  mp4box: readWithMp4box,
};

/** It says itself where it wants to read on; blocks of the size that its makers use. */
async function readWithMp4box(bytes: number, readRange: ReadRange): Promise<number> {
  const block = 1024 * 1024;
  const file = createFile();
  let seconds = Number.NaN;
  let next: number | undefined = 0;
  file.onReady = ({ duration, timescale }) => {
    seconds = duration / timescale;
  };
  while (next !== undefined && next < bytes && Number.isNaN(seconds)) {
    const data = await readRange(next, Math.min(block, bytes - next));
    next = file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(data.buffer as ArrayBuffer, next));
  }
  return seconds;
}

type Row = {
  readonly seconds: number;
  readonly requests?: number;
  readonly kilobytes?: number;
  readonly firstMs: number;
  readonly memoryMb?: number;
  readonly probesASecond: number;
};

async function measure(read: Read, path: string): Promise<Row> {
  const file = openSync(path, "r");
  const size = fstatSync(file).size;
  let requests = 0;
  let bytes = 0;
  const counted: ReadRange = async (from, length) => {
    const data = new Uint8Array(Math.min(length, size - from));
    requests += 1;
    bytes += data.length;
    readSync(file, data, 0, data.length, from);
    return data;
  };
  const before = process.resourceUsage().maxRSS;
  const started = performance.now();
  const seconds = await read(size, counted);
  const firstMs = performance.now() - started;
  const memoryMb = (process.resourceUsage().maxRSS - before) / 1024;
  const cost = { requests, kilobytes: bytes / 1024 };
  let probes = 0;
  const warm = performance.now();
  while (performance.now() - warm < WARM_MS) {
    await read(size, counted);
    probes += 1;
  }
  return { seconds, ...cost, firstMs, memoryMb, probesASecond: (probes / (performance.now() - warm)) * 1000 };
}

/** What ffprobe read and took is what the kernel says of it (Linux). */
async function measureFfprobe(path: string): Promise<Row> {
  const args = [
    "-v",
    "quiet",
    "-show_entries",
    "stream=codec_name,duration:format=duration",
    "-of",
    "json",
    path,
  ];
  const started = performance.now();
  const said = JSON.parse(execFileSync("ffprobe", args).toString()) as { format: { duration: string } };
  const firstMs = performance.now() - started;
  const costs = await watch(args);
  let probes = 0;
  const warm = performance.now();
  while (performance.now() - warm < WARM_MS) {
    execFileSync("ffprobe", args);
    probes += 1;
  }
  const probesASecond = (probes / (performance.now() - warm)) * 1000;
  return { seconds: Number(said.format.duration), ...costs, firstMs, probesASecond };
}

async function watch(args: readonly string[]): Promise<Pick<Row, "requests" | "kilobytes" | "memoryMb">> {
  const child = spawn("ffprobe", args, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let costs: Pick<Row, "requests" | "kilobytes" | "memoryMb"> = {};
  const field = (file: string, name: string): number => {
    const found = new RegExp(`${name}:\\s*(\\d+)`).exec(readFileSync(`/proc/${child.pid}/${file}`, "utf8"));
    return Number(found?.[1]);
  };
  const timer = setInterval(() => {
    try {
      const memoryMb = field("status", "VmHWM") / 1024;
      if (memoryMb > 0)
        costs = { requests: field("io", "syscr"), kilobytes: field("io", "rchar") / 1024, memoryMb };
    } catch {
      // It has just ended, or this is no Linux: what was seen until now counts.
    }
  }, 2);
  await ended;
  clearInterval(timer);
  return costs;
}

function ratioTo(ours: number | undefined, theirs: number | undefined): string {
  if (!ours || !theirs) return "";
  const ratio = theirs / ours;
  return ratio < 1
    ? ` (1/${(1 / ratio).toFixed(ratio < 0.1 ? 0 : 1)})`
    : ` (${ratio.toFixed(ratio < 10 ? 1 : 0)} ×)`;
}

function printed(row: Row, ours: Row): Record<string, string> {
  const cell = (name: keyof Row, digits = 0) => {
    const value = row[name];
    return value === undefined
      ? ""
      : `${value.toFixed(digits)}${row === ours ? "" : ratioTo(ours[name], value)}`;
  };
  return {
    seconds: row.seconds.toFixed(0),
    requests: cell("requests"),
    kilobytes: cell("kilobytes"),
    "first ms": cell("firstMs", 1),
    "memory MB": cell("memoryMb", 1),
    "probes a second": cell("probesASecond", 1),
  };
}

/** The recording as a sparse file on disk: nobody's memory holds it. */
function writeRecording(path: string, hours: number): number {
  const { bytes, pieces } = longRecording(hours * 3600);
  const file = openSync(path, "w");
  ftruncateSync(file, bytes);
  for (const { at, data } of pieces) writeSync(file, data, 0, data.length, at);
  closeSync(file);
  return bytes;
}

async function compare(hours: number, path: string): Promise<void> {
  const bytes = writeRecording(path, hours);
  console.log(
    `${hours} h of H.264 and AAC, ${(bytes / 1e9).toFixed(1)} GB, index at the end; in brackets theirs to ours`,
  );
  const script = fileURLToPath(import.meta.url);
  const rows: Record<string, Row> = {};
  for (const name of Object.keys(readers)) {
    const run = execFileSync(process.execPath, [script, name, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    rows[name] = JSON.parse(run.toString()) as Row;
  }
  if (spawnSync("ffprobe", ["-version"]).status === 0) rows["ffprobe"] = await measureFfprobe(path);
  const ours = rows["ours"];
  if (!ours) throw new Error("our own reader was not measured");
  console.table(Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, printed(row, ours)])));
}

const [, , first = "9", path] = process.argv;
const read = readers[first];
if (read && path) {
  console.log(JSON.stringify(await measure(read, path)));
} else {
  const folder = mkdtempSync(join(tmpdir(), "media-bench-"));
  try {
    await compare(Number(first), join(folder, "recording.mp4"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
