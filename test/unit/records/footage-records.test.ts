import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError } from "#contracts/errors.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import { createFootageRecords, type FootageRecords } from "#records/footage-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { aClip } from "#test/support/stored-builders.ts";
import { type WatchedRecords, watchRecords } from "#test/support/watched-records.ts";

const ms = (time: string): number => Date.parse(time);
const SPAN = { fromMs: ms("2026-11-21T20:59:59Z"), toMs: ms("2026-11-21T21:10:00Z") };
const REF = { declaration: { incidentRef: "CAD 1" } };

let store: WatchedRecords;
let footage: FootageRecords;
beforeEach(() => {
  store = watchRecords(createMemoryRecords());
  footage = createFootageRecords(store.records);
});

const idsOf = (found: readonly { readonly footageId: string }[]): string[] =>
  found.map((clip) => clip.footageId);

describe("a clip", () => {
  it("is read as it was declared, and created once", async () => {
    expect(await footage.create(aClip(), SPAN)).toBe(true);
    expect(await footage.create(aClip({ state: "REJECTED" }), SPAN)).toBe(false);
    expect(await footage.read("f1")).toEqual({ record: aClip(), revision: 1 });
  });

  it("is replaced under its revision only", async () => {
    await footage.create(aClip(), SPAN);
    expect(await footage.replace(aClip({ state: "PROCESSING" }), 1)).toBe(true);
    expect(await footage.replace(aClip({ state: "EXPIRED" }), 1)).toBe(false);
    expect(await footage.read("f1")).toEqual({ record: aClip({ state: "PROCESSING" }), revision: 2 });
  });

  it("is found by the key of its object", async () => {
    await footage.create(aClip({ objectKey: "X8/2026/11/01JABC" }), SPAN);
    expect((await footage.byObjectKey("X8/2026/11/01JABC"))?.record.footageId).toBe("f1");
    expect(await footage.byObjectKey("X8/2026/11/another")).toBeUndefined();
  });

  it("has its ways written before itself", async () => {
    await footage.create(aClip(REF), SPAN);
    expect(store.written).toEqual([
      "OBJECT#X81234567/2026/11/01J RECORD",
      "DEVICE#X81234567 CLIP#2026-11-22T06:00:00.000Z#f1",
      "HOUR#2026-11-21T20 FOOTAGE#X81234567#f1",
      "HOUR#2026-11-21T21 FOOTAGE#X81234567#f1",
      "REF#CAD 1 FOOTAGE#f1",
      "FOOTAGE#f1 RECORD",
    ]);
  });

  it("costs one write when only its state changes", async () => {
    await footage.create(aClip(REF), SPAN);
    const before = store.written.length;
    await footage.replace(aClip({ ...REF, state: "PROCESSING" }), 1);
    expect(store.written.slice(before)).toEqual(["FOOTAGE#f1 RECORD"]);
  });

  it("that lost its shape is told as corrupt", async () => {
    await store.records.put({ pk: "FOOTAGE#f1", sk: "RECORD", data: { record: {} } }, "absent");
    await expect(footage.read("f1")).rejects.toThrow(CorruptRecordError);
  });
});

describe("a search for footage", () => {
  it("finds clips of every camera in the hours that the span touches, each once, in every state", async () => {
    await footage.create(aClip({ footageId: "f2", state: "REJECTED" }), SPAN);
    await footage.create(aClip({ declaration: { camera: { serial: "CAR1", kind: "vehicle" } } }), SPAN);
    expect(idsOf(await footage.footageInSpan(SPAN.fromMs, SPAN.toMs))).toEqual(["f1", "f2"]);
    expect(idsOf(await footage.footageInSpan(SPAN.toMs, SPAN.toMs + 1))).toEqual(["f1", "f2"]);
    expect(await footage.footageInSpan(ms("2026-11-21T22:00:00Z"), ms("2026-11-21T23:00:00Z"))).toEqual([]);
  });

  it("finds clips of one camera, whose serial may begin another's", async () => {
    await footage.create(aClip({ declaration: { camera: { serial: "CAM", kind: "fixed" } } }), SPAN);
    await footage.create(
      aClip({ footageId: "f2", declaration: { camera: { serial: "CAM-2", kind: "fixed" } } }),
      SPAN,
    );
    expect(idsOf(await footage.footageOfCamera("CAM", SPAN.fromMs, SPAN.toMs))).toEqual(["f1"]);
    expect(idsOf(await footage.footageOfCamera("CAM-2", SPAN.fromMs, SPAN.toMs))).toEqual(["f2"]);
  });

  it("finds clips by their reference", async () => {
    await footage.create(aClip(REF), SPAN);
    await footage.create(aClip({ footageId: "f2" }), SPAN);
    expect(idsOf(await footage.footageByRef("CAD 1"))).toEqual(["f1"]);
    expect(await footage.footageByRef("CAD 2")).toEqual([]);
  });

  it("finds clips with an untrusted clock by when they were declared, half-open, and not by hour", async () => {
    await footage.create(aClip(), "untrusted");
    const at = "2026-11-22T06:00:00.000Z";
    expect(idsOf(await footage.untrustedFootage(at, "2026-11-22T06:00:00.001Z"))).toEqual(["f1"]);
    expect(await footage.untrustedFootage("2026-11-22T05:00:00.000Z", at)).toEqual([]);
    expect(await footage.footageInSpan(SPAN.fromMs, SPAN.toMs)).toEqual([]);
  });

  it("finds a clip where it was moved to", async () => {
    await footage.create(aClip(), "untrusted");
    expect(await footage.replace(aClip(), 1, SPAN)).toBe(true);
    expect(idsOf(await footage.footageInSpan(SPAN.fromMs, SPAN.toMs))).toEqual(["f1"]);
  });

  it("skips a way that leads nowhere, as a crash leaves it", async () => {
    for (const writes of [1, 2, 3, 4]) {
      const crashed = watchRecords(createMemoryRecords());
      const repository = createFootageRecords(crashed.records);
      crashed.dieAfter(writes);
      await expect(repository.create(aClip(REF), SPAN)).rejects.toThrow("killed");
      crashed.restart();
      expect(await repository.footageInSpan(SPAN.fromMs, SPAN.toMs)).toEqual([]);
      expect(await repository.footageByRef("CAD 1")).toEqual([]);
      expect(await repository.byObjectKey(aClip().objectKey)).toBeUndefined();
      expect(await repository.create(aClip(REF), SPAN)).toBe(true);
      expect(idsOf(await repository.footageByRef("CAD 1"))).toEqual(["f1"]);
    }
  });

  it("gives clips by id, each once, those that do not exist left out", async () => {
    await footage.create(aClip(), SPAN);
    expect(idsOf(await footage.readAll(["f1", "f0", "f1"]))).toEqual(["f1"]);
  });
});

describe("promises", () => {
  it("are due once their URLs have expired, the oldest first, until they are settled", async () => {
    const promise = (footageId: string, minute: number) =>
      aClip({ footageId, urlsExpireAt: `2026-11-22T06:${minute}:00.000Z` });
    await footage.create(promise("f1", 20), SPAN);
    await footage.create({ ...promise("f2", 10), state: "PROCESSING" }, SPAN);
    await footage.create(promise("f3", 40), SPAN);
    const due = () => footage.listDuePromises("2026-11-22T06:30:00.000Z", 50);
    expect(await due()).toEqual(["f2", "f1"]);
    for (const state of ["ACCEPTED", "REJECTED", "EXPIRED"] as const) {
      const current = await footage.read("f2");
      await footage.replace({ ...promise("f2", 10), state }, current?.revision ?? 0);
      expect(await due()).toEqual(["f1"]);
    }
    expect(await footage.listDuePromises("2026-11-22T07:00:00.000Z", 1)).toEqual(["f1"]);
  });
});

describe("clips whose files are to be looked after", () => {
  const stored = {
    bytes: 3,
    versionId: "v1",
    storedAt: "2026-11-22T06:00:00.000Z",
    sha256: "a".repeat(64),
    composite: false,
  };
  const entry = { incidentId: "i1", since: "2026-11-23T00:00:00.000Z", placed: true };
  const released = { at: "2026-11-24T00:00:00.000Z", by: "s1", reason: "over" };
  const listsOf = async () => ({
    received: await footage.listReceived("2026-11-22T06:00:00.001Z", 10),
    kept: await footage.listKept("2026-11-25T00:00:00.000Z", 10),
    released: await footage.listReleased(10),
  });

  it.each<[string, Partial<FootageRecord>, Partial<Awaited<ReturnType<typeof listsOf>>>]>([
    ["was received, before the first look", {}, { received: ["f1"] }],
    ["was rejected, before the first look", { state: "REJECTED" }, { received: ["f1"] }],
    [
      "is due for its next look",
      { keeping: { holds: [], lookAt: "2026-11-25T00:00:00.000Z" } },
      { kept: ["f1"] },
    ],
    ["is not due yet", { keeping: { holds: [], lookAt: "2026-11-25T00:00:00.001Z" } }, {}],
    ["is held", { keeping: { holds: [entry], lookAt: "2026-11-24T00:00:00.000Z" } }, { kept: ["f1"] }],
    [
      "has a hold that was released",
      { keeping: { holds: [{ ...entry, released }], lookAt: "2026-11-24T00:00:00.000Z" } },
      { released: ["f1"] },
    ],
    [
      "has a hold that is being lifted",
      { keeping: { holds: [], lifting: released.at } },
      { released: ["f1"] },
    ],
    ["was deleted", { deletedAt: "2026-11-24T00:00:00.000Z", keeping: { holds: [] } }, {}],
    [
      "was deleted, and not everybody has been told",
      {
        deletedAt: "2026-11-24T00:00:00.000Z",
        keeping: { holds: [], lookAt: "2026-11-24T00:00:00.000Z" },
      },
      { kept: ["f1"] },
    ],
  ])("are on one list at most: what %s", async (_, changes, expected) => {
    await footage.create(aClip({ state: "ACCEPTED", stored, ...changes }), SPAN);
    expect(await listsOf()).toEqual({ received: [], kept: [], released: [], ...expected });
  });

  it("are not there for what was promised and never came", async () => {
    await footage.create(aClip({ state: "EXPIRED" }), SPAN);
    expect(await listsOf()).toEqual({ received: [], kept: [], released: [] });
  });
});
