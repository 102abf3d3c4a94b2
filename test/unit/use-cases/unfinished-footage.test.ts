import { describe, expect, it } from "vitest";
import type { FootageDeclaration, FootageRecord } from "#contracts/footage.ts";
import { footageDeclaration } from "#contracts/footage.ts";
import { aClip } from "#test/support/build-inputs.ts";
import { aDeclaration, aLargeFile } from "#test/support/footage-builders.ts";
import { createMemoryEvidence, type MemoryEvidence } from "#test/support/memory-evidence.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { createWorld, type World } from "#test/support/workflow-world.ts";
import { completeFootage } from "#use-cases/footage/complete-footage.ts";
import { declareFootage } from "#use-cases/footage/declare-footage.ts";

const HOUR = 3600;
const MIB = 1024 * 1024;
const PART_BYTES = [64 * MIB, 64 * MIB, 2 * MIB];
const AFTER_EXPIRY = "2026-11-22T07:00:00Z";

/** A clip of three parts that waits for its file. */
const inParts = (record: Partial<Omit<FootageRecord, "declaration">> = {}) =>
  aClip({ declaration: { file: { ...aLargeFile } }, record: { state: "AWAITING_UPLOAD", ...record } });

async function withUpload(state: FootageRecord["state"], numbers: readonly number[]) {
  const world = createWorld();
  const clip = inParts();
  const { uploadId } = await world.evidence.beginMultipart({ key: clip.objectKey, contentType: "video/mp4" });
  for (const number of numbers) sendPart(world.evidence, uploadId, number);
  await world.footage.create({ ...clip, state, uploadId }, "untrusted");
  await world.advanceTo(AFTER_EXPIRY);
  const read = async () => (await world.footage.read(clip.footageId))?.record;
  return { world, clip, uploadId, read };
}

function sendPart(evidence: MemoryEvidence, uploadId: string, number: number): void {
  const sha256 = String(number).repeat(64);
  evidence.storePart(uploadId, { number, sha256, bytes: PART_BYTES[number - 1] ?? 0 });
}

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

describe("the sweep, of an upload whose URLs have expired,", () => {
  it("joins the parts of one whose joining was cut off, and takes it in", async () => {
    const { world, read } = await withUpload("PROCESSING", [1, 2, 3]);
    expect(await world.sweep()).toMatchObject({ settled: 1, allAccountedFor: true });
    expect(await read()).toMatchObject({ state: "ACCEPTED", stored: { bytes: 130 * MIB, composite: true } });
  });

  it("joins the parts of one whose device sent them all and went away", async () => {
    const { world, read } = await withUpload("AWAITING_UPLOAD", [3, 1, 2]);
    expect(await world.sweep()).toMatchObject({ settled: 1, halfSent: { count: 0 } });
    expect(await read()).toMatchObject({ state: "ACCEPTED" });
  });

  it("tells the device of one that the store forgot while it was joined, long before it expires", async () => {
    const { world, uploadId, read } = await withUpload("PROCESSING", [1, 2, 3]);
    world.evidence.abort(uploadId);
    expect(await world.sweep()).toMatchObject({ reopened: 1, settled: 0, expired: 0, unaccounted: 0 });
    expect(await read()).toMatchObject({ state: "AWAITING_UPLOAD" });
    expect(world.lines.map(({ code }) => code)).toContain("footage.upload-lost");
    expect(await world.sweep()).toMatchObject({ reopened: 0, promised: { count: 1 } });
  });

  it("tells the device of one that cannot be joined, since a part was replaced by another size", async () => {
    const { world, uploadId, read } = await withUpload("PROCESSING", [1, 2, 3]);
    world.evidence.storePart(uploadId, { number: 2, sha256: "2".repeat(64), bytes: 5 });
    expect(await world.sweep()).toMatchObject({ reopened: 1 });
    expect(await read()).toMatchObject({ state: "AWAITING_UPLOAD", uploadId });
    expect(await world.sweep()).toMatchObject({ halfSent: { count: 1 } });
  });

  it("says how old those are of which nothing came, and those of which a part came", async () => {
    const { world, clip } = await withUpload("AWAITING_UPLOAD", [2]);
    const promised = aClip({
      declaration: { recordingId: "R-2" },
      record: { state: "AWAITING_UPLOAD", declaredAt: "2026-11-22T06:30:00.000Z" },
    });
    await world.footage.create(promised, "untrusted");
    const report = await world.sweep();
    const ageSeconds = (Date.parse(AFTER_EXPIRY) - Date.parse(clip.declaredAt)) / 1000;
    expect(report).toMatchObject({
      allAccountedFor: true,
      promised: { count: 1, oldest: { id: promised.footageId, ageSeconds: 1800 } },
      halfSent: { count: 1, oldest: { id: clip.footageId, since: clip.declaredAt, ageSeconds } },
    });
    expect(world.lines.slice(-3)).toEqual([
      { code: "sweep.waiting", fields: { kind: "promised", count: 1, ageSeconds: 1800 } },
      { code: "sweep.waiting", fields: { kind: "halfSent", count: 1, ageSeconds } },
      { code: "sweep.all-accounted-for", fields: undefined },
    ]);
    expect(await world.sweeps.readReport()).toEqual(report);
  });

  it("leaves alone one whose device came back while it was looked at", async () => {
    const { world, clip, read } = await withUpload("AWAITING_UPLOAD", []);
    await world.advanceTo("2026-11-30T00:00:00Z");
    const { listParts } = world.evidence;
    const comesBack = {
      ...world.evidence,
      listParts: async (upload: Parameters<typeof listParts>[0]) => {
        const stored = await world.footage.read(clip.footageId);
        if (!stored) throw new Error("the clip is gone");
        await world.footage.replace(
          { ...stored.record, urlsExpireAt: "2026-11-30T00:15:00.000Z" },
          stored.revision,
        );
        return listParts(upload);
      },
    };
    const sweeping = createWorld({
      records: world.records,
      evidence: comesBack,
      now: "2026-11-30T00:00:00Z",
    });
    expect(await sweeping.sweep()).toMatchObject({ expired: 0, promised: { count: 1 } });
    expect(await read()).toMatchObject({ state: "AWAITING_UPLOAD" });
  });

  it("leaves to the next run one that it has no time left to join", async () => {
    const { world, clip, read } = await withUpload("AWAITING_UPLOAD", [1, 2, 3]);
    const { listParts } = world.evidence;
    const slow = {
      ...world.evidence,
      listParts: async (upload: Parameters<typeof listParts>[0]) => {
        await sweeping.advanceTo(new Date(sweeping.clock.now().getTime() + 200_000));
        return listParts(upload);
      },
    };
    const sweeping = createWorld({ records: world.records, evidence: slow, now: AFTER_EXPIRY });
    expect(await sweeping.sweep()).toMatchObject({ settled: 0, unread: { count: 1 }, allAccountedFor: true });
    expect(await world.evidence.stat(clip.objectKey)).toBeUndefined();
    await world.sweep();
    expect(await read()).toMatchObject({ state: "ACCEPTED" });
  });

  it("goes on in the next run where the bound of one run ended", async () => {
    const asked: (string | undefined)[] = [];
    const records = createMemoryRecords();
    const clips = Array.from({ length: 2500 }, (_, index) =>
      aClip({
        declaration: { recordingId: `R-${index}` },
        record: {
          state: "AWAITING_UPLOAD",
          urlsExpireAt: new Date(Date.parse("2026-11-22T06:05:00Z") + index).toISOString(),
        },
      }),
    );
    const world = createWorld({
      records: {
        ...records,
        list: async (query) => {
          if (query.list === "PROMISES") asked.push(query.from);
          return records.list(query);
        },
      },
      now: AFTER_EXPIRY,
    });
    await Promise.all(clips.map((clip) => world.footage.create(clip, "untrusted")));
    const counts = [];
    for (let runs = 0; runs < 3; runs += 1) counts.push((await world.sweep()).promised.count);
    expect(counts).toEqual([2000, 501, 2000]);
    expect(asked).toEqual([undefined, expect.stringMatching(/^2026-11-22T06:05:01\.999Z#/), undefined]);
  });
});

describe("an upload in parts, its process killed before any of its writes", () => {
  const wanted = [1, 2, 3].map((number) => ({ number, sha256: String(number).repeat(64) }));
  const declaration: FootageDeclaration = footageDeclaration.parse(
    aDeclaration({ file: { ...aLargeFile, parts: wanted } }),
  );

  /** A device that sends a clip and repeats what had no answer, over a store that forgets the first upload. */
  async function play(stopAfter?: number) {
    const watched = watchRecords(createMemoryRecords());
    const evidence = createMemoryEvidence();
    const worlds: World[] = [];
    const start = () => {
      const now = worlds.at(-1)?.clock.now().toISOString() ?? "2026-11-22T06:00:00.000Z";
      worlds.push(createWorld({ records: watched.records, evidence, now }));
    };
    const world = () => worlds.at(-1) as World;
    const deps = () => ({
      ...world().deps,
      newUlid: () => "01J",
      behind: async (work: () => Promise<unknown>) => void (await work()),
    });
    start();
    if (stopAfter !== undefined) watched.dieAfter(stopAfter);
    let footageId = "";
    let died = false;
    const declare = async () => {
      ({ footageId } = await declareFootage({ declaration, declaredBy: "DOCK1" }, deps()));
    };
    const recorded = async () => {
      const stored = await world().footage.read(footageId);
      if (!stored) throw new Error("the clip is not recorded");
      return stored.record;
    };
    const send = async () => {
      const { uploadId = "" } = await recorded();
      for (const { number } of wanted) sendPart(evidence, uploadId, number);
    };
    const forget = async () => evidence.abort((await recorded()).uploadId ?? "");
    const complete = () => completeFootage({ footageId }, deps()).catch(declareAgain);
    const declareAgain = async (error: unknown) => {
      if (error instanceof Error && error.message === "killed") throw error;
      await declare();
      await send();
      await completeFootage({ footageId }, deps());
    };
    const takeIn = async () => {
      await world().advanceTo(new Date(world().clock.now().getTime() + 30 * 60_000));
      await world().sweep();
    };
    for (const step of [declare, send, forget, complete, takeIn, takeIn]) {
      try {
        await step();
      } catch (error) {
        if (!(error instanceof Error) || error.message !== "killed") throw error;
        died = true;
        watched.restart();
        start();
        await world().sweep();
        await step();
      }
    }
    const writes = watched.written.length;
    const { state, stored, untold } = await recorded();
    return { end: { state, bytes: stored?.bytes, untold }, writes, died };
  }

  it("ends in the same clip, whole, whichever it was", async () => {
    const whole = await play();
    expect(whole.end).toEqual({ state: "ACCEPTED", bytes: 130 * MIB, untold: undefined });
    expect(whole.writes).toBeGreaterThan(10);
    for (let writes = 0; writes < whole.writes; writes += 1) {
      const { end, died } = await play(writes);
      expect([died, end], `killed before write ${writes}`).toEqual([true, whole.end]);
    }
  });
});
