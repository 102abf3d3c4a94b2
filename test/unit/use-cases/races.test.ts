import { describe, expect, it } from "vitest";
import { aClip } from "#test/support/build-inputs.ts";
import { interruptBefore } from "#test/support/interrupted-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { aUseReport, aWeaponLog, createWorld } from "#test/support/workflow-world.ts";

const AFTER_GRACE = "2026-11-24T12:00:00.000Z";

/** A discharge with its report, known to the store and judged by nobody. */
async function unjudged(now: string) {
  const records = createMemoryRecords();
  const world = createWorld({ records, now });
  await world.book();
  const { incidents } = await world.postLog();
  await world.postReport();
  world.forgetRuns();
  return { records, world, incidentId: incidents[0]?.incidentId ?? "" };
}

describe("two runs at once", () => {
  it("end in one version with its alerts once", async () => {
    const { records, world, incidentId } = await unjudged(AFTER_GRACE);
    const other = createWorld({ records, now: AFTER_GRACE });
    await Promise.all([
      world.evaluate({ incidentId, cause: "a", execution: "a" }),
      other.evaluate({ incidentId, cause: "b", execution: "b" }),
    ]);
    expect(await world.outcomes(incidentId)).toEqual(["UNRECORDED"]);
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1", "UNRECORDED_DISCHARGE.1.1"]);
  });

  it("end the same wherever one overtakes the other", async () => {
    for (const point of ["VERDICT#", "ALERT#", "RECORD"]) {
      for (const type of ["read", "write"] as const) {
        const { records, world, incidentId } = await unjudged(AFTER_GRACE);
        let overtaken = false;
        const slow = createWorld({
          now: AFTER_GRACE,
          records: interruptBefore(
            records,
            (call) => call.type === type && call.key.startsWith(`INCIDENT#${incidentId} ${point}`),
            async () => {
              overtaken = true;
              await world.evaluate({ incidentId, cause: "fast", execution: "fast" });
            },
          ),
        });
        await slow.evaluate({ incidentId, cause: "slow", execution: "slow" });
        expect(overtaken, `${type} ${point}`).toBe(true);
        expect(await world.outcomes(incidentId), `${type} ${point}`).toEqual(["UNRECORDED"]);
        expect(await world.inboxIds(), `${type} ${point}`).toEqual([
          "DISCHARGE_REPORTED.1.1",
          "UNRECORDED_DISCHARGE.1.1",
        ]);
      }
    }
  });

  it("leave one sleeper, which wakes no later than it must", async () => {
    const { world, incidentId } = await unjudged("2026-11-22T08:00:00.000Z");
    const first = await world.evaluate({ incidentId, cause: "a", execution: "a" });
    const second = await world.evaluate({ incidentId, cause: "b", execution: "b" });
    expect(first).toMatchObject({ open: true, lookAt: "2026-11-23T21:08:01.000Z" });
    expect(second).toMatchObject({ open: false });
    expect(await world.evaluate({ incidentId, cause: "a", execution: "a" })).toMatchObject({ open: true });
  });

  it("hand the sleep over to a run that has to wake earlier", async () => {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    await world.postReport();
    const incidentId = incidents[0]?.incidentId ?? "";
    await world.settle();
    expect(world.sleepers()).toHaveLength(1);
    await world.postReport(aUseReport({ revision: 2, statedAt: "2026-11-20T03:00:00Z" }));
    await world.settle();
    expect((await world.incident(incidentId)).lookAt).toBe("2026-11-22T21:08:01.000Z");
    await world.advanceTo("2026-11-22T21:08:02.000Z");
    expect(await world.inboxIds()).toContain("UNREPORTED_DISCHARGE.0.1");
    await world.advanceTo("2026-12-24T00:00:00.000Z");
    expect(world.sleepers()).toEqual([]);
  });

  it("take a sleeper that is long overdue for dead", async () => {
    const { world, incidentId } = await unjudged("2026-11-22T08:00:00.000Z");
    await world.evaluate({ incidentId, cause: "a", execution: "a" });
    await world.advanceTo("2026-11-23T22:00:00.000Z");
    const { open } = await world.evaluate({ incidentId, cause: "b", execution: "b" });
    expect(open).toBe(true);
  });
});

describe("footage that arrives during a run", () => {
  it.each([
    ["before the record is read", "read", "RECORD"],
    ["before the candidates are written", "write", "RECORD"],
    ["before the version is looked up", "read", "VERDICT#"],
    ["before the version is written", "write", "VERDICT#"],
    ["before the alerts are looked up", "read", "ALERT#"],
  ] as const)("is counted in the end when it comes %s", async (_, type, point) => {
    const { records, world, incidentId } = await unjudged(AFTER_GRACE);
    const slow = createWorld({
      now: AFTER_GRACE,
      evidence: world.evidence,
      records: interruptBefore(
        records,
        (call) => call.type === type && call.key.startsWith(`INCIDENT#${incidentId} ${point}`),
        () => world.addClip(aClip()),
      ),
    });
    await slow.evaluate({ incidentId, cause: "slow", execution: "slow" });
    await world.settle();
    expect((await world.outcomes(incidentId)).at(-1)).toBe("RECORDED");
    expect(await world.incident(incidentId)).toMatchObject({ state: "CLOSED" });
    expect((await world.incident(incidentId)).lookAt).toBeUndefined();
  });

  it("stays marked until a run that began after it has ended", async () => {
    const { records, world, incidentId } = await unjudged(AFTER_GRACE);
    const slow = createWorld({
      now: AFTER_GRACE,
      records: interruptBefore(
        records,
        (call) => call.type === "read" && call.key.startsWith(`INCIDENT#${incidentId} ALERT#`),
        () => world.addClip(aClip()),
      ),
    });
    await slow.evaluate({ incidentId, cause: "slow", execution: "slow" });
    world.forgetRuns();
    expect((await world.incident(incidentId)).lookAt).toBe(AFTER_GRACE);
    await world.sweep({ restartAll: true });
    await world.settle();
    expect((await world.outcomes(incidentId)).at(-1)).toBe("RECORDED");
  });
});

describe("logs that arrive at once", () => {
  it("make one incident of the rows of one use", async () => {
    const whole = aWeaponLog();
    const part = (index: number) => ({ ...whole, events: whole.events.slice(index, index + 1) });
    for (const point of ["ROW#", "INCIDENT#"]) {
      for (const type of ["read", "write"] as const) {
        const records = createMemoryRecords();
        const world = createWorld({ records });
        await world.book();
        const slow = createWorld({
          records: interruptBefore(
            records,
            (call) => call.type === type && call.key.startsWith(`WEAPON#X12005BX7 ${point}`),
            () => world.postLog(part(0)),
          ),
        });
        await slow.postLog(part(1));
        await slow.settle();
        await world.settle();
        const ids = await world.incidents.incidentsOfWeapon("X12005BX7");
        const live = (await world.incidents.readAll(ids)).filter(
          ({ record }) => record.mergedInto === undefined,
        );
        expect(live, `${type} ${point}`).toHaveLength(1);
        expect(live[0]?.record.seqs, `${type} ${point}`).toEqual([4101, 4102]);
      }
    }
  });

  it("and a report find each other", async () => {
    let found = 0;
    for (const point of ["WEAPON#X12005BX7 REPORT#", "WEAPON#X12005BX7 INCIDENT#", "REPORT#UOF-1"]) {
      for (const type of ["read", "write"] as const) {
        const records = createMemoryRecords();
        const world = createWorld({ records });
        await world.book();
        let logCame = false;
        const slow = createWorld({
          records: interruptBefore(
            records,
            (call) => call.type === type && call.key.startsWith(point),
            () => {
              logCame = true;
              return world.postLog();
            },
          ),
        });
        await slow.postReport();
        if (!logCame) continue;
        found += 1;
        await slow.settle();
        await world.settle();
        const ids = await world.incidents.incidentsOfWeapon("X12005BX7");
        const live = (await world.incidents.readAll(ids)).filter(
          ({ record }) => record.mergedInto === undefined,
        );
        expect(live, `${type} ${point}`).toHaveLength(1);
        expect(live[0]?.record, `${type} ${point}`).toMatchObject({
          seqs: [4101, 4102, 4103],
          reportIds: ["UOF-1"],
        });
      }
    }
    expect(found).toBeGreaterThan(3);
  });
});
