import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aClip } from "#test/support/build-inputs.ts";
import { aUseReport, aWeaponLog, createWorld, type World } from "#test/support/workflow-world.ts";

const whole = aWeaponLog();
const part = (index: number) => ({ ...whole, events: whole.events.slice(index, index + 1) });

/** Everything that ever arrives about one discharge, each as its sender would send it. */
const arrivals: readonly ((world: World) => Promise<unknown>)[] = [
  (world) => world.postLog(part(0)),
  (world) => world.postLog(part(1)),
  (world) => world.postLog(part(2)),
  (world) => world.postLog(whole),
  (world) => world.postReport(aUseReport({ statedAt: "2026-11-21T21:12:00Z" })),
  (world) => world.postReport(aUseReport({ reportId: "UOF-2", statedAt: "2026-11-21T21:05:00Z" })),
  (world) => world.addClip(aClip({ from: -60, to: 3, declaration: { clip: 1, final: false } })),
  (world) => world.addClip(aClip({ from: 3.5, to: 65, declaration: { clip: 2 } })),
];
const everyIndex = arrivals.map((_, index) => index);

/** Waves of arrivals: those of one wave come at once, and runs go on between waves or not. */
const story = fc
  .tuple(
    fc.shuffledSubarray(everyIndex, { minLength: everyIndex.length }),
    fc.array(fc.nat({ max: arrivals.length - 1 }), { maxLength: 6 }),
  )
  .map(([once, again]) => [...once, ...again])
  .chain((order) =>
    fc.tuple(
      fc.constant(order),
      fc.array(fc.boolean(), { minLength: order.length, maxLength: order.length }),
      fc.array(fc.boolean(), { minLength: order.length, maxLength: order.length }),
    ),
  );

async function play([order, together, settle]: readonly [number[], boolean[], boolean[]]) {
  const world = createWorld();
  await world.book();
  let wave: number[] = [];
  for (const [position, index] of order.entries()) {
    wave.push(index);
    if (together[position] && position < order.length - 1) continue;
    await Promise.all(wave.map((one) => arrivals[one]?.(world)));
    wave = [];
    if (settle[position]) await world.settle();
  }
  await world.settle();
  await world.advanceTo("2026-12-01T00:00:00.000Z");
  const ids = await world.incidents.incidentsOfWeapon("X12005BX7");
  const all = (await world.incidents.readAll(ids)).map(({ record }) => record);
  return { world, all, live: all.filter(({ mergedInto }) => mergedInto === undefined) };
}

describe("whatever arrives about one discharge, in any order, repeated and at once", () => {
  it("ends in one incident with one verdict", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (of) => {
        const { world, all, live } = await play(of);
        expect(live).toHaveLength(1);
        const [incident] = live;
        expect(incident).toMatchObject({
          seqs: [4101, 4102, 4103],
          reportIds: ["UOF-1", "UOF-2"],
          kind: "DISCHARGE",
          state: "CLOSED",
          outcome: "RECORDED",
        });
        expect(incident?.lookAt).toBeUndefined();
        const latest = await world.verdicts.latest(incident?.incidentId ?? "");
        expect(latest?.verdict).toMatchObject({
          outcome: "RECORDED",
          audio: { outcome: "RECORDED" },
          duty: { outcome: "MET" },
          video: { requiredSeconds: 65, coveredSeconds: 65 },
        });
        for (const { incidentId, mergedInto, lookAt } of all) {
          if (mergedInto === undefined) continue;
          expect(mergedInto).toBe(incident?.incidentId);
          expect(lookAt, incidentId).toBeUndefined();
        }
        const reported = (await world.alerts.all(incident?.incidentId ?? "")).map(
          ({ message }) => message.type,
        );
        expect(reported).toEqual(["DISCHARGE_REPORTED"]);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
