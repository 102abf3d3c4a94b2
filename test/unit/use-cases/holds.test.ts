import { describe, expect, it } from "vitest";
import type { FootageRecord } from "#contracts/footage.ts";
import type { Records } from "#ports/records.ts";
import { aClip, OTHER_CAMERA } from "#test/support/build-inputs.ts";
import { interruptBefore } from "#test/support/interrupted-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { aUseReport, aWeaponLog, createWorld, type World } from "#test/support/workflow-world.ts";

import { loadJudgementInputs } from "#use-cases/evaluation/decide-verdict.ts";

const GRACE_OVER = "2026-11-24T00:00:00.000Z";
const OTHER_WEAPON = "X12009ZZ1";

/** A discharge with nothing but a bystander's camera near it: when the grace is over, supervisors are alerted. */
async function withAlert(world = createWorld()) {
  await world.book();
  const { incidents } = await world.postLog();
  await world.postReport();
  const clip = await world.addFile(aClip({ camera: { serial: OTHER_CAMERA } }));
  await world.settle();
  return { world, incidentId: incidents[0]?.incidentId ?? "", clip };
}

async function withHold(world = createWorld()) {
  const held = await withAlert(world);
  await world.hold(held.incidentId, "place");
  await world.settle();
  return held;
}

/** Another use of another weapon in the same minute. */
async function anotherIncident(world: World): Promise<string> {
  const { incidents } = await world.postLog(
    aWeaponLog({ weapon: { serial: OTHER_WEAPON, model: "TASER 7" } }),
  );
  await world.settle();
  return incidents[0]?.incidentId ?? "";
}

const isHeld = async (world: World, { objectKey }: FootageRecord) =>
  (await world.evidence.stat(objectKey))?.held;
const keepingOf = async (world: World, { footageId }: FootageRecord) =>
  (await world.footage.read(footageId))?.record.keeping;
const acts = async (world: World, incidentId: string) =>
  (await world.custody.all(incidentId)).map(({ what }) => what);
const actsOnFile = async (world: World, { footageId }: FootageRecord) =>
  (await world.footageCustody.all(footageId)).map(({ what, why }) => [what, why]);

describe("a legal hold", () => {
  it("is placed on every file near an incident once somebody has to answer an alert about it", async () => {
    const { world, incidentId, clip } = await withAlert();
    expect(await isHeld(world, clip)).toBe(false);
    await world.advanceTo(GRACE_OVER);
    expect(await world.inboxIds()).toContain("UNRECORDED_DISCHARGE.2.1");
    expect(await isHeld(world, clip)).toBe(true);
    expect(await acts(world, incidentId)).toContainEqual(
      expect.stringMatching(`^placed a legal hold on footage ${clip.footageId}, since 2026-11-23T21:08`),
    );
    expect(await actsOnFile(world, clip)).toEqual([
      [`placed a legal hold for incident ${incidentId}`, "alerted: UNRECORDED_DISCHARGE"],
    ]);
  });

  it("is placed when a supervisor says so, with the reason on the file", async () => {
    const { world, incidentId, clip } = await withHold();
    expect(await isHeld(world, clip)).toBe(true);
    expect(await actsOnFile(world, clip)).toEqual([
      [`placed a legal hold for incident ${incidentId}`, "A court asks for it."],
    ]);
  });

  it("covers what arrives later, what was rejected too, and nothing that never came", async () => {
    const { world } = await withHold();
    const late = await world.addFile(aClip({ declaration: { recordingId: "R-2" } }));
    const rejected = await world.addFile(
      aClip({ declaration: { recordingId: "R-3" }, record: { state: "REJECTED" } }),
    );
    const promised = aClip({ declaration: { recordingId: "R-4" }, record: { state: "AWAITING_UPLOAD" } });
    await world.addClip(promised);
    await world.settle();
    expect([await isHeld(world, late), await isHeld(world, rejected)]).toEqual([true, true]);
    expect(await keepingOf(world, promised)).toBeUndefined();
  });

  it("is not placed again by later looks", async () => {
    const { world, incidentId, clip } = await withHold();
    await world.evidence.releaseHold(clip.objectKey);
    await world.deps.workflow.start({ incidentId, cause: "again" });
    await world.settle();
    expect(await isHeld(world, clip)).toBe(false);
    expect(await actsOnFile(world, clip)).toHaveLength(1);
  });

  it("is found missing in the store within a day, and placed again", async () => {
    const { world, clip } = await withHold();
    await world.deleteFootage();
    await world.evidence.releaseHold(clip.objectKey);
    await world.advanceTo("2026-12-25T06:00:00Z");
    await world.deleteFootage();
    await world.advanceTo("2026-12-25T06:20:00Z");
    await world.sweep();
    await world.settle();
    expect(await isHeld(world, clip)).toBe(true);
  });

  it("is no part of what a verdict is judged from, nor the reason for it", async () => {
    const { world, incidentId, clip } = await withHold();
    expect(await keepingOf(world, clip)).toBeDefined();
    const { footage } = await loadJudgementInputs(await world.incident(incidentId), world.deps);
    expect(footage).toMatchObject([{ footageId: clip.footageId }]);
    expect(footage[0]).not.toHaveProperty("keeping");
  });

  it("that has no file to lie on has that found out", async () => {
    const { world, incidentId, clip } = await withAlert();
    world.evidence.lose(clip.objectKey);
    await world.hold(incidentId, "place");
    await world.settle();
    expect(await world.deleteFootage()).toEqual({ gone: 1 });
    expect((await world.footage.read(clip.footageId))?.record.deletedBecause).toBe("FOUND_GONE");
  });

  it("needs no second request when the process ends between the supervisor's word and its run", async () => {
    const watched = watchRecords(createMemoryRecords());
    const { world, incidentId, clip } = await withAlert(createWorld({ records: watched.records }));
    watched.dieAfter(1);
    await expect(world.hold(incidentId, "place")).rejects.toThrow("killed");
    watched.restart();
    world.forgetRuns();
    await world.advanceTo("2026-11-22T06:20:00Z");
    await world.sweep();
    await world.settle();
    expect(await isHeld(world, clip)).toBe(true);
    expect(await acts(world, incidentId)).toContain("placed a hold");
  });
});

describe("the release of a hold", () => {
  it("is lifted by another function, with the supervisor's reason in both custody logs", async () => {
    const { world, incidentId, clip } = await withHold();
    await world.hold(incidentId, "release", "The court is done.");
    await world.settle();
    expect(await isHeld(world, clip)).toBe(true);
    expect(await world.liftHolds()).toEqual({ lifted: 1 });
    expect(await isHeld(world, clip)).toBe(false);
    expect(await keepingOf(world, clip)).toMatchObject({ holds: [] });
    expect(await acts(world, incidentId)).toContain(`lifted the legal hold on footage ${clip.footageId}`);
    expect((await actsOnFile(world, clip)).at(-1)).toEqual([
      `lifted the legal hold that supervisor-1 released for incident ${incidentId}`,
      "The court is done.",
    ]);
    expect(await world.liftHolds()).toEqual({});
  });

  it("lifts nothing while another incident holds the file", async () => {
    const { world, incidentId, clip } = await withHold();
    const other = await anotherIncident(world);
    await world.hold(other, "place");
    await world.settle();
    await world.hold(incidentId, "release");
    await world.settle();
    expect(await world.liftHolds()).toEqual({ kept: 1 });
    expect(await isHeld(world, clip)).toBe(true);
    expect(await acts(world, incidentId)).toContain(
      `kept, for another incident, the legal hold on footage ${clip.footageId}`,
    );
    await world.hold(other, "release");
    await world.settle();
    expect(await world.liftHolds()).toEqual({ lifted: 1 });
    expect(await isHeld(world, clip)).toBe(false);
  });

  it("lifts nothing while another incident is on hold that has not come to its files yet", async () => {
    const { world, incidentId, clip } = await withHold();
    const other = await anotherIncident(world);
    await world.hold(incidentId, "release");
    await world.settle();
    await world.hold(other, "place");
    expect(await world.liftHolds()).toEqual({ kept: 1 });
    await world.settle();
    expect(await isHeld(world, clip)).toBe(true);
    expect(await keepingOf(world, clip)).toMatchObject({ holds: [{ incidentId: other, placed: true }] });
  });

  it("is undone by a later alert", async () => {
    const { world, incidentId, clip } = await withHold();
    await world.hold(incidentId, "release");
    await world.settle();
    await world.liftHolds();
    await world.advanceTo(GRACE_OVER);
    expect(await isHeld(world, clip)).toBe(true);
  });

  it("is good for a file that was found near the incident by mistake and is no more", async () => {
    const { world, incidentId, clip } = await withHold();
    const stored = await world.incidents.read(incidentId);
    if (!stored) throw new Error("no incident");
    await world.incidents.replace({ ...stored.record, candidates: [] }, stored.revision);
    await world.hold(incidentId, "release");
    world.forgetRuns();
    await world.advanceTo("2026-12-25T06:00:00Z");
    await world.deleteFootage();
    await world.liftHolds();
    expect(await isHeld(world, clip)).toBe(false);
  });

  it("is the other incident's to give when the one that placed the hold was merged", async () => {
    const { world, incidentId, clip } = await withHold();
    const other = await anotherIncident(world);
    const stored = await world.incidents.read(incidentId);
    if (!stored) throw new Error("no incident");
    await world.incidents.replace({ ...stored.record, mergedInto: other, state: "MERGED" }, stored.revision);
    await world.advanceTo("2026-12-25T06:00:00Z");
    await world.deleteFootage();
    expect(await keepingOf(world, clip)).toMatchObject({ holds: [{ incidentId: other }] });
    await world.hold(other, "release");
    await world.settle();
    await world.liftHolds();
    expect(await isHeld(world, clip)).toBe(false);
  });

  it("is lifted once by two that are at it at once", async () => {
    const { world, incidentId, clip } = await withHold();
    await world.hold(incidentId, "release");
    await world.settle();
    await Promise.all([world.liftHolds(), world.liftHolds()]);
    expect(await isHeld(world, clip)).toBe(false);
    expect(await keepingOf(world, clip)).toMatchObject({ holds: [] });
    expect(await actsOnFile(world, clip)).toHaveLength(2);
  });

  it("leaves alone a hold that nobody here has placed", async () => {
    const { world, clip } = await withAlert();
    await world.evidence.placeHold(clip.objectKey);
    await world.advanceTo("2027-06-01T00:00:00Z");
    await world.liftHolds();
    await world.deleteFootage();
    expect(await isHeld(world, clip)).toBe(true);
  });
});

describe("a hold that is placed and lifted at the same time", () => {
  const isKeeping = (type: "read" | "write", footageId: string) => (call: { type: string; key: string }) =>
    call.type === type && call.key === `FOOTAGE#${footageId} RECORD`;

  it("stands when the supervisor places it again just before it would be lifted", async () => {
    const { world, incidentId, clip } = await withHold();
    await world.hold(incidentId, "release");
    await world.settle();
    const records = interruptBefore(world.records, isKeeping("write", clip.footageId), async () => {
      await world.hold(incidentId, "place", "There is an appeal.");
      await world.settle();
    });
    await liftOn(records, world);
    expect(await isHeld(world, clip)).toBe(true);
  });

  it("is placed after the lifting when that has begun", async () => {
    const { world, incidentId, clip } = await withHold();
    await world.hold(incidentId, "release");
    await world.settle();
    const lifting: World = createWorld({
      records: world.records,
      now: world.clock.now().toISOString(),
      evidence: {
        ...world.evidence,
        releaseHold: async (key) => {
          await world.hold(incidentId, "place", "There is an appeal.");
          await world.settle();
          await world.evidence.releaseHold(key);
        },
      },
    });
    expect(await lifting.liftHolds()).toEqual({ lifted: 1 });
    expect(await isHeld(world, clip)).toBe(false);
    // Nobody believes that it is there.
    expect(await keepingOf(world, clip)).toMatchObject({ holds: [{ incidentId, placed: false }] });
    expect((await world.incident(incidentId)).candidates[0]?.heldSince).toBeUndefined();
    await world.advanceTo("2026-11-22T06:01:00Z");
    await world.deleteFootage();
    await world.advanceTo("2026-11-22T06:20:00Z");
    await world.sweep();
    await world.settle();
    expect(await isHeld(world, clip)).toBe(true);
  });

  async function liftOn(records: Records, { clock, evidence }: World): Promise<void> {
    await createWorld({ records, now: clock.now().toISOString(), evidence }).liftHolds();
  }
});

describe("a process that is killed while holds change", () => {
  const story: readonly ((world: World, incidentId: string) => Promise<unknown>)[] = [
    (world, incidentId) => world.hold(incidentId, "place", "first"),
    (world) => world.settle(),
    (world, incidentId) => world.hold(incidentId, "release", "second"),
    (world) => world.settle(),
    (world) => world.liftHolds(),
  ];

  async function play(stopAfter?: number) {
    const watched = watchRecords(createMemoryRecords());
    let { world, incidentId, clip } = await withAlert(createWorld({ records: watched.records }));
    await world.postReport(aUseReport({ revision: 2 }));
    await world.settle();
    const before = watched.written.length;
    if (stopAfter !== undefined) watched.dieAfter(stopAfter);
    for (const step of story) {
      try {
        await step(world, incidentId);
      } catch (error) {
        if (!(error instanceof Error) || !/killed|could not be looked after/.test(error.message)) throw error;
        watched.restart();
        const now = world.clock.now().toISOString();
        world = createWorld({ records: watched.records, now, evidence: world.evidence });
        await world.sweep({ restartAll: true });
        await world.settle();
        await step(world, incidentId);
      }
    }
    const writes = watched.written.length - before;
    await world.sweep({ restartAll: true });
    await world.settle();
    await world.liftHolds();
    const end = {
      held: await isHeld(world, clip),
      holds: (await keepingOf(world, clip))?.holds,
      file: await actsOnFile(world, clip),
      incident: (await acts(world, incidentId)).filter((what) => what.includes("hold")).toSorted(),
    };
    return { end, writes };
  }

  it("ends the same, after whichever write it was killed and started again", async () => {
    const whole = await play();
    expect(whole.end).toMatchObject({ held: false, holds: [] });
    expect(whole.end.file).toHaveLength(2);
    expect(whole.end.incident).toHaveLength(4);
    for (let writes = 0; writes < whole.writes; writes += 1) {
      expect((await play(writes)).end, `killed before write ${writes}`).toEqual(whole.end);
    }
  }, 240_000);
});
