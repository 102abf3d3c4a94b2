import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError, InvalidInputError } from "#contracts/errors.ts";
import { createIncidentRecords, type IncidentRecords } from "#records/incident-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { anIncident } from "#test/support/stored-builders.ts";
import { type WatchedRecords, watchRecords } from "#test/support/watched-records.ts";

const ms = (time: string): number => Date.parse(time);
const SPAN = { fromMs: ms("2026-11-21T20:59:00Z"), toMs: ms("2026-11-21T21:10:00Z") };

let store: WatchedRecords;
let incidents: IncidentRecords;
beforeEach(() => {
  store = watchRecords(createMemoryRecords());
  incidents = createIncidentRecords(store.records);
});

describe("an incident", () => {
  it("is read as it was created, with its revision", async () => {
    expect(await incidents.create(anIncident(), SPAN)).toBe(true);
    expect(await incidents.read("i1")).toEqual({ record: anIncident(), revision: 1 });
  });

  it("is created once", async () => {
    await incidents.create(anIncident(), SPAN);
    expect(await incidents.create(anIncident({ borough: "Camden" }), SPAN)).toBe(false);
    expect((await incidents.read("i1"))?.record.borough).toBe("Lambeth");
  });

  it("is replaced under its revision only", async () => {
    await incidents.create(anIncident(), SPAN);
    expect(await incidents.replace(anIncident({ borough: "Camden" }), 1)).toBe(true);
    expect(await incidents.replace(anIncident({ borough: "Barnet" }), 1)).toBe(false);
    expect(await incidents.read("i1")).toEqual({ record: anIncident({ borough: "Camden" }), revision: 2 });
  });

  it("is not made by a replacement", async () => {
    expect(await incidents.replace(anIncident(), 1)).toBe(false);
    expect(await incidents.read("i1")).toBeUndefined();
  });

  it("that lost its shape is told as corrupt, by its key and fields and none of its values", async () => {
    const data = { record: { ...anIncident(), borough: 7, weaponSerial: "SECRET" }, span: SPAN };
    await store.records.put({ pk: "INCIDENT#i1", sk: "RECORD", data }, "absent");
    const failure = await incidents.read("i1").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CorruptRecordError);
    expect(String(failure)).toContain("INCIDENT#i1 RECORD");
    expect(String(failure)).toContain("/record/borough");
    expect(String(failure)).not.toContain("SECRET");
  });

  it("is read with others, those that do not exist left out", async () => {
    await incidents.create(anIncident(), SPAN);
    expect((await incidents.readAll(["i0", "i1"])).map((stored) => stored.record.incidentId)).toEqual(["i1"]);
  });
});

describe("the ways to an incident", () => {
  const POINTERS = [
    "HOUR#2026-11-21T20 INCIDENT#i1",
    "HOUR#2026-11-21T21 INCIDENT#i1",
    "REF#CAD 1234/21NOV26 INCIDENT#i1",
    "WEAPON#X12005BX7 INCIDENT#0000004101#i1",
    "OFFICER#PC1 INCIDENT#2026-11-21T21:08:00.000Z#i1",
  ];

  it("are written before it", async () => {
    await incidents.create(anIncident(), SPAN);
    expect(store.written).toEqual([...POINTERS, "INCIDENT#i1 RECORD"]);
  });

  it("that are new are written before its replacement, and only those", async () => {
    await incidents.create(anIncident(), SPAN);
    const moved = anIncident({ officerIds: ["PC1", "PC2"], seqs: [4103, 4100] });
    await incidents.replace(moved, 1, { ...SPAN, toMs: ms("2026-11-21T22:00:00.001Z") });
    expect(store.written.slice(POINTERS.length + 1)).toEqual([
      "HOUR#2026-11-21T22 INCIDENT#i1",
      "WEAPON#X12005BX7 INCIDENT#0000004100#i1",
      "OFFICER#PC2 INCIDENT#2026-11-21T21:08:00.000Z#i1",
      "INCIDENT#i1 RECORD",
    ]);
  });

  it("stay when nothing that they depend on changed: one write", async () => {
    await incidents.create(anIncident(), SPAN);
    await incidents.replace(anIncident({ version: 1, state: "OPEN" }), 1);
    expect(store.written.slice(POINTERS.length + 1)).toEqual(["INCIDENT#i1 RECORD"]);
  });

  it("lead to it by hour, reference, weapon and officer", async () => {
    await incidents.create(anIncident(), SPAN);
    expect(await incidents.incidentsInSpan(ms("2026-11-21T21:59:59Z"), ms("2026-11-21T23:00:00Z"))).toEqual([
      "i1",
    ]);
    expect(await incidents.incidentsByRef("CAD 1234/21NOV26")).toEqual(["i1"]);
    expect(await incidents.incidentsOfWeapon("X12005BX7")).toEqual(["i1"]);
    const day = ["2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z"] as const;
    expect(await incidents.incidentsOfOfficer("PC1", ...day)).toEqual(["i1"]);
  });

  it("lead nowhere else", async () => {
    await incidents.create(anIncident(), SPAN);
    expect(await incidents.incidentsInSpan(ms("2026-11-21T22:00:00Z"), ms("2026-11-21T23:00:00Z"))).toEqual(
      [],
    );
    expect(await incidents.incidentsInSpan(ms("2026-11-21T19:00:00Z"), ms("2026-11-21T20:00:00Z"))).toEqual(
      [],
    );
    expect(await incidents.incidentsByRef("CAD 1234/21NOV2")).toEqual([]);
    expect(await incidents.incidentsOfWeapon("X12005BX")).toEqual([]);
    const dayAfter = ["2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"] as const;
    expect(await incidents.incidentsOfOfficer("PC1", ...dayAfter)).toEqual([]);
  });

  it("take the officer's span as half-open", async () => {
    await incidents.create(anIncident(), SPAN);
    const at = anIncident().occurredAt;
    expect(await incidents.incidentsOfOfficer("PC1", at, "2026-11-21T21:08:00.001Z")).toEqual(["i1"]);
    expect(await incidents.incidentsOfOfficer("PC1", "2026-11-21T21:00:00.000Z", at)).toEqual([]);
  });

  it("give an incident once, however many lead to it", async () => {
    await incidents.create(anIncident(), SPAN);
    await incidents.replace(anIncident({ seqs: [4099] }), 1);
    expect(await incidents.incidentsOfWeapon("X12005BX7")).toEqual(["i1"]);
    expect(await incidents.incidentsInSpan(SPAN.fromMs, SPAN.toMs)).toEqual(["i1"]);
  });

  it("lead to one that is known from a report alone", async () => {
    await incidents.create(anIncident({ seqs: [] }), SPAN);
    expect(await incidents.incidentsOfWeapon("X12005BX7")).toEqual(["i1"]);
  });

  it("of an incident without weapon, officer and reference are its hours", async () => {
    const { weaponSerial: _none, ...rest } = anIncident({ officerIds: [], incidentRefs: [] });
    await incidents.create(rest, SPAN);
    expect(store.written).toEqual([...POINTERS.slice(0, 2), "INCIDENT#i1 RECORD"]);
  });

  it("touch one hour for an empty span, and two when it is a millisecond over", async () => {
    const at = ms("2026-11-21T21:00:00Z");
    await incidents.create(anIncident(), { fromMs: at, toMs: at });
    const hours = () => store.written.filter((key) => key.startsWith("HOUR#")).length;
    expect(hours()).toBe(1);
    await incidents.create(anIncident({ incidentId: "i2" }), { fromMs: at, toMs: at + 3_600_001 });
    expect(hours()).toBe(3);
  });

  it("are not laid over more hours than a booking can have", async () => {
    await expect(
      incidents.create(anIncident(), { fromMs: 0, toMs: ms("2026-11-21T21:00:00Z") }),
    ).rejects.toThrow(InvalidInputError);
    await expect(incidents.incidentsInSpan(0, Number.NaN)).rejects.toThrow(InvalidInputError);
    expect(store.written).toEqual([]);
  });
});

describe("a crash while an incident is written", () => {
  it("anywhere leaves nothing that readers stumble over, and a repetition completes it", async () => {
    for (const writes of [0, 1, 2, 3, 4, 5]) {
      const crashed = watchRecords(createMemoryRecords());
      const repository = createIncidentRecords(crashed.records);
      crashed.dieAfter(writes);
      await expect(repository.create(anIncident(), SPAN)).rejects.toThrow("killed");
      crashed.restart();
      expect(await repository.read("i1")).toBeUndefined();
      expect(await repository.readAll(await repository.incidentsInSpan(SPAN.fromMs, SPAN.toMs))).toEqual([]);
      expect(await repository.readAll(await repository.incidentsOfWeapon("X12005BX7"))).toEqual([]);
      expect(await repository.create(anIncident(), SPAN)).toBe(true);
      expect(await repository.incidentsInSpan(SPAN.fromMs, SPAN.toMs)).toEqual(["i1"]);
      expect(await repository.incidentsByRef("CAD 1234/21NOV26")).toEqual(["i1"]);
    }
  });

  it("leaves the former record standing, and a repetition lays the new ways", async () => {
    await incidents.create(anIncident(), SPAN);
    const moved = anIncident({ officerIds: ["PC2"] });
    store.dieAfter(1);
    await expect(incidents.replace(moved, 1)).rejects.toThrow("killed");
    store.restart();
    expect((await incidents.read("i1"))?.record.officerIds).toEqual(["PC1"]);
    expect(await incidents.replace(moved, 1)).toBe(true);
    const day = ["2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z"] as const;
    expect(await incidents.incidentsOfOfficer("PC2", ...day)).toEqual(["i1"]);
  });
});

describe("lists of incidents", () => {
  const at = (minute: number): string => `2026-11-21T21:${String(minute).padStart(2, "0")}:00.000Z`;
  const createAt = (id: string, minute: number, changes = {}) =>
    incidents.create(anIncident({ incidentId: id, occurredAt: at(minute), ...changes }), SPAN);
  const pagesOf = async (limit: number, bounds = {}): Promise<string[][]> => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await incidents.list({ limit, cursor, ...bounds });
      pages.push(page.items.map((incident) => incident.incidentId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return pages;
  };

  it("go from the newest to the oldest, page by page, each incident once", async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      await createAt(`i${n}`, n);
    }
    expect(await pagesOf(2)).toEqual([["i5", "i4"], ["i3", "i2"], ["i1"]]);
    expect(await pagesOf(5)).toEqual([["i5", "i4", "i3", "i2", "i1"]]);
    expect(await pagesOf(1)).toEqual([["i5"], ["i4"], ["i3"], ["i2"], ["i1"]]);
  });

  it("page through incidents of the same moment", async () => {
    for (const id of ["a", "b", "c"]) {
      await createAt(id, 1);
    }
    expect(await pagesOf(1)).toEqual([["c"], ["b"], ["a"]]);
  });

  it("are bounded by the time of the event, half-open", async () => {
    for (const n of [1, 2, 3, 4]) {
      await createAt(`i${n}`, n);
    }
    expect(await pagesOf(1, { from: at(2), to: at(4) })).toEqual([["i3"], ["i2"]]);
  });

  it("go on without repetition when new incidents came in between", async () => {
    await createAt("i1", 1);
    await createAt("i2", 2);
    const first = await incidents.list({ limit: 1 });
    await createAt("i3", 3);
    const second = await incidents.list({ limit: 5, cursor: first.cursor });
    expect(second.items.map((incident) => incident.incidentId)).toEqual(["i1"]);
  });

  it("are empty without incidents", async () => {
    expect(await incidents.list({ limit: 50 })).toEqual({ items: [], unreadable: [] });
  });

  it.each(["", "not a cursor", "*", "gA", "x".repeat(500)])("refuse the cursor %j", async (cursor) => {
    await expect(incidents.list({ limit: 5, cursor })).rejects.toThrow(InvalidInputError);
  });

  it("give those whose look is due, the longest overdue first, until they need none", async () => {
    await createAt("late", 1, { lookAt: at(10) });
    await createAt("later", 1, { lookAt: at(5) });
    await createAt("future", 1, { lookAt: at(30) });
    await createAt("quiet", 1);
    const due = (limit: number) => incidents.listDueLooks(at(20), limit);
    expect(await due(50)).toEqual(["later", "late"]);
    expect(await due(1)).toEqual(["later"]);
    await incidents.replace(anIncident({ incidentId: "later", occurredAt: at(1) }), 1);
    expect(await due(50)).toEqual(["late"]);
  });
});
