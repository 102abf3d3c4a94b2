/** What a reader keeps of the times of a track: runs of evenly spaced samples, in file order. */
export type SampleRuns = {
  /** @param first presentation time of the first, @param step from one to the next; both in ticks */
  add(first: number, count: number, step: number): void;
  readonly length: number;
  /** Calls for each run; the numbers are those given, neighbours that continue each other are one run. */
  visit(seen: (first: number, count: number, step: number) => void): void;
};

/** Flat arrays: half a million runs (the most that 4 MiB of tables can hold) take 12 MB, not 60. */
export function createSampleRuns(): SampleRuns {
  const firsts: number[] = [];
  const counts: number[] = [];
  const steps: number[] = [];
  return {
    add(first, count, step) {
      if (count <= 0) return;
      const last = firsts.length - 1;
      const continues =
        last >= 0 && steps[last] === step && (firsts[last] ?? 0) + (counts[last] ?? 0) * step === first;
      if (continues) {
        counts[last] = (counts[last] ?? 0) + count;
        return;
      }
      firsts.push(first);
      counts.push(count);
      steps.push(step);
    },
    get length() {
      return firsts.length;
    },
    visit(seen) {
      for (let index = 0; index < firsts.length; index += 1) {
        seen(firsts[index] ?? 0, counts[index] ?? 0, steps[index] ?? 0);
      }
    },
  };
}
