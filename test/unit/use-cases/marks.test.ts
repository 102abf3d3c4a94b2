import { describe, expect, it } from "vitest";
import type { WorkflowState } from "#contracts/workflow.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { AFTER_SHIFT, createWorld, type World } from "#test/support/workflow-world.ts";
import { decideVerdict } from "#use-cases/evaluation/decide-verdict.ts";
import { matchFootage } from "#use-cases/evaluation/match-footage.ts";
import { notify } from "#use-cases/evaluation/notify.ts";
import { ingestIncident } from "#use-cases/incidents/ingest-incident.ts";
import { reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";

const FIRST_DEADLINE = "2026-11-22T21:08:01.000Z";

async function withIncident() {
  const world = createWorld();
  await world.book();
  const { incidents } = await world.postLog();
  const incidentId = incidents[0]?.incidentId ?? "";
  const start = (cause: string) => world.deps.workflow.start({ incidentId, cause });
  return { world, incidentId, start };
}

/** A run from its second step on, as one that wakes takes it. */
async function wake(state: WorkflowState, { deps }: World): Promise<void> {
  await matchFootage(state, deps);
  await decideVerdict(state, deps);
  await notify(state, deps);
}

describe("what arrives about an incident", () => {
  it("starts one run for a cause that comes again before the run has begun", async () => {
    const { world, start } = await withIncident();
    await world.settle();
    await start("footage-f1");
    await start("footage-f1");
    expect(world.queued()).toHaveLength(1);
  });

  it("starts another run for a cause that comes again after its run has ended", async () => {
    const { world, start } = await withIncident();
    for (let time = 1; time <= 2; time += 1) {
      await world.settle();
      await start("footage-f1");
      expect(world.queued()).toHaveLength(1);
    }
  });

  it("starts nothing for a clip that was seen in this state, and a run for each new state", async () => {
    const { world } = await withIncident();
    const clip = aClip();
    await world.addClip(clip);
    await world.settle();
    await reevaluateForFootage(clip, world.deps);
    expect(world.queued()).toEqual([]);
    await reevaluateForFootage({ ...clip, state: "REJECTED" }, world.deps);
    expect(world.queued()).toHaveLength(1);
  });
});

describe("a clip whose file is gone", () => {
  it("starts a run of its own for an incident that saw it accepted, and none for one that it does not concern", async () => {
    const { world, incidentId } = await withIncident();
    const clip = aClip();
    await world.addClip(clip);
    await world.settle();
    const gone = { ...clip, deletedAt: "2026-11-22T06:00:00.000Z" };
    await reevaluateForFootage(gone, world.deps);
    expect(world.queued()).toMatchObject([
      { incidentId, cause: expect.stringMatching(new RegExp(`^footage-${clip.footageId}-DELETED`)) },
    ]);
    await world.settle();
    const elsewhere = aClip({ from: -86_400, to: -86_300, declaration: { recordingId: "R-9" } });
    await reevaluateForFootage({ ...elsewhere, deletedAt: gone.deletedAt }, world.deps);
    expect(world.queued()).toEqual([]);
  });
});

describe("the mark of an incident", () => {
  it("is left to a run that is on its way by one that wakes beside it", async () => {
    const { world, incidentId } = await withIncident();
    const onItsWay = { incidentId, cause: "log", execution: "on-its-way" };
    await ingestIncident(onItsWay, world.deps);
    await wake({ incidentId, cause: "sleep", execution: "woken" }, world);
    expect((await world.incident(incidentId)).lookAt).toBe(AFTER_SHIFT);
    await wake(onItsWay, world);
    expect((await world.incident(incidentId)).lookAt).toBe(FIRST_DEADLINE);
  });
});
