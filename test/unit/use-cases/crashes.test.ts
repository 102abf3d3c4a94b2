import { describe, expect, it } from "vitest";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { RecordData, Records } from "#ports/records.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { aUseReport, aWeaponLog, createWorld, type World } from "#test/support/workflow-world.ts";

const LATER = "2026-11-24T12:00:00Z";

/** What is sent, in the order in which it is sent; the senders repeat what had no answer. */
const story: readonly ((world: World) => Promise<unknown>)[] = [
  (world) => world.postLog(),
  (world) => world.settle(),
  (world) => world.postReport(aUseReport({ bodyWornVideo: "yes" })),
  (world) => world.settle(),
  (world) => world.advanceTo(LATER),
  (world) => world.addClip(aClip()),
  (world) => world.settle(),
];

/** What has to be the same however it came about: not when it was done, nor by which run. */
async function endOf(world: World) {
  const ids = await world.incidents.incidentsOfWeapon("X12005BX7");
  const incidents = await world.incidents.readAll(ids);
  return Promise.all(
    incidents.map(async ({ record }) => ({
      incidentId: record.incidentId,
      state: record.state,
      outcome: record.outcome,
      version: record.version,
      seqs: record.seqs,
      reportIds: record.reportIds,
      candidates: record.candidates.map(({ footageId, state }) => ({ footageId, state })),
      due: record.lookAt !== undefined,
      outcomes: await world.outcomes(record.incidentId),
      alerts: (await world.alerts.all(record.incidentId)).map(({ message, sentAt }) => [
        message.alertId,
        sentAt !== undefined,
      ]),
      inbox: (await world.inboxIds()).toSorted(),
      custody: (await world.custody.all(record.incidentId)).map(({ what }) => what).toSorted(),
    })),
  );
}

async function play(records: Records, stopAfter?: number) {
  const watched = watchRecords(records);
  let world = createWorld({ records: watched.records });
  await world.book();
  const before = watched.written.length;
  if (stopAfter !== undefined) watched.dieAfter(stopAfter);
  let died = false;
  for (const step of story) {
    try {
      await step(world);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== "killed") throw error;
      died = true;
      watched.restart();
      // A new process: its runs are gone, its clock goes on, and it starts again what waits.
      const now = world.clock.now().toISOString();
      world = createWorld({ records: watched.records, now, evidence: world.evidence });
      await world.sweep({ restartAll: true });
      await world.settle();
      await step(world);
    }
  }
  await world.settle();
  const writes = watched.written.length - before;
  await world.sweep({ restartAll: true });
  await world.settle();
  return { end: await endOf(world), writes, died };
}

describe("a process that is killed", () => {
  it("ends the same, after whichever write it was killed and started again", async () => {
    const whole = await play(createMemoryRecords());
    expect(whole.end).toHaveLength(1);
    expect(whole.end[0]).toMatchObject({
      state: "CLOSED",
      outcomes: ["AWAITING_FOOTAGE", "AWAITING_FOOTAGE", "UNRECORDED", "RECORDED"],
      due: false,
      custody: expect.arrayContaining([
        "alerted level 1 of verdict 1: DISCHARGE_REPORTED",
        "gave verdict 3: UNRECORDED",
        "alerted level 1 of verdict 4: REVISED",
        expect.stringMatching(/^locked footage f-\S+ until 2032-/),
      ]),
    });
    expect(whole.writes).toBeGreaterThan(40);
    for (let writes = 0; writes < whole.writes; writes += 1) {
      const { end, died } = await play(createMemoryRecords(), writes);
      expect(died, `killed before write ${writes}`).toBe(true);
      expect(end, `killed before write ${writes}`).toEqual(whole.end);
    }
  }, 120_000);
});

describe("what the sweep heals", () => {
  it("makes incidents of a log whose sender never repeated it", async () => {
    const watched = watchRecords(createMemoryRecords());
    const world = createWorld({ records: watched.records });
    await world.book();
    watched.dieAfter(3);
    await expect(world.postLog()).rejects.toThrow("killed");
    watched.restart();
    await world.advanceTo("2026-11-22T06:11:00Z");
    expect(await world.sweep()).toMatchObject({ formed: 1, unaccounted: 0 });
    await world.settle();
    const { incidents, repeated } = await world.postLog();
    expect(repeated).toBe(true);
    expect(await world.outcomes(incidents[0]?.incidentId ?? "")).toEqual(["AWAITING_FOOTAGE"]);
  });

  it("starts again a run that never came to its end, once it is ten minutes overdue", async () => {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    world.forgetRuns();
    await world.advanceTo("2026-11-22T06:09:00Z");
    expect(await world.sweep()).toMatchObject({ restarted: 0 });
    await world.advanceTo("2026-11-22T06:11:00Z");
    expect(await world.sweep()).toMatchObject({ restarted: 1 });
    await world.settle();
    expect(await world.outcomes(incidents[0]?.incidentId ?? "")).toEqual(["AWAITING_FOOTAGE"]);
    expect(await world.sweep()).toMatchObject({ restarted: 0, unaccounted: 0 });
    expect(world.lines.at(-1)?.code).toBe("sweep.all-accounted-for");
  });

  it("wakes an incident whose sleeper was lost, and only one sleeps then", async () => {
    const world = createWorld();
    await world.book();
    await world.postLog();
    await world.postReport();
    await world.settle();
    world.forgetRuns();
    await world.sweep({ restartAll: true });
    await world.settle();
    expect(world.sleepers()).toHaveLength(1);
    await world.advanceTo("2026-11-24T00:00:00Z");
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.2.1"]);
  });

  it("gives up a promise after seven days, and the verdict says so", async () => {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    await world.postReport();
    await world.addClip(aClip({ record: { state: "AWAITING_UPLOAD" } }));
    await world.settle();
    await world.advanceTo("2026-11-28T00:00:00Z");
    expect(await world.sweep()).toMatchObject({ expired: 0 });
    await world.advanceTo("2026-11-29T06:06:00Z");
    expect(await world.sweep()).toMatchObject({ expired: 1 });
    await world.settle();
    const incidentId = incidents[0]?.incidentId ?? "";
    const [candidate] = (await world.incident(incidentId)).candidates;
    expect(candidate?.state).toBe("EXPIRED");
    const latest = await world.verdicts.latest(incidentId);
    expect(latest?.verdict.findings.map(({ code }) => code)).toContain("PROMISED_FOOTAGE_MISSING");
    expect(await world.sweep()).toMatchObject({ expired: 0 });
  });

  it("goes on with its neighbours when one log cannot be read, and tells operations", async () => {
    const world = createWorld();
    await world.book();
    const log = (logId: string): RecordData => ({
      logId,
      receivedAt: "2026-11-22T05:00:00.000Z",
      deliveredBy: "DOCK1",
      weaponSerial: "X12005BX7",
      documentKey: `weapon-logs/${logId}.json`,
      formed: false,
      incidents: [],
    });
    for (const logId of ["l1", "l2", "l3"]) {
      await world.logs.create(log(logId) as Parameters<typeof world.logs.create>[0]);
    }
    world.evidence.store("weapon-logs/l2.json", new TextEncoder().encode(JSON.stringify(aWeaponLog())));
    world.evidence.store("weapon-logs/l3.json", new TextEncoder().encode("not JSON"));
    expect(await world.sweep()).toMatchObject({ formed: 1, unaccounted: 2 });
    const [told] = await world.inbox.operationsMessages();
    expect(told?.body).toContain("logId l1: RecordNotFoundError, since 2026-11-22T05:00:00.000Z");
    expect(told?.body).toContain("logId l3: CorruptRecordError");
  });

  it("goes on with its neighbours when one record has lost its shape, and tells which", async () => {
    const world = createWorld();
    await world.book();
    await world.postLog();
    world.forgetRuns();
    const lost = (pk: string, list: string) =>
      world.records.put(
        { pk, sk: "RECORD", data: {}, byDue: { list, order: "2026-11-22T00:00:00.000Z#1" } },
        "absent",
      );
    await lost("INCIDENT#i9", "LOOK");
    await lost("LOG#l9", "LOGS");
    await lost("FOOTAGE#f9", "PROMISES");
    await world.addClip(aClip({ record: { state: "AWAITING_UPLOAD" } }));
    await world.advanceTo("2026-11-29T06:06:00Z");
    expect(await world.sweep()).toMatchObject({ restarted: 1, expired: 1, unaccounted: 3 });
    const [told] = await world.inbox.operationsMessages();
    for (const what of ["incidentId i9", "logId l9", "footageId f9"]) {
      expect(told?.body).toContain(`${what}: CorruptRecordError`);
    }
  });

  it("looks at the record, since the list may be behind it", async () => {
    const records = createMemoryRecords();
    let late: Awaited<ReturnType<typeof records.list>> = [];
    const world = createWorld({
      records: {
        ...records,
        list: async (query) => (query.list === "LOOK" && late.length > 0 ? late : records.list(query)),
      },
    });
    await world.book();
    await world.postLog();
    late = await records.list({ index: "byDue", list: "LOOK" });
    await world.settle();
    await world.advanceTo("2026-11-22T06:11:00Z");
    expect(late).toHaveLength(1);
    expect(await world.sweep()).toMatchObject({ restarted: 0, unaccounted: 0 });
  });

  it("goes on with the other lists when one cannot be read", async () => {
    const records = createMemoryRecords();
    const world = createWorld({
      records: {
        ...records,
        list: async (query) => {
          if (query.list === "PROMISES") throw new DependencyUnavailableError("busy");
          return records.list(query);
        },
      },
    });
    await world.book();
    await world.postLog();
    world.forgetRuns();
    await world.advanceTo("2026-11-22T06:11:00Z");
    expect(await world.sweep()).toMatchObject({ restarted: 1, unaccounted: 1 });
    expect((await world.inbox.operationsMessages())[0]?.body).toContain(
      "list promises: DependencyUnavailableError",
    );
  });
});
