import { describe, expect, it } from "vitest";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import { segmentRows } from "#domain/log/segment-log.ts";
import { judge } from "#domain/verdict/judge.ts";
import { type Difference, differencesBetween } from "#test/support/reference-judge/differences.ts";
import { TooManyShiftsError } from "#test/support/reference-judge/doubt.ts";
import { randomIncident } from "#test/support/reference-judge/random-incidents.ts";
import type { Doubt } from "#test/support/reference-judge/random-log.ts";
import { judgeReference } from "#test/support/reference-judge/reference-judge.ts";
import { type Log, segmentReference } from "#test/support/reference-judge/segmentation.ts";
import { shrinkIncident } from "#test/support/reference-judge/shrink-incident.ts";

/** How many incidents are made up: more of them in the build than at every desk. */
const CASES = Number(process.env["JUDGE_CASES"] ?? 2000);
/** Where the numbering begins, to look at others than the last time. */
const FIRST = Number(process.env["JUDGE_SEED"] ?? 1);
/** Enough of them to see what is wrong. */
const SHOWN = 3;
const MS_PER_CASE = 200;
/** Of a thousand incidents so few have more shifts than the slow judge tries. */
const MOST_TOO_SLOW = 0.005;

/** A share of all incidents, and of the doubt in which they leave the clocks. */
const SHARES: readonly (readonly [Doubt, number])[] = [
  ["none", 0.5],
  ["small", 0.25],
  ["large", 0.25],
];

const differences = (inputs: JudgementInputs): Difference[] =>
  differencesBetween(judge(inputs), judgeReference(inputs));

function compareAll(seeds: readonly number[], doubt: Doubt) {
  const different: number[] = [];
  const tooSlow: number[] = [];
  for (const seed of seeds) {
    try {
      if (differences(randomIncident(seed, doubt).inputs).length > 0) different.push(seed);
    } catch (error) {
      if (!(error instanceof TooManyShiftsError)) throw error;
      tooSlow.push(seed);
    }
  }
  return { different, tooSlow };
}

/** Inputs of which one of the two cannot say anything are no smaller example. */
function differs(inputs: JudgementInputs): boolean {
  try {
    return differences(inputs).length > 0;
  } catch {
    return false;
  }
}

const groupsOf = (groups: readonly { readonly kind: string; readonly seqs: readonly number[] }[]): string[] =>
  groups.map(({ kind, seqs }) => `${kind.toLowerCase()} ${seqs.join()}`).sort();

/** The groups of rows whose times can be trusted: of others the contract says no more than that they are apart. */
const cutBoth = (log: Log) => ({
  engine: groupsOf(segmentRows({ ...log, reports: [] }).filter(({ untrusted }) => !untrusted)),
  reference: groupsOf(segmentReference(log).filter(({ trusted }) => trusted)),
});

describe.each(SHARES)("made-up incidents with %s doubt of the clocks", (doubt, share) => {
  const seeds = Array.from({ length: Math.ceil(CASES * share) }, (_, index) => FIRST + index);

  it(
    "are judged as an independent reading of the contract judges them",
    () => {
      const { different, tooSlow } = compareAll(seeds, doubt);
      const shown = different.slice(0, SHOWN).map((seed) => {
        const least = shrinkIncident(randomIncident(seed, doubt).inputs, differs);
        return { seed, differences: differences(least), inputs: JSON.stringify(least) };
      });
      expect({ different: different.length, shown }).toEqual({ different: 0, shown: [] });
      expect(tooSlow.length).toBeLessThanOrEqual(Math.ceil(seeds.length * MOST_TOO_SLOW));
    },
    seeds.length * MS_PER_CASE,
  );

  it(
    "come of logs that are cut into the same uses, tests and trainings",
    () => {
      const cuts = seeds.map((seed) => ({ seed, ...cutBoth(randomIncident(seed, doubt).log) }));
      expect(cuts.filter(({ engine, reference }) => engine.join(";") !== reference.join(";"))).toEqual([]);
    },
    seeds.length * MS_PER_CASE,
  );
});

describe("logs over autumn's two like hours that were once cut otherwise", () => {
  it.each([1795, 6768])("are cut as the contract says: number %i", (seed) => {
    const { engine, reference } = cutBoth(randomIncident(seed, "none").log);
    expect(engine).toEqual(reference);
  });
});
