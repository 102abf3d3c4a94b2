import { describe, expect, it } from "vitest";
import { aClip } from "#test/support/build-inputs.ts";
import { createMemoryEvidence } from "#test/support/memory-evidence.ts";
import { createWorld } from "#test/support/workflow-world.ts";

const HOUR = 3600;

describe("a recording in several files", () => {
  it("is noted as a whole, with the files that lie hours before the event", async () => {
    const world = createWorld();
    await world.book();
    const { incidents } = await world.postLog();
    const first = aClip({ from: -9 * HOUR, to: -6 * HOUR, declaration: { clip: 1, final: false } });
    const second = aClip({ from: -6 * HOUR, to: 65, declaration: { clip: 2 } });
    const stranger = aClip({ from: -9 * HOUR, to: -6 * HOUR, declaration: { recordingId: "R-2" } });
    for (const clip of [first, second, stranger]) await world.addClip(clip);
    await world.settle();
    const { candidates } = await world.incident(incidents[0]?.incidentId ?? "");
    expect(candidates.map(({ footageId }) => footageId)).toEqual([first.footageId, second.footageId]);
  });
});

describe("an upload whose joining was cut off", () => {
  it("is joined by the sweep", async () => {
    const joined: object[] = [];
    const world = createWorld({
      evidence: {
        ...createMemoryEvidence(),
        completeMultipart: async (upload) => {
          joined.push(upload);
          return { outcome: "unknown-upload" };
        },
      },
    });
    const clip = aClip({ record: { state: "PROCESSING", uploadId: "u1" } });
    await world.footage.create(clip, "untrusted");
    await world.advanceTo("2026-11-22T07:00:00Z");
    expect(await world.sweep()).toMatchObject({ expired: 0, unaccounted: 0 });
    expect(joined).toEqual([{ key: clip.objectKey, uploadId: "u1", bytes: 1000 }]);
  });
});
