import { afterEach, describe, expect, it } from "vitest";
import {
  ConcurrentWriteError,
  CorruptRecordError,
  DependencyUnavailableError,
  permanentErrorNames,
  transientErrorNames,
} from "#contracts/errors.ts";
import { type TaskName, taskNames } from "#contracts/workflow.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { aUseReport } from "#test/support/workflow-world.ts";
import { createMachineWorld, machine, type Obstacles } from "./machine-world.ts";

const FIRST_PASS = ["Ingest", "Match footage", "Decide verdict", "Notify", "Anything open?"];
const NEXT_PASS = ["Wait until lookAt", "Match footage", "Decide verdict", "Notify", "Anything open?"];
const EVALUATING = ["Ingest", "Match footage", "Decide verdict", "Notify"] as const;

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

async function withDischarge(obstacles: Obstacles = {}) {
  const world = createMachineWorld({ obstacles });
  stop = world.workflow.stop;
  await world.book();
  const { incidents } = await world.postLog();
  const incidentId = incidents[0]?.incidentId ?? "";
  /** Starts a run for each cause at once, and gives the last of all runs when none goes on. */
  const ended = async (...causes: readonly string[]) => {
    for (const cause of causes.length > 0 ? causes : ["test"])
      await world.workflow.start({ incidentId, cause });
    while (world.workflow.executions().some(({ status }) => status === "RUNNING")) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return world.workflow.executions().at(-1);
  };
  return { world, incidentId, ended };
}

const fail = (error: Error) => () => async () => {
  throw error;
};

describe("the synthesised machine with the real use cases", () => {
  it("has exactly the tasks that the code stands behind", () => {
    const tasks = Object.entries(machine.States).filter(([, { Type }]) => Type === "Task");
    expect(tasks.map(([name]) => name).toSorted()).toEqual([...taskNames].toSorted());
  });

  it("goes straight through when footage and report are there, in at most 7 transitions", async () => {
    const { world, incidentId, ended } = await withDischarge();
    await world.postReport();
    await world.addClip(aClip());
    const run = await ended();
    expect(run).toMatchObject({ status: "SUCCEEDED", path: [...FIRST_PASS, "Done"] });
    expect(run?.transitions).toBeLessThanOrEqual(7);
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED"]);
  });

  it("passes once more for each deadline that is reached open, in 5 transitions each", async () => {
    const { world, incidentId, ended } = await withDischarge();
    const run = await ended();
    // The report, the footage and the acknowledgements of two alerts.
    expect(run).toMatchObject({
      status: "SUCCEEDED",
      path: [...FIRST_PASS, ...NEXT_PASS, ...NEXT_PASS, ...NEXT_PASS, ...NEXT_PASS, "Done"],
    });
    expect(run?.transitions).toBeLessThanOrEqual(7 + 4 * 5);
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE", "UNRECORDED"]);
    expect(await world.inboxIds()).toEqual([
      "DISCHARGE_REPORTED.1.1",
      "UNREPORTED_DISCHARGE.0.1",
      "ESCALATED.0.2",
      "UNRECORDED_DISCHARGE.2.1",
      "ESCALATED.2.2",
    ]);
  });

  it("alerts once and ends when one deadline is open", async () => {
    const { world, ended } = await withDischarge();
    await world.postReport();
    await world.addClip(aClip({ from: -10 }));
    const run = await ended();
    expect(run?.path).toEqual([...FIRST_PASS, ...NEXT_PASS, ...NEXT_PASS, "Done"]);
    expect(await world.inboxIds()).toContain("PARTLY_RECORDED_DISCHARGE.2.1");
  });

  it("ends at once for an incident that has become another", async () => {
    const { world, incidentId, ended } = await withDischarge();
    const stored = await world.incidents.read(incidentId);
    if (stored === undefined) throw new Error("no incident");
    await world.incidents.replace({ ...stored.record, mergedInto: "i2", state: "MERGED" }, stored.revision);
    expect(await ended()).toMatchObject({ status: "SUCCEEDED", path: [...FIRST_PASS, "Done"] });
    expect(await world.outcomes(incidentId)).toEqual([]);
  });

  it("starts a run once per cause, and the next attempt after one that failed", async () => {
    const { world, ended } = await withDischarge({
      Ingest: [fail(new CorruptRecordError("broken"))],
    });
    await world.postReport();
    for (let time = 1; time <= 3; time += 1) await ended("one");
    const runs = world.workflow.executions();
    expect(runs.map(({ status }) => status)).toEqual(["FAILED", "SUCCEEDED"]);
    expect(runs.map(({ name }) => name.slice(-2))).toEqual(["-1", "-2"]);
    expect(runs.every(({ name }) => name.length <= 80)).toBe(true);
  });

  it("keeps state that later versions add out of the way", async () => {
    const { world, ended } = await withDischarge({
      "Match footage": [
        (task) => async (input) => ({ ...((await task(input)) as object), addedLater: { any: "thing" } }),
      ],
    });
    await world.postReport();
    await world.addClip(aClip());
    expect(await ended()).toMatchObject({ status: "SUCCEEDED" });
  });
});

describe("what the machine does about errors", () => {
  const transient = {
    ConcurrentWriteError: new ConcurrentWriteError("somebody else wrote"),
    DependencyUnavailableError: new DependencyUnavailableError("no answer"),
  };

  it.each(
    EVALUATING.flatMap((name) =>
      transientErrorNames.map((error): [TaskName, (typeof transientErrorNames)[number]] => [name, error]),
    ),
  )("tries %s again after a %s, and ends the same", async (name, error) => {
    const { world, incidentId, ended } = await withDischarge({
      [name]: [fail(transient[error]), fail(transient[error])],
    });
    await world.postReport();
    await world.addClip(aClip());
    expect(await ended()).toMatchObject({ status: "SUCCEEDED" });
    expect(await world.outcomes(incidentId)).toEqual(["RECORDED"]);
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1"]);
    expect(await world.inbox.operationsMessages()).toEqual([]);
  });

  it.each(EVALUATING)("alerts operations when %s fails for good, and does not try again", async (name) => {
    let calls = 0;
    const { world, incidentId, ended } = await withDischarge({
      [name]: Array.from({ length: 10 }, () => () => async () => {
        calls += 1;
        throw new CorruptRecordError("the record is broken");
      }),
    });
    const run = await ended();
    expect(run).toMatchObject({ status: "FAILED" });
    expect(run?.path.slice(-2)).toEqual(["Alert operations", "Evaluation failed"]);
    expect(calls).toBe(1);
    const [told] = await world.inbox.operationsMessages();
    expect(told).toMatchObject({ subject: `Witnessed: the evaluation of incident ${incidentId} failed` });
    expect(told?.body).toContain("CorruptRecordError");
    expect(told?.body).not.toContain("the record is broken");
    const hourLater = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
    expect((await world.incident(incidentId)).lookAt).toBe(hourLater);
  });

  it("alerts operations when a transient error does not pass", async () => {
    const { world, ended } = await withDischarge({
      Notify: Array.from({ length: 20 }, () => fail(transient.DependencyUnavailableError)),
    });
    const run = await ended();
    expect(run).toMatchObject({ status: "FAILED" });
    const told = await world.inbox.operationsMessages();
    expect(told.map(({ body }) => body.split("\n")[3])).toEqual([
      "It is tried again within half an hour. The log lines of this incident tell more.",
    ]);
  });

  it("is tried again by the next sweep when a transient error did not pass in time", async () => {
    const { world, ended } = await withDischarge({
      Notify: Array.from({ length: 7 }, () => fail(transient.DependencyUnavailableError)),
    });
    await world.postReport();
    await ended();
    expect(await world.inboxIds()).toEqual([]);
    await world.advanceTo(new Date(world.clock.now().getTime() + 11 * 60_000));
    expect(await world.sweep()).toMatchObject({ restarted: 1 });
    await world.settle();
    expect(await world.inboxIds()).toEqual(["DISCHARGE_REPORTED.1.1"]);
  });

  it("ends as failed even when operations cannot be alerted", async () => {
    const { world, ended } = await withDischarge({
      Ingest: [fail(new CorruptRecordError("broken"))],
      "Alert operations": [fail(new CorruptRecordError("broken too"))],
    });
    const run = await ended();
    expect(run).toMatchObject({ status: "FAILED" });
    expect(run?.path.at(-1)).toBe("Evaluation failed");
    expect(world.lines.map(({ code }) => code)).toContain("execution.failed");
  });

  it("is tried again by the sweep an hour later", async () => {
    const { world, incidentId, ended } = await withDischarge({
      "Decide verdict": [fail(new CorruptRecordError("broken"))],
    });
    await world.postReport();
    await ended();
    await world.advanceTo(new Date(world.clock.now().getTime() + 3_600_000 + 11 * 60_000));
    expect(await world.sweep()).toMatchObject({ restarted: 1 });
    await world.settle();
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE"]);
  });

  it("names every error of both families where it has to", () => {
    for (const name of EVALUATING) {
      const state = machine.States[name] as unknown as {
        Retry: { ErrorEquals: string[] }[];
        Catch: { ErrorEquals: string[]; Next: string }[];
      };
      const retried = state.Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried).toEqual(expect.arrayContaining([...transientErrorNames]));
      for (const permanent of permanentErrorNames) expect(retried).not.toContain(permanent);
      expect(retried).not.toContain("States.ALL");
      expect(state.Catch).toEqual([
        expect.objectContaining({ ErrorEquals: ["States.ALL"], Next: "Alert operations" }),
      ]);
    }
  });
});

describe("runs that meet", () => {
  it("end in one version with its alerts once, and one of them sleeps", async () => {
    const { world, incidentId, ended } = await withDischarge();
    await world.postReport(aUseReport({ bodyWornVideo: "yes" }));
    await ended("a", "b", "c", "d");
    expect(await world.outcomes(incidentId)).toEqual(["AWAITING_FOOTAGE", "UNRECORDED"]);
    expect((await world.inboxIds()).toSorted()).toEqual([
      "CONTRADICTION.2.1",
      "DISCHARGE_REPORTED.1.1",
      "ESCALATED.2.2",
      "UNRECORDED_DISCHARGE.2.1",
    ]);
  });
});
