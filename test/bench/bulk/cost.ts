import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** What work took: on the clock, of all processors together, and of memory above what was held before. */
export type Cost = { readonly ms: number; readonly cpuMs: number; readonly peakMb: number };

/** Linux keeps the peak of a process's memory, and writing 5 here begins it anew; elsewhere it is not known (NaN). */
const PEAK_RESET = "/proc/self/clear_refs";

/** Does the work once and says what it took. */
export async function costOf(work: () => unknown): Promise<Cost> {
  const isKnown = existsSync(PEAK_RESET);
  if (isKnown) writeFileSync(PEAK_RESET, "5");
  const held = isKnown ? memoryMb("VmRSS") : Number.NaN;
  const cpu = process.cpuUsage();
  const from = performance.now();
  await work();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  const peak = isKnown ? memoryMb("VmHWM") : Number.NaN;
  return { ms, cpuMs: (user + system) / 1000, peakMb: peak - held };
}

function memoryMb(field: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"));
  return Number(found?.[1]) / 1024;
}

/** The middle of each measure; of memory the highest. */
export function medianOf(costs: readonly Cost[]): Cost {
  const middle = (measure: (cost: Cost) => number): number =>
    costs.map(measure).sort((a, b) => a - b)[Math.floor(costs.length / 2)] as number;
  return {
    ms: middle(({ ms }) => ms),
    cpuMs: middle(({ cpuMs }) => cpuMs),
    peakMb: Math.max(...costs.map(({ peakMb }) => peakMb)),
  };
}
