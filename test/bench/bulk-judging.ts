/**
 * How fast many incidents are matched with many clips: `node test/bench/bulk-judging.ts [incidents] [clips]`, by
 * default 100,000 and 1,000,000.
 *
 * Ours beside DuckDB and SQLite in this process, over the same rows in the same order: which clips count, the
 * milliseconds covered before, during and after each event, and its outcome. All have their rows in memory before the
 * clock starts (their loading is told apart) and leave their result there; they take turns, so that all see the same
 * machine. The milliseconds of every incident must be the same, or the run fails. Then the whole verdicts, and the
 * growth from a hundredth of the clips on. Times are printed and never asserted: they tell of this machine.
 */
import { BULK_OUTCOMES, type BulkCover, coverInBulk } from "#domain/bulk/cover-in-bulk.ts";
import { judgeInBulk } from "#domain/bulk/judge-in-bulk.ts";
import { type Cost, costOf, medianOf } from "./bulk/cost.ts";
import type { Engine } from "./bulk/engine.ts";
import { openDuckDb } from "./bulk/in-duckdb.ts";
import { openSqlite } from "./bulk/in-sqlite.ts";
import { recordsOf } from "./bulk/records.ts";
import { type BulkWorld, bulkWorld } from "./bulk/world.ts";

const incidentCount = Number(process.argv[2] ?? 100_000);
const clipCount = Number(process.argv[3] ?? 1_000_000);
const SEED = 20_261_121;
const RUNS = 5;
/** Runs before those that count, in which all engines get warm. */
const WARM_UPS = 3;
const JOIN_MS = 1000;
/** A minute for cancelled recordings, and what two clocks that were measured at docking can be wrong by. */
const MARGIN_MS = 70_000;

const inBulk = ({ incidents, clips, bookings }: BulkWorld): BulkCover =>
  coverInBulk(incidents, clips, bookings, JOIN_MS);

function openOurs(world: BulkWorld): Engine {
  let cover: BulkCover | undefined;
  return {
    name: "ours, 1 thread",
    run: () => {
      cover = inBulk(world);
    },
    read: () => cover ?? inBulk(world),
    close: () => undefined,
  };
}

/** Opens an engine and prints how long it took to take the rows in. */
async function opened(open: () => Engine | Promise<Engine>): Promise<Engine> {
  const from = performance.now();
  const engine = await open();
  console.log(`${engine.name}: rows taken in, ${Math.round(performance.now() - from)} ms`);
  return engine;
}

function expectSame(name: string, found: BulkCover, expected: BulkCover): void {
  for (const column of ["before", "during", "after", "outcome"] as const) {
    const row = expected[column].findIndex((value, place) => value !== found[column][place]);
    if (row >= 0 || found[column].length !== expected[column].length)
      throw new Error(
        `${name}: ${column} of incident ${row} is ${found[column][row]}, not ${expected[column][row]}`,
      );
  }
}

function summaryOf({ before, during, after, outcome }: BulkCover): string {
  const sum = (column: Float64Array): string => column.reduce((a, b) => a + b, 0).toLocaleString("en-GB");
  const counts = BULK_OUTCOMES.map(
    (name, place) => `${outcome.filter((each) => each === place).length} ${name}`,
  );
  return `covered ms before ${sum(before)}, during ${sum(during)}, after ${sum(after)}; ${counts.join(", ")}`;
}

async function compareEngines(world: BulkWorld): Promise<BulkCover> {
  const engines = [
    await opened(() => openOurs(world)),
    await opened(() => openDuckDb(world, JOIN_MS)),
    await opened(() => openDuckDb(world, JOIN_MS, 1)),
    await opened(() => openSqlite(world, JOIN_MS)),
  ];
  const costs = new Map<Engine, Cost[]>(engines.map((engine) => [engine, []]));
  const expected = inBulk(world);
  for (let run = -WARM_UPS; run < RUNS; run += 1) {
    for (const engine of engines) {
      const cost = await costOf(engine.run);
      if (run >= 0) costs.get(engine)?.push(cost);
    }
  }
  for (const engine of engines) {
    expectSame(engine.name, await engine.read(), expected);
    engine.close();
  }
  console.log(`The same for every incident in all of them: ${summaryOf(expected)}`);
  const medians = engines.map((engine) => ({ engine, cost: medianOf(costs.get(engine) as Cost[]) }));
  const duckDb = Math.min(
    ...medians.filter(({ engine }) => engine.name.startsWith("DuckDB")).map(({ cost }) => cost.ms),
  );
  console.table(
    medians.map(({ engine: { name }, cost: { ms, cpuMs, peakMb } }) => ({
      "covered ms and outcome": name,
      ms: Math.round(ms),
      "CPU ms": Math.round(cpuMs),
      "incidents a second": Math.round((incidentCount / ms) * 1000),
      "times DuckDB's rate": Number((duckDb / ms).toFixed(2)),
      "peak MB above rows": Math.round(peakMb),
    })),
  );
  return expected;
}

/** The whole verdicts of all incidents: matched, their records put together, judged with digest and explanation. */
async function judgeAll(world: BulkWorld, cover: BulkCover): Promise<void> {
  const inputsOf = recordsOf(world);
  let judged = 0;
  const cost = await costOf(() => {
    for (const { video } of judgeInBulk(world.incidents, world.clips, world.bookings, MARGIN_MS, inputsOf)) {
      for (const part of ["before", "during", "after"] as const)
        if (Math.round(video[part].coveredSeconds * 1000) !== cover[part][judged])
          throw new Error(`The verdict of incident ${judged}: ${video[part].coveredSeconds} s ${part}`);
      judged += 1;
    }
  });
  console.table([
    {
      "whole verdicts": judged,
      ms: Math.round(cost.ms),
      "incidents a second": Math.round((judged / cost.ms) * 1000),
      "ms each": Number((cost.ms / judged).toFixed(3)),
      "CPU ms each": Number((cost.cpuMs / judged).toFixed(3)),
      "peak MB above rows": Math.round(cost.peakMb),
    },
  ]);
}

/** By processor time, which other work on the machine disturbs less; 1.00 is as n log n from the smallest on. */
async function growth(): Promise<void> {
  const measured = [];
  for (const share of [100, 10, 1]) {
    const clips = Math.round(clipCount / share);
    const world = bulkWorld(SEED, Math.round(incidentCount / share), clips);
    const costs: Cost[] = [];
    // Small worlds are measured more often: the collector and the clock disturb them more.
    for (let run = 0; run < RUNS * share + WARM_UPS; run += 1) costs.push(await costOf(() => inBulk(world)));
    const { ms, cpuMs } = medianOf(costs.slice(WARM_UPS));
    measured.push({ clips, incidents: world.incidents.officer.length, ms, cpuMs });
  }
  const perStep = measured.map(({ clips, cpuMs }) => cpuMs / (clips * Math.log2(clips)));
  console.table(
    measured.map(({ clips, incidents, ms, cpuMs }, place) => ({
      clips,
      incidents,
      ms: Number(ms.toFixed(1)),
      "CPU ms": Number(cpuMs.toFixed(1)),
      "CPU ns a clip": Math.round((cpuMs * 1e6) / clips),
      "against n log n": Number(((perStep[place] as number) / (perStep[0] as number)).toFixed(2)),
    })),
  );
}

const world = bulkWorld(SEED, incidentCount, clipCount);
const { incidents, clips, bookings, officers } = world;
console.log(
  `${incidents.officer.length} incidents, ${clips.camera.length} clips, ${bookings.camera.length} bookings of ${officers} officers; median of ${RUNS} runs`,
);
await judgeAll(world, await compareEngines(world));
await growth();
