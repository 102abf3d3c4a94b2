import { describe, expect, it } from "vitest";
import {
  aBooking,
  aClip,
  anOfficer,
  CAMERA,
  COLLEAGUE,
  OFFICER,
  OTHER_CAMERA,
  WEAPON,
} from "#test/support/build-inputs.ts";
import { createMemoryEvidence, type MemoryEvidence } from "#test/support/memory-evidence.ts";
import { aUseReport, aWeaponLog, createWorld } from "#test/support/workflow-world.ts";

const soleId = (incidents: readonly { readonly incidentId: string }[]): string => {
  expect(incidents).toHaveLength(1);
  return incidents[0]?.incidentId ?? "";
};

async function afterLog() {
  const world = createWorld();
  await world.book();
  const { incidents } = await world.postLog();
  return { world, incidentId: soleId(incidents) };
}

describe("one discharge on its way", () => {
  it("is recorded when footage and report are there, and closes by itself", async () => {
    const { world, incidentId } = await afterLog();
    await world.addClip(aClip());
    await world.postReport();
    await world.settle();
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED"]);
    expect(await world.incident(incidentId)).toMatchObject({
      kind: "DISCHARGE",
      state: "CLOSED",
      outcome: "RECORDED",
      borough: "Southwark",
      version: 1,
    });
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1"]);
    expect(world.sleepers()).toEqual([]);
  });

  it("of a weapon that is booked and not registered counts for nobody until it is registered", async () => {
    const world = createWorld();
    const camera = { serial: CAMERA, kind: "camera", model: "Axon Body 3", status: "active" } as const;
    await world.register.putOfficer(anOfficer());
    await world.register.putDevice(camera, []);
    for (const deviceSerial of [WEAPON, CAMERA]) await world.register.putBooking(aBooking({ deviceSerial }));
    const incidentId = soleId((await world.postLog()).incidents);
    await world.addClip(aClip());
    await world.settle();
    expect(await world.incident(incidentId)).toMatchObject({ officerIds: [], outcome: "AWAITING_FOOTAGE" });
    await world.register.putDevice({ ...camera, serial: WEAPON, kind: "weapon" }, []);
    await world.evaluate({ incidentId, cause: "registered" });
    expect(await world.incident(incidentId)).toMatchObject({ officerIds: [OFFICER], outcome: "RECORDED" });
  });

  it("awaits footage until the grace ends, then alerts, then escalates until it is acknowledged", async () => {
    const { world, incidentId } = await afterLog();
    await world.postReport();
    await world.settle();
    expect(await world.incident(incidentId)).toMatchObject({
      state: "AWAITING_FOOTAGE",
      lookAt: "2026-11-23T21:08:01.000Z",
    });
    await world.advanceTo("2026-11-23T21:09:00Z");
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE", "UNRECORDED"]);
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.2.1"]);
    expect(await world.incident(incidentId)).toMatchObject({
      state: "OPEN",
      deadline: "2026-11-24T01:08:01.000Z",
    });
    await world.advanceTo("2026-11-24T01:09:00Z");
    expect(await world.inboxIds()).toContain("ESCALATED.2.2");
    await world.advanceTo("2026-11-30T00:00:00Z");
    expect(await world.inboxIds()).toHaveLength(3);
    expect(world.sleepers()).toEqual([]);
  });

  it("alerts that no report came, while footage is still awaited", async () => {
    const { world, incidentId } = await afterLog();
    await world.settle();
    await world.advanceTo("2026-11-22T21:08:02Z");
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1", "UNREPORTED_DISCHARGE.0.1"]);
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE"]);
  });

  it("is revised when footage comes after the alert", async () => {
    const { world, incidentId } = await afterLog();
    await world.postReport();
    await world.settle();
    await world.advanceTo("2026-11-24T00:00:00Z");
    await world.addClip(aClip());
    await world.settle();
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE", "UNRECORDED", "RECORDED"]);
    expect(await world.inboxIds()).toContain("REVISED.3.1");
    expect(await world.incident(incidentId)).toMatchObject({ state: "CLOSED" });
    await world.advanceTo("2026-12-24T00:00:00Z");
    expect(await world.inboxIds()).toHaveLength(3);
  });

  it("is noted when it is closed and when a revised verdict opens it again, on the day of each", async () => {
    const { world, incidentId } = await afterLog();
    await world.addClip(aClip());
    await world.postReport();
    await world.settle();
    await world.advanceTo("2026-12-01T00:00:00Z");
    await world.postReport(aUseReport({ revision: 2, bodyWornVideo: "no" }));
    await world.settle();
    const { closures, state } = await world.incident(incidentId);
    expect(state).toBe("OPEN");
    expect(closures).toEqual([
      {
        at: "2026-11-22T06:00:00.000Z",
        what: "closed",
        because: "RECORDED",
        version: 1,
        outcome: "RECORDED",
      },
      expect.objectContaining({ at: "2026-12-01T00:00:00.000Z", what: "reopened", outcome: "RECORDED" }),
    ]);
    for (const day of ["2026-11-22", "2026-12-01"]) {
      expect(await world.incidents.incidentsClosedOn(day, 9)).toEqual([incidentId]);
    }
    expect(await world.incidents.incidentsClosedOn("2026-11-23", 9)).toEqual([]);
  });

  it("counts a colleague's camera that is linked by the incident's reference", async () => {
    const world = createWorld();
    await world.book();
    await world.register.putDevice(
      { serial: OTHER_CAMERA, kind: "camera", model: "AB3", status: "active" },
      [],
    );
    const { incidents } = await world.postLog(aWeaponLog({ incidentRef: "CAD 1234/21NOV26" }));
    await world.addClip(
      aClip({ camera: { serial: OTHER_CAMERA }, declaration: { incidentRef: "CAD 1234/21NOV26" } }),
    );
    await world.register.putBooking({
      deviceSerial: OTHER_CAMERA,
      officerId: COLLEAGUE,
      from: "2026-11-21T14:00:00.000Z",
      to: "2026-11-21T23:00:00.000Z",
    });
    await world.settle();
    const incidentId = soleId(incidents);
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED"]);
    const [candidate] = (await world.incident(incidentId)).candidates;
    expect(candidate?.retainedUntil).toBeDefined();
  });

  it.each([
    ["from the event", "2026-11-22T06:00:00.000Z", ["2032-11-19T21:08:00.000Z"]],
    [
      "from the receipt of an event that lies ahead",
      "2026-11-21T21:00:00.000Z",
      ["2032-11-19T21:00:00.000Z"],
    ],
    ["but not for an event that is older than footage is kept", "2033-01-01T00:00:00.000Z", []],
  ])("locks its footage as long as matches are kept, %s", async (_, now, locks) => {
    const until: string[] = [];
    const evidence: MemoryEvidence = {
      ...createMemoryEvidence(),
      extendRetention: async (_key, time) => void until.push(time),
    };
    const world = createWorld({ now, evidence });
    await world.book();
    const incidentId = soleId((await world.postLog()).incidents);
    await world.addClip(aClip());
    await world.settle();
    expect(await world.outcomes(incidentId)).toContain("RECORDED");
    expect([...new Set(until)]).toEqual(locks);
    expect((await world.incident(incidentId)).candidates).toHaveLength(1);
  });

  it("tells nothing of the same cause twice", async () => {
    const { world, incidentId } = await afterLog();
    await world.postReport();
    await world.settle();
    const state = { incidentId, cause: "again", execution: "again" };
    await world.evaluate(state);
    await world.evaluate(state);
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE"]);
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1"]);
  });
});

describe("logs", () => {
  it("answers a repeated download with the same incidents", async () => {
    const { world, incidentId } = await afterLog();
    await world.settle();
    const before = await world.incident(incidentId);
    const again = await world.postLog();
    expect(again).toMatchObject({ repeated: true, incidents: [{ incidentId, kind: "DISCHARGE" }] });
    await world.settle();
    expect(await world.incident(incidentId)).toEqual(before);
  });

  it("changes nothing when another download brings the same rows", async () => {
    const { world, incidentId } = await afterLog();
    await world.settle();
    const before = await world.incident(incidentId);
    const clock = { deviceClock: "2026-11-22T07:00:00Z", gatewayClock: "2026-11-22T07:00:00Z" };
    const again = await world.postLog(aWeaponLog({ clock }));
    expect(again).toMatchObject({ repeated: false, incidents: [{ incidentId }] });
    expect(world.queued()).toEqual([]);
    expect(await world.incident(incidentId)).toEqual(before);
  });

  it.each([
    ["in order", [0, 1, 2]],
    ["backwards", [2, 1, 0]],
    ["from the middle", [1, 2, 0]],
  ] as const)("makes one incident of rows that come one by one, %s", async (_, order) => {
    const world = createWorld();
    await world.book();
    const whole = aWeaponLog();
    for (const index of order) {
      await world.postLog({ ...whole, events: whole.events.slice(index, index + 1) });
      await world.settle();
    }
    const { incidents } = await world.postLog();
    const record = await world.incident(soleId(incidents));
    expect(record.seqs).toEqual([4101, 4102, 4103]);
    const all = await world.incidents.readAll(await world.incidents.incidentsOfWeapon("X12005BX7"));
    expect(all.filter((one) => one.record.mergedInto === undefined)).toHaveLength(1);
    expect((await world.outcomes(record.incidentId)).at(-1)).toBe("AWAITING_FOOTAGE");
  });

  it("merges two uses when the rows between them come, and the older stays", async () => {
    const world = createWorld();
    await world.book();
    const row = (seq: number, at: string) => ({ seq, at, type: "armed" as const });
    const first = await world.postLog(aWeaponLog({ events: [row(1, "2026-11-21T20:00:00Z")] }));
    await world.settle();
    await world.advanceTo("2026-11-22T06:30:00Z");
    const second = await world.postLog(aWeaponLog({ events: [row(3, "2026-11-21T20:15:00Z")] }));
    await world.settle();
    const [older, younger] = [soleId(first.incidents), soleId(second.incidents)];
    expect(older).not.toBe(younger);
    const bridge = await world.postLog(aWeaponLog({ events: [row(2, "2026-11-21T20:08:00Z")] }));
    await world.settle();
    expect(soleId(bridge.incidents)).toBe(older);
    expect(await world.incident(older)).toMatchObject({ seqs: [1, 2, 3] });
    expect(await world.incident(younger)).toMatchObject({ state: "MERGED", mergedInto: older });
    await world.advanceTo("2026-12-22T06:30:00Z");
    expect(await world.incident(younger)).toMatchObject({ state: "MERGED", mergedInto: older });
    expect(world.sleepers()).toEqual([]);
  });

  it("makes a test of its own of a spark test at booking-out", async () => {
    const world = createWorld();
    await world.book();
    const spark = {
      seq: 4090,
      at: "2026-11-21T14:02:00Z",
      type: "arc",
      durationSeconds: 1,
      cartridge: { kind: "none" },
    };
    const { incidents } = await world.postLog(aWeaponLog({ events: [spark, ...aWeaponLog().events] }));
    await world.settle();
    expect(incidents.map(({ kind }) => kind)).toEqual(["TEST", "DISCHARGE"]);
    expect(await world.incident(incidents[0]?.incidentId ?? "")).toMatchObject({
      state: "CLOSED",
      outcome: "NOT_APPLICABLE",
    });
  });

  it("reads the clock anew when a later part of the memory tells that it was set in between", async () => {
    const world = createWorld();
    await world.book();
    const clock = { deviceClock: "2026-11-22T06:02:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const { incidents } = await world.postLog(aWeaponLog({ clock }));
    await world.settle();
    const incidentId = soleId(incidents);
    expect((await world.incident(incidentId)).occurredAt).toBe("2026-11-21T21:06:00.000Z");
    const sync = { seq: 4200, at: "2026-11-22T01:00:00Z", type: "time-sync" };
    await world.postLog(aWeaponLog({ clock, events: [sync] }));
    await world.settle();
    expect((await world.incident(incidentId)).occurredAt).toBe("2026-11-21T21:08:00.000Z");
    expect((await world.verdicts.latest(incidentId))?.verdict.clocks).toContainEqual(
      expect.objectContaining({ serial: "X12005BX7", basis: "assumed" }),
    );
  });

  it("finds the neighbours of a row far beyond one page of the memory", async () => {
    const world = createWorld();
    await world.book();
    const noise = Array.from({ length: 500 }, (_, index) => ({
      seq: 5000 + index,
      at: "2026-11-21T21:08:20Z",
      type: "battery",
    }));
    const last = { seq: 6000, at: "2026-11-21T21:09:00Z", type: "safe" };
    const first = await world.postLog(aWeaponLog({ events: [...aWeaponLog().events, ...noise] }));
    const second = await world.postLog(aWeaponLog({ events: [last] }));
    expect(soleId(second.incidents)).toBe(soleId(first.incidents));
    expect((await world.incident(soleId(second.incidents))).seqs).toEqual([4101, 4102, 4103, 6000]);
  });
});

describe("reports", () => {
  it("joins the use that the log told of", async () => {
    const { world, incidentId } = await afterLog();
    const received = await world.postReport(aUseReport({ statedAt: "2026-11-21T21:15:00Z" }));
    expect(received).toEqual({ reportId: "UOF-1", revision: 1, created: true, incidentId });
    expect(await world.postReport(aUseReport({ statedAt: "2026-11-21T21:15:00Z" }))).toMatchObject({
      created: false,
    });
    expect((await world.incident(incidentId)).reportIds).toEqual(["UOF-1"]);
  });

  it("makes an incident by itself, which a log that comes later joins", async () => {
    const world = createWorld();
    await world.book();
    const { incidentId } = await world.postReport();
    await world.settle();
    expect(await world.incident(incidentId)).toMatchObject({ seqs: [], kind: "DISCHARGE" });
    const { incidents } = await world.postLog();
    await world.settle();
    expect(soleId(incidents)).toBe(incidentId);
    expect(await world.incident(incidentId)).toMatchObject({
      seqs: [4101, 4102, 4103],
      reportIds: ["UOF-1"],
    });
  });

  it("joins by its officer when it names no weapon, whichever comes first", async () => {
    const { weaponSerial: _none, ...unnamed } = aUseReport();
    const logFirst = await afterLog();
    expect((await logFirst.world.postReport(unnamed)).incidentId).toBe(logFirst.incidentId);
    const world = createWorld();
    await world.book();
    const { incidentId } = await world.postReport(unnamed);
    expect(soleId((await world.postLog()).incidents)).toBe(incidentId);
  });

  it("moves to another use when a revision says another time", async () => {
    const world = createWorld();
    await world.book();
    const earlier = aWeaponLog().events.map((event) => ({
      ...event,
      seq: event.seq - 100,
      at: event.at.replace("T21:", "T19:"),
    }));
    const { incidents } = await world.postLog(aWeaponLog({ events: [...earlier, ...aWeaponLog().events] }));
    const [first, second] = incidents.map(({ incidentId }) => incidentId);
    expect((await world.postReport()).incidentId).toBe(second);
    const moved = await world.postReport(aUseReport({ revision: 2, statedAt: "2026-11-21T19:08:00Z" }));
    expect(moved.incidentId).toBe(first);
    expect((await world.incident(second ?? "")).reportIds).toEqual([]);
    expect((await world.incident(first ?? "")).reportIds).toEqual(["UOF-1"]);
  });

  it("leaves the log behind when it is revised to tell of another use than the one it founded", async () => {
    const world = createWorld();
    await world.book();
    const founded = (await world.postReport()).incidentId;
    expect(soleId((await world.postLog()).incidents)).toBe(founded);
    await world.settle();
    const moved = await world.postReport(aUseReport({ revision: 2, statedAt: "2026-11-20T03:00:00Z" }));
    await world.settle();
    expect(moved.incidentId).not.toBe(founded);
    expect(await world.incident(founded)).toMatchObject({ seqs: [4101, 4102, 4103], reportIds: [] });
    expect(await world.incident(moved.incidentId)).toMatchObject({ seqs: [], reportIds: ["UOF-1"] });
  });

  it("moves to the nearer use when its log comes later", async () => {
    const { world, incidentId } = await afterLog();
    expect((await world.postReport(aUseReport({ statedAt: "2026-11-21T21:17:00Z" }))).incidentId).toBe(
      incidentId,
    );
    await world.settle();
    const nearer = { seq: 4200, at: "2026-11-21T21:19:30Z", type: "armed" };
    const { incidents } = await world.postLog(aWeaponLog({ events: [nearer] }));
    await world.settle();
    const other = soleId(incidents);
    expect(other).not.toBe(incidentId);
    expect((await world.incident(other)).reportIds).toEqual(["UOF-1"]);
    expect((await world.incident(incidentId)).reportIds).toEqual([]);
  });

  it("refuses a local time that spring leaves out, and a revision with other content", async () => {
    const world = createWorld();
    await expect(world.postReport(aUseReport({ statedAt: "2026-03-29T01:30:00" }))).rejects.toThrow(
      "does not exist",
    );
    await world.postReport();
    await expect(world.postReport(aUseReport({ borough: "Lambeth" }))).rejects.toThrow("other content");
  });

  it("shares one incident between two reports of one use", async () => {
    const world = createWorld();
    await world.book();
    const first = await world.postReport();
    const second = await world.postReport(
      aUseReport({ reportId: "UOF-2", statedAt: "2026-11-21T21:10:00Z" }),
    );
    expect(second.incidentId).toBe(first.incidentId);
    expect((await world.incident(first.incidentId)).reportIds).toEqual(["UOF-1", "UOF-2"]);
  });
});
