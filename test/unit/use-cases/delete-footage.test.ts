import { describe, expect, it } from "vitest";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import { lookAfterFiles } from "#infra/local/look-after-files.ts";
import { aClip, OTHER_CAMERA } from "#test/support/build-inputs.ts";
import { interruptBefore } from "#test/support/interrupted-records.ts";
import { createMemoryEvidence, type MemoryEvidence } from "#test/support/memory-evidence.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { aWeaponLog, createWorld, type World } from "#test/support/workflow-world.ts";

/** Stored at 06:00 on 22 November: 31 days later its lock and its time as unmatched footage are over. */
const TIME_OVER = "2026-12-23T06:00:00.001Z";
const A_DAY_LATER = "2026-11-23T06:00:00.000Z";
const JUST_BEFORE = "2026-12-23T05:59:59.999Z";

const bystander = (recordingId = "R-9", record: Partial<FootageRecord> = {}) =>
  aClip({ camera: { serial: OTHER_CAMERA }, declaration: { recordingId }, record });
const isThere = async (world: World, { objectKey }: FootageRecord) =>
  (await world.evidence.stat(objectKey)) !== undefined;
const recordOf = async (world: World, { footageId }: FootageRecord) => {
  const stored = await world.footage.read(footageId);
  if (!stored) throw new Error(`no footage ${footageId}`);
  return stored.record;
};

/** A use that nobody is alerted of: nothing but matching itself keeps what is near it. */
const drawn = aWeaponLog({
  events: [
    { seq: 4101, at: "2026-11-21T21:07:50Z", type: "armed" },
    { seq: 4103, at: "2026-11-21T21:08:30Z", type: "safe" },
  ],
});

async function withFile(clip = bystander(), world = createWorld()) {
  return { world, clip: await world.addFile(clip) };
}

describe("footage that matches nothing", () => {
  it("is deleted by its version once its lock and its time are over, and not before", async () => {
    const { world, clip } = await withFile();
    await world.advanceTo(JUST_BEFORE);
    expect(await world.deleteFootage()).toEqual({});
    await world.advanceTo(TIME_OVER);
    expect(await world.deleteFootage()).toEqual({ deleted: 1 });
    expect(await isThere(world, clip)).toBe(false);
  });

  it("leaves its record, with what was deleted and when, and an entry in a custody log of its own", async () => {
    const { world, clip } = await withFile();
    await world.advanceTo(TIME_OVER);
    await world.deleteFootage();
    expect(await recordOf(world, clip)).toMatchObject({
      state: "ACCEPTED",
      stored: clip.stored,
      deletedAt: TIME_OVER,
      deletedBecause: "UNMATCHED",
    });
    const [entry, ...more] = await world.footageCustody.all(clip.footageId);
    expect(entry).toMatchObject({
      at: TIME_OVER,
      who: "engine",
      what: `deleted version 1 of ${clip.objectKey}, 1 bytes, SHA-256 ${clip.stored?.sha256}`,
    });
    expect(more).toEqual([]);
    await world.advanceTo("2027-06-01T00:00:00Z");
    expect(await world.deleteFootage()).toEqual({});
  });

  it("goes by the same rule when it was rejected", async () => {
    const { world, clip } = await withFile(bystander("R-9", { state: "REJECTED" }));
    await world.advanceTo(TIME_OVER);
    expect(await world.deleteFootage()).toEqual({ deleted: 1 });
    expect(await recordOf(world, clip)).toMatchObject({ state: "REJECTED", deletedBecause: "UNMATCHED" });
  });

  it("goes when all that ran near it were spark tests", async () => {
    const { world, clip } = await withFile(bystander());
    await world.book();
    const { incidents } = await world.postLog(
      aWeaponLog({ events: [{ seq: 1, at: "2026-11-21T21:08:00Z", type: "test", durationSeconds: 5 }] }),
    );
    await world.settle();
    expect(incidents).toMatchObject([{ kind: "TEST" }]);
    await world.advanceTo(TIME_OVER);
    expect(await world.deleteFootage()).toEqual({ deleted: 1 });
    expect(await isThere(world, clip)).toBe(false);
  });

  it("stays while the store locks it for longer, and goes when that is over", async () => {
    const { world, clip } = await withFile();
    await world.evidence.extendRetention(clip.objectKey, "2026-12-25T12:00:00.000Z");
    for (const at of ["2026-12-24T08:00:00Z", "2026-12-25T11:00:00Z"]) {
      await world.advanceTo(at);
      expect(await world.deleteFootage()).toEqual({ kept: 1 });
    }
    await world.advanceTo("2026-12-25T13:00:00Z");
    expect(await world.deleteFootage()).toEqual({ deleted: 1 });
  });
});

describe("footage that a use has to do with", () => {
  it("is never deleted, whether it counts or only ran near it", async () => {
    const { world, clip } = await withFile();
    await world.book();
    const own = await world.addFile(aClip());
    await world.postLog();
    await world.settle();
    for (const at of [TIME_OVER, "2027-06-01T00:00:00Z", "2040-01-01T00:00:00Z"]) {
      await world.advanceTo(at);
      expect(await world.deleteFootage()).toEqual({ kept: 2 });
    }
    expect([await isThere(world, clip), await isThere(world, own)]).toEqual([true, true]);
  });

  it("is looked at once a day and no more often", async () => {
    const { world } = await withFile();
    await world.postLog();
    await world.advanceTo(TIME_OVER);
    expect(await world.deleteFootage()).toEqual({ kept: 1 });
    await world.advanceTo("2026-12-24T05:00:00Z");
    expect(await world.deleteFootage()).toEqual({});
    await world.advanceTo("2026-12-24T06:00:00.001Z");
    expect(await world.deleteFootage()).toEqual({ kept: 1 });
  });

  it("is kept though no run of the incident ever came to it", async () => {
    const { world, clip } = await withFile();
    await world.advanceTo(TIME_OVER);
    await world.postLog();
    world.forgetRuns();
    expect(await world.deleteFootage()).toEqual({ kept: 1 });
    expect(await isThere(world, clip)).toBe(true);
  });

  it("goes within a day of the incident turning out to have nothing to do with it", async () => {
    const { world, clip } = await withFile();
    const { incidents } = await world.postLog();
    await world.settle();
    world.forgetRuns();
    await world.advanceTo(TIME_OVER);
    await world.deleteFootage();
    const stored = await world.incidents.read(incidents[0]?.incidentId ?? "");
    if (!stored) throw new Error("no incident");
    await world.incidents.replace({ ...stored.record, kind: "TRAINING" }, stored.revision);
    await world.advanceTo("2026-12-24T06:00:00.001Z");
    expect(await world.deleteFootage()).toEqual({ deleted: 1 });
    expect(await isThere(world, clip)).toBe(false);
  });
});

describe("footage that is matched while it is being deleted", () => {
  /** A world whose deletion is interrupted by a log at the given call of the store. */
  function interrupted(when: keyof MemoryEvidence) {
    const memory = createMemoryEvidence();
    let act: () => Promise<unknown> = async () => {};
    const world = createWorld({
      evidence: {
        ...memory,
        [when]: async (key: string, version: string) => {
          const acting = act;
          act = async () => {};
          await acting();
          return (memory[when] as (key: string, version: string) => unknown)(key, version);
        },
      },
    });
    const interruptWith = (work: () => Promise<unknown>): void => {
      act = work;
    };
    return { world, interruptWith };
  }

  it.each([
    ["the first look", "read", /^HOUR#/],
    ["the mark", "write", /^FOOTAGE#\S+ RECORD/],
  ] as const)("stays when the incident is recorded before %s", async (_, type, key) => {
    const { world, clip } = await withFile();
    await world.advanceTo(TIME_OVER);
    const records = interruptBefore(
      world.records,
      (call) => call.type === type && key.test(call.key),
      () => world.postLog(drawn),
    );
    const now = world.clock.now().toISOString();
    const deleting = createWorld({ records, now, evidence: world.evidence });
    expect(await deleting.deleteFootage()).toEqual({ kept: 1 });
    expect(await isThere(world, clip)).toBe(true);
    expect((await recordOf(world, clip)).keeping?.deleting).toBeUndefined();
  });

  it("stays when the incident comes after the last look and locks it in the store first", async () => {
    const { world, interruptWith } = interrupted("deleteVersion");
    const clip = await world.addFile(bystander());
    await world.advanceTo(TIME_OVER);
    interruptWith(async () => {
      await world.postLog(drawn);
      await world.settle();
    });
    expect(await world.deleteFootage()).toEqual({ kept: 1 });
    expect(await isThere(world, clip)).toBe(true);
    const { keeping } = await recordOf(world, clip);
    expect(keeping).toMatchObject({ lookAt: "2026-12-24T06:00:00.001Z" });
    expect(keeping?.deleting).toBeUndefined();
    await world.advanceTo("2026-12-30T00:00:00Z");
    expect(await world.deleteFootage()).toEqual({ kept: 1 });
  });

  it("is said to be gone where the store was faster, and the incident hears of it", async () => {
    const { world, interruptWith } = interrupted("deleteVersion");
    await world.book();
    const clip = await world.addFile(aClip());
    await world.advanceTo(TIME_OVER);
    interruptWith(() => world.postLog());
    expect(await world.deleteFootage()).toEqual({ deleted: 1 });
    expect((await recordOf(world, clip)).deletedBecause).toBe("UNMATCHED");
    await world.settle();
    const [incidentId = ""] = await world.incidents.incidentsOfWeapon("X12005BX7");
    // It was accepted, and it went no earlier than the first word of the use came.
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED"]);
    expect((await world.incident(incidentId)).candidates).toMatchObject([{ footageId: clip.footageId }]);
  });
});

describe("a file that goes all the same", () => {
  async function withLostFile() {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    await world.postReport();
    const clip = await world.addFile(aClip());
    await world.settle();
    world.evidence.lose(clip.objectKey);
    return { world, clip, incidentId: incidents[0]?.incidentId ?? "" };
  }

  it("is found gone within a day, the incident is judged again, and operations are told", async () => {
    const { world, clip, incidentId } = await withLostFile();
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED"]);
    await world.advanceTo(A_DAY_LATER);
    expect(await world.deleteFootage()).toEqual({ gone: 1 });
    expect(await recordOf(world, clip)).toMatchObject({
      deletedAt: A_DAY_LATER,
      deletedBecause: "FOUND_GONE",
    });
    const [locked, found] = await world.footageCustody.all(clip.footageId);
    expect(locked?.what).toBe(`locked until 2032-11-19T21:08:00.000Z for incident ${incidentId}`);
    expect(found?.what).toBe(
      `found version 1 of ${clip.objectKey}, 1 bytes, SHA-256 ${clip.stored?.sha256} gone`,
    );
    expect((await world.inbox.operationsMessages()).map(({ subject }) => subject)).toEqual([
      "Witnessed: stored footage is gone",
    ]);
    await world.settle();
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED", "AWAITING_FOOTAGE"]);
    await world.advanceTo("2026-11-24T00:00:00Z");
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED", "AWAITING_FOOTAGE", "NOT_RETAINED"]);
  });

  it("is found gone at the next hour when matching wanted to lock it", async () => {
    const world = createWorld();
    await world.book();
    const clip = await world.addFile(aClip());
    world.evidence.lose(clip.objectKey);
    await world.postLog();
    await world.settle();
    expect(world.lines.map(({ code }) => code)).toContain("footage.gone");
    expect(await world.deleteFootage()).toEqual({ gone: 1 });
  });
});

describe("the looks after files", () => {
  it("are at so many in one go that a call can end, those that wait longest first", async () => {
    const asked: (readonly [string, number | undefined, boolean | undefined])[] = [];
    const records = createMemoryRecords();
    const world = createWorld({
      records: {
        ...records,
        list: async (query) => {
          asked.push([query.list, query.limit, query.descending]);
          return records.list(query);
        },
      },
    });
    await world.deleteFootage();
    await world.liftHolds();
    expect(asked).toEqual([
      ["RECEIVED", 2000, undefined],
      ["KEPT", 2000, undefined],
      ["RELEASED", 2000, undefined],
    ]);
  });

  it("go on with deletion on one machine when lifting fails, and operations hear of it", async () => {
    const records = createMemoryRecords();
    const world = createWorld({
      records: {
        ...records,
        list: async (query) => {
          if (query.list === "RELEASED") throw new DependencyUnavailableError("busy");
          return records.list(query);
        },
      },
    });
    const clip = await world.addFile(bystander());
    await world.advanceTo(TIME_OVER);
    await lookAfterFiles(world.deps);
    expect(await isThere(world, clip)).toBe(false);
    expect((await world.inbox.operationsMessages()).map(({ body }) => body)).toEqual([
      "DependencyUnavailableError: busy. It is tried again in a minute.",
    ]);
  });

  it("go on with the others when one clip cannot be looked after, and fail in the end", async () => {
    const memory = createMemoryEvidence();
    const broken = bystander("R-1");
    const world = createWorld({
      evidence: {
        ...memory,
        protectionOf: async (key, versionId) => {
          if (key === broken.objectKey) throw new Error("what is this?");
          return memory.protectionOf(key, versionId);
        },
      },
    });
    await world.addFile(broken);
    const other = await world.addFile(bystander("R-2"));
    await world.advanceTo(TIME_OVER);
    await expect(world.deleteFootage()).rejects.toThrow("1 of 2 clips could not be looked after");
    expect(await isThere(world, other)).toBe(false);
  });

  it("come to one end when two are at it at once", async () => {
    const { world, clip } = await withFile();
    const lost = await world.addFile(bystander("R-8"));
    world.evidence.lose(lost.objectKey);
    await world.advanceTo(TIME_OVER);
    await Promise.all([world.deleteFootage(), world.deleteFootage()]);
    const ends = await Promise.all([clip, lost].map((one) => recordOf(world, one)));
    expect(ends.map(({ deletedBecause }) => deletedBecause)).toEqual(["UNMATCHED", "FOUND_GONE"]);
    for (const { footageId } of [clip, lost]) {
      expect(await world.footageCustody.all(footageId)).toHaveLength(1);
    }
  });

  it("end the same, after whichever write the process was killed and started again", async () => {
    const play = async (stopAfter?: number) => {
      const watched = watchRecords(createMemoryRecords());
      let world = createWorld({ records: watched.records });
      await world.book();
      const { incidents } = await world.postLog();
      const clip = await world.addFile(bystander("R-9", {}));
      const far = await world.addFile(
        aClip({ from: -90_000, to: -89_900, declaration: { recordingId: "R-8" } }),
      );
      await world.settle();
      world.evidence.lose(clip.objectKey);
      await world.advanceTo(TIME_OVER);
      const before = watched.written.length;
      if (stopAfter !== undefined) watched.dieAfter(stopAfter);
      await world.deleteFootage().catch(() => undefined);
      const writes = watched.written.length - before;
      watched.restart();
      const now = world.clock.now().toISOString();
      world = createWorld({ records: watched.records, now, evidence: world.evidence });
      await world.deleteFootage();
      await world.sweep({ restartAll: true });
      await world.settle();
      const end = await Promise.all(
        [clip, far].map(async (one) => ({
          record: await recordOf(world, one),
          custody: (await world.footageCustody.all(one.footageId)).map(({ what }) => what),
          isThere: await isThere(world, one),
        })),
      );
      const seen = (await world.incident(incidents[0]?.incidentId ?? "")).candidates;
      return { end: { end, seen }, writes };
    };
    const whole = await play();
    expect(whole.end.end).toMatchObject([
      { isThere: false, record: { deletedBecause: "FOUND_GONE" } },
      { isThere: false, record: { deletedBecause: "UNMATCHED" } },
    ]);
    for (let writes = 0; writes < whole.writes; writes += 1) {
      expect((await play(writes)).end, `killed before write ${writes}`).toEqual(whole.end);
    }
  }, 240_000);
});
