import { describe, expect, it } from "vitest";
import type { FootageRecord } from "#contracts/footage.ts";
import { createSweepRecords } from "#records/sweep-records.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { createMemoryEvidence } from "#test/support/memory-evidence.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { anOfficer } from "#test/support/stored-builders.ts";
import { createWorld, type Reader, type World } from "#test/support/workflow-world.ts";
import { askForProbe } from "#use-cases/footage/ask-for-probe.ts";
import { createAttempts } from "#use-cases/sweep/attempts.ts";
import { type ProbeRejectedDeps, probeRejected } from "#use-cases/sweep/probe-rejected.ts";

const file = new Uint8Array([1]);
const key = (name: string) => `footage/X1/2026/11/${name}`;
const toldOf = async (world: World) =>
  (await world.inbox.operationsMessages()).map(({ body }) => body).join("\n");
const unusable =
  (code: string): Reader["probe"] =>
  async () => ({ outcome: "unusable", code, detail: `It is ${code}.` });

/** A clip of one byte, so that the file that `addClip` stores is the one that was declared. */
const ofOneByte = (changes: Parameters<typeof aClip>[0] = {}) => {
  const sha256 = "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";
  const { file: shape } = aClip().declaration;
  return aClip({ ...changes, declaration: { ...changes.declaration, file: { ...shape, bytes: 1, sha256 } } });
};

const rejected = (record: Partial<Omit<FootageRecord, "declaration">> = {}) =>
  ofOneByte({
    record: {
      state: "REJECTED",
      rejection: { code: "UNSUPPORTED_CODEC", detail: "Not this one." },
      readerVersion: 1,
      ...record,
    },
  });

describe("a file that nobody declared", () => {
  it("is found by the sweep, told to operations once, and listed with its age until it is gone", async () => {
    const world = createWorld();
    world.evidence.store(key("A"), file);
    await world.advanceTo("2026-11-22T14:00:00Z");
    const report = await world.sweep();
    expect(report).toMatchObject({
      allAccountedFor: false,
      unaccounted: 1,
      undeclared: {
        count: 1,
        oldest: { id: key("A"), since: "2026-11-22T06:00:00.000Z", ageSeconds: 28_800 },
      },
    });
    expect(world.lines.at(-1)).toEqual({ code: "sweep.unaccounted", fields: { count: 1 } });
    expect(await toldOf(world)).toContain(`objectKey ${key("A")}: declared by nobody, since 2026-11-22T06`);

    expect(await world.sweep()).toMatchObject({ allAccountedFor: false, undeclared: { count: 1 } });
    expect(await world.inbox.operationsMessages()).toHaveLength(1);
    expect(world.lines.at(-1)).toEqual({ code: "sweep.still-unaccounted", fields: { count: 1 } });

    world.evidence.lose(key("A"));
    expect(await world.sweep()).toMatchObject({ allAccountedFor: true, undeclared: { count: 0 } });
    expect(await world.undeclared.list(10)).toEqual([]);
  });

  it("is told of again when the process ended before it was noted that operations were told", async () => {
    const records = createMemoryRecords();
    let ends = true;
    const world = createWorld({
      records: {
        ...records,
        put: async (record, condition) => {
          if (ends && record.data["toldAt"] !== undefined) throw new Error("killed");
          return records.put(record, condition);
        },
      },
    });
    world.evidence.store(key("A"), file);
    await expect(world.sweep()).rejects.toThrow("killed");
    ends = false;
    await world.advanceTo("2026-11-22T06:15:00Z");
    await world.sweep();
    await world.advanceTo("2026-11-22T06:30:00Z");
    await world.sweep();
    expect((await toldOf(world)).match(/declared by nobody/g)).toHaveLength(2);
  });

  it("is none while a clip was declared for it, whatever became of the clip", async () => {
    const world = createWorld();
    for (const state of ["AWAITING_UPLOAD", "ACCEPTED", "REJECTED", "EXPIRED"] as const) {
      const clip = ofOneByte({
        declaration: { recordingId: state },
        record: { state, objectKey: key(state), urlsExpireAt: "2026-11-23T00:00:00.000Z" },
      });
      await world.footage.create(clip, "untrusted");
      world.evidence.store(clip.objectKey, file);
    }
    expect(await world.sweep()).toMatchObject({ allAccountedFor: true });
  });

  it("is found a page a run, in rounds of a day", async () => {
    const listed: (string | undefined)[] = [];
    const memory = createMemoryEvidence();
    const name = (index: number) => key(String(index).padStart(4, "0"));
    for (let index = 0; index < 250; index += 1) memory.store(name(index), file);
    const evidence: typeof memory = {
      ...memory,
      listObjects: async (page) => {
        listed.push(page.after);
        return memory.listObjects(page);
      },
    };
    const world = createWorld({ evidence });
    const noted = async () => (await world.undeclared.list(500)).length;
    await world.sweep();
    expect(await noted()).toBe(200);
    await world.sweep();
    expect(await noted()).toBe(250);
    await world.sweep();
    await world.advanceTo("2026-11-23T05:59:00Z");
    await world.sweep();
    expect(listed).toEqual([undefined, name(199)]);
    await world.advanceTo("2026-11-23T06:00:00Z");
    await world.sweep();
    expect(listed).toEqual([undefined, name(199), undefined]);
    // The day counts from the first page of a round, so that long rounds follow one another without a break.
    expect(await world.sweeps.readRound("objects")).toEqual({
      began: "2026-11-23T06:00:00.000Z",
      after: name(199),
    });
    await world.advanceTo("2026-11-24T05:00:00Z");
    await world.sweep();
    expect(await world.sweeps.readRound("objects")).toEqual({ began: "2026-11-23T06:00:00.000Z" });
  });

  it("does not hide behind a record that cannot be read", async () => {
    const world = createWorld();
    await world.footage.create(ofOneByte({ record: { objectKey: key("A") } }), "untrusted");
    await world.records.put(
      { pk: `FOOTAGE#${ofOneByte().footageId}`, sk: "RECORD", data: { record: {} } },
      "any",
    );
    world.evidence.store(key("A"), file);
    world.evidence.store(key("B"), file);
    expect(await world.sweep()).toMatchObject({ undeclared: { count: 1, oldest: { id: key("B") } } });
  });
});

describe("an accepted clip whose file is gone", () => {
  it("is found by the sweep and handed over to who looks after files", async () => {
    const world = createWorld();
    const clip = ofOneByte({ record: { state: "ACCEPTED" } });
    await world.addClip(clip);
    expect(await world.sweep()).toMatchObject({ allAccountedFor: true });
    world.evidence.lose(clip.objectKey);
    await world.advanceTo("2026-11-23T06:00:00Z");
    expect(await world.sweep()).toMatchObject({
      allAccountedFor: false,
      gone: { count: 1, oldest: { id: clip.footageId } },
    });
    const { keeping } = (await world.footage.read(clip.footageId))?.record ?? {};
    expect(keeping?.lookAt).toBe("2026-11-23T06:00:00.000Z");
    expect(await world.footage.listKept("2026-11-23T06:00:01.000Z", 10)).toEqual([clip.footageId]);
  });

  it("is left alone while it is being deleted, and once that is noted", async () => {
    const world = createWorld();
    const clip = ofOneByte({ record: { state: "ACCEPTED" } });
    await world.footage.create(
      { ...clip, keeping: { holds: [], deleting: "2026-11-22T05:00:00.000Z" } },
      "untrusted",
    );
    const other = { declaration: { recordingId: "R-2" } };
    await world.footage.create(
      ofOneByte({ ...other, record: { state: "ACCEPTED", deletedAt: "2026-11-22T05:00:00.000Z" } }),
      "untrusted",
    );
    expect(await world.sweep()).toMatchObject({ allAccountedFor: true, gone: { count: 0 } });
  });
});

describe("a rejected file", () => {
  it("is read again by a newer reader, and the use that it shows is judged again", async () => {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    const incidentId = incidents[0]?.incidentId ?? "";
    const clip = rejected();
    await world.addClip(clip);
    await world.settle();
    expect(await world.sweep()).toMatchObject({ probedAgain: 0 });

    const media = { ...aClip().media, playableSeconds: 120 } as NonNullable<FootageRecord["media"]>;
    world.upgradeTo({ version: 2, probe: async () => ({ outcome: "playable", media }) });
    expect(await world.sweep()).toMatchObject({ probedAgain: 1, allAccountedFor: true });
    const record = (await world.footage.read(clip.footageId))?.record;
    expect(record).toMatchObject({ state: "ACCEPTED", media, readerVersion: 2 });
    expect(record?.rejection).toBeUndefined();
    expect((await world.footageCustody.all(clip.footageId)).map(({ who, what }) => [who, what])).toEqual([
      ["engine", "read the file again with reader 2: accepted"],
    ]);
    await world.settle();
    expect((await world.outcomes(incidentId)).at(-1)).toBe("RECORDED");
    expect(await world.sweep()).toMatchObject({ probedAgain: 0 });
  });

  it("is read again once for each request, by the same reader too", async () => {
    const world = createWorld();
    const clip = rejected();
    await world.addClip(clip);
    const { footageId } = clip;
    const reason = "The store was restored.";
    await askForProbe({ footageId, by: "a-1", reason }, world.deps);
    const askedAt = world.clock.now().toISOString();
    await world.advanceTo("2026-11-22T06:15:00Z");
    expect(await world.sweep()).toMatchObject({ probedAgain: 1 });
    expect((await world.footage.read(footageId))?.record.state).toBe("ACCEPTED");
    expect((await world.footageCustody.all(footageId)).map(({ who, what, why }) => [who, what, why])).toEqual(
      [
        ["a-1", "asked for the file to be read again", reason],
        ["engine", `read the file again with reader 1, as asked on ${askedAt}: accepted`, reason],
      ],
    );
    expect((await world.probeRequests.read(footageId))?.record.doneAt).toBe("2026-11-22T06:15:00.000Z");
    expect(await world.sweep()).toMatchObject({ probedAgain: 0 });
  });

  it("is passed over, its request done, when it was accepted or deleted meanwhile", async () => {
    const world = createWorld();
    const clip = rejected();
    await world.addClip(clip);
    await askForProbe({ footageId: clip.footageId, by: "a-1", reason: "Why not." }, world.deps);
    const stored = await world.footage.read(clip.footageId);
    await world.footage.replace({ ...clip, deletedAt: "2026-11-22T06:00:00.000Z" }, stored?.revision ?? 0);
    world.upgradeTo({ version: 2, probe: unusable("NEVER_ASKED") });
    await world.sweep();
    expect((await world.footage.read(clip.footageId))?.record).toMatchObject({ readerVersion: 1 });
    expect(await world.probeRequests.listOpen(10)).toEqual([]);
  });

  it("keeps its state with the newer reader's code when that refuses it too", async () => {
    const world = createWorld();
    await world.addClip(rejected());
    world.upgradeTo({ version: 2, probe: unusable("CORRUPT_INDEX") });
    await world.sweep();
    const record = (await world.footage.read(rejected().footageId))?.record;
    expect(record).toMatchObject({
      state: "REJECTED",
      rejection: { code: "CORRUPT_INDEX", detail: "It is CORRUPT_INDEX." },
      readerVersion: 2,
    });
    expect(world.queued()).toEqual([]);
  });

  it("is not read again when its size or hash was wrong, which no reader changes", async () => {
    const world = createWorld();
    const { readerVersion: _, ...unread } = rejected();
    await world.addClip(unread);
    world.upgradeTo({ version: 2, probe: unusable("NEVER_ASKED") });
    expect(await world.sweep()).toMatchObject({ probedAgain: 0 });
  });

  it("ends the same when the process was killed after the custody entry", async () => {
    const records = createMemoryRecords();
    let ends = true;
    const clip = rejected();
    const world = createWorld({
      records: {
        ...records,
        put: async (record, condition) => {
          if (ends && record.pk === `FOOTAGE#${clip.footageId}` && record.sk === "RECORD") {
            throw new Error("killed");
          }
          return records.put(record, condition);
        },
      },
    });
    ends = false;
    await world.addClip(clip);
    ends = true;
    world.upgradeTo({ version: 2, probe: unusable("CORRUPT_INDEX") });
    expect(await world.sweep()).toMatchObject({ unaccounted: 1 });
    ends = false;
    expect(await world.sweep()).toMatchObject({ probedAgain: 1, unaccounted: 0 });
    expect(await world.footageCustody.all(clip.footageId)).toHaveLength(1);
  });

  it("is handed over to who looks after files when it is gone", async () => {
    const world = createWorld();
    const clip = rejected();
    await world.addClip(clip);
    world.evidence.lose(clip.objectKey);
    world.upgradeTo({ version: 2, probe: unusable("NEVER_ASKED") });
    await world.sweep();
    const record = (await world.footage.read(clip.footageId))?.record;
    expect(record).toMatchObject({ rejection: { code: "UNSUPPORTED_CODEC" }, keeping: { holds: [] } });
    expect(record?.keeping?.lookAt).toBe(world.clock.now().toISOString());
  });

  it("waits for the next runs when there are many, and lets none that fails keep the others waiting", async () => {
    const world = createWorld();
    const numbered = (number: number) =>
      ofOneByte({
        declaration: { recordingId: `R-${number}` },
        record: {
          state: "REJECTED",
          rejection: { code: "UNSUPPORTED_CODEC", detail: "Not this one." },
          readerVersion: 1,
          objectKey: key(String(number)),
          declaredAt: new Date(Date.parse("2026-11-22T05:00:00Z") + number).toISOString(),
        },
      });
    const clips = Array.from({ length: 45 }, (_, number) => numbered(number));
    for (const clip of clips) await world.addClip(clip);
    let fails = true;
    world.upgradeTo({
      version: 2,
      probe: async (file) => {
        if (fails) throw new Error("the store does not answer");
        return unusable("CORRUPT_INDEX")(file);
      },
    });
    expect(await world.sweep()).toMatchObject({ probedAgain: 20, unaccounted: 20 });
    fails = false;
    const counts = [];
    for (let runs = 0; runs < 3; runs += 1) counts.push((await world.sweep()).probedAgain);
    expect(counts).toEqual([20, 5, 20]);
  });

  it("is not read by a run that has no time left", async () => {
    const slow = createMemoryEvidence();
    let world = createWorld();
    const evidence: typeof slow = {
      ...slow,
      stat: async (name) => {
        await world.advanceTo(new Date(world.clock.now().getTime() + 200_000));
        return slow.stat(name);
      },
    };
    world = createWorld({ evidence });
    await world.addClip(ofOneByte({ declaration: { recordingId: "R-2" }, record: { state: "ACCEPTED" } }));
    await world.addClip(rejected({ objectKey: key("B") }));
    const promise = ofOneByte({
      declaration: { recordingId: "R-3" },
      record: { state: "AWAITING_UPLOAD", objectKey: key("C"), urlsExpireAt: "2026-11-22T05:00:00.000Z" },
    });
    await world.footage.create(promise, "untrusted");
    slow.store(promise.objectKey, file);
    world.upgradeTo({ version: 2, probe: unusable("NEVER_ASKED") });
    expect(await world.sweep()).toMatchObject({
      probedAgain: 0,
      settled: 0,
      unread: { count: 1, oldest: { id: promise.footageId } },
      allAccountedFor: true,
    });
  });

  it("keeps its turn when a run has no time left", async () => {
    const rounds = createSweepRecords(createMemoryRecords());
    const read: string[] = [];
    const deps: ProbeRejectedDeps = {
      sweeps: rounds,
      footage: {
        read: async (footageId) => ({ record: rejected({ footageId }), revision: 1 }),
        listByStanding: async (_, { cursor }) =>
          cursor === undefined ? { items: ["f1"], cursor: "1" } : { items: ["f2"] },
      },
      probeRequests: { listOpen: async () => [] },
      readerVersion: 2,
      probeAgain: async (footageId) => void read.push(footageId),
    };
    const { log, clock } = createWorld().deps;
    const run = (late: boolean) =>
      probeRejected({ ...createAttempts(log), now: clock.now(), isLate: () => late }, deps);
    for (const late of [true, true, false, true, false]) await run(late);
    expect(read).toEqual(["f1", "f2"]);
  });
});

describe("officers who were registered before their collar numbers led to them", () => {
  it("are noted by the sweep, a page a run, once", async () => {
    const world = createWorld();
    for (let index = 0; index < 201; index += 1) {
      const officerId = `P-${String(index).padStart(3, "0")}`;
      const data = anOfficer({ officerId, collarNumber: `C${index}` });
      const byTime = { list: "OFFICERS", order: officerId };
      await world.records.put({ pk: `OFFICER#${officerId}`, sk: "RECORD", data, byTime }, "absent");
    }
    const found = () => Promise.all(["C0", "C200"].map(world.register.officersByCollar));
    expect(await found()).toEqual([[], []]);
    await world.sweep();
    expect(await found()).toEqual([["P-000"], []]);
    await world.sweep();
    expect(await found()).toEqual([["P-000"], ["P-200"]]);
    await world.records.remove({ pk: "COLLAR#C0", sk: "OFFICER#P-000" }, "any");
    await world.advanceTo("2027-11-22T14:00:00Z");
    await world.sweep();
    expect(await found()).toEqual([[], ["P-200"]]);
  });
});

describe("a change that incidents have not heard of", () => {
  it("is told by the sweep when the process that wrote it was killed", async () => {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    await world.settle();
    const clip = ofOneByte({ record: { state: "ACCEPTED", untold: true } });
    world.evidence.store(clip.objectKey, file);
    const span = { fromMs: Date.parse("2026-11-21T21:07:00Z"), toMs: Date.parse("2026-11-21T21:09:05Z") };
    await world.footage.create(clip, span);
    await world.sweep();
    await world.settle();
    expect((await world.incident(incidents[0]?.incidentId ?? "")).candidates).toMatchObject([
      { footageId: clip.footageId, state: "ACCEPTED" },
    ]);
    expect((await world.footage.read(clip.footageId))?.record.untold).toBeUndefined();
  });

  it("is told of an expired promise after the record says so", async () => {
    const states: string[] = [];
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    await world.settle();
    const clip = ofOneByte({ record: { state: "AWAITING_UPLOAD" } });
    await world.addClip(clip);
    await world.settle();
    await world.advanceTo("2026-11-29T06:06:00Z");
    await world.sweep();
    for (const { cause } of world.queued()) states.push(cause);
    expect(states).toContainEqual(expect.stringMatching(/^footage-\S+-EXPIRED/));
    await world.settle();
    const [candidate] = (await world.incident(incidents[0]?.incidentId ?? "")).candidates;
    expect(candidate?.state).toBe("EXPIRED");
  });
});
