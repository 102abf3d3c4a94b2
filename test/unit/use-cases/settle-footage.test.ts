import { describe, expect, it } from "vitest";
import { ConcurrentWriteError, DependencyUnavailableError } from "#contracts/errors.ts";
import type { FootageRecord, MediaFacts, ProbeResult } from "#contracts/footage.ts";
import type { StoredObject } from "#ports/evidence-store.ts";
import { createFootageCustodyRecords } from "#records/custody-records.ts";
import { createFootageRecords } from "#records/footage-records.ts";
import { createUndeclaredRecords } from "#records/undeclared-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { aClip } from "#test/support/stored-builders.ts";
import { type SettleFootageDeps, settleFootage } from "#use-cases/footage/settle-footage.ts";

const objectKey = "footage/X81234567/2026/11/01J";
const span = { fromMs: Date.parse("2026-11-21T21:00:00Z"), toMs: Date.parse("2026-11-21T22:00:00Z") };
const media: MediaFacts = {
  container: "mp4",
  playableSeconds: 390,
  gaps: [],
  audio: [],
  truncated: false,
  warnings: [],
};
const stored: StoredObject = {
  bytes: 1000,
  versionId: "v1",
  storedAt: "2026-11-22T06:01:00.000Z",
  sha256: "a".repeat(64),
  composite: false,
};

/** A clip that is declared and whose file lies in the store; each test changes what it is about. */
async function aSituation(
  changes: {
    readonly clip?: Partial<Omit<FootageRecord, "declaration">>;
    readonly stored?: Partial<StoredObject> | undefined;
    readonly probed?: ProbeResult;
  } = {},
) {
  const records = createMemoryRecords();
  const footage = createFootageRecords(records);
  const undeclared = createUndeclaredRecords(records);
  const footageCustody = createFootageCustodyRecords(records);
  await footage.create(aClip({ objectKey, ...changes.clip }), span);
  const settled: FootageRecord[] = [];
  let probes = 0;
  const deps: SettleFootageDeps = {
    footage,
    undeclared,
    footageCustody,
    evidence: {
      stat: async () =>
        "stored" in changes && !changes.stored ? undefined : { ...stored, ...changes.stored },
      readRange: async () => new Uint8Array(),
    },
    probe: async () => {
      probes += 1;
      return changes.probed ?? { outcome: "playable", media };
    },
    clock: { now: () => new Date("2026-11-22T06:01:02.000Z") },
    readerVersion: 7,
    onFootageChanged: async (clip) => {
      settled.push(clip);
    },
  };
  const read = async () => (await footage.byObjectKey(objectKey))?.record;
  return {
    deps,
    settled,
    read,
    probes: () => probes,
    noted: () => undeclared.list(10),
    custody: footageCustody.all,
  };
}

describe("settling footage", () => {
  it("accepts a file that is what was declared and plays, with what a reader found", async () => {
    const { deps, settled, read } = await aSituation();
    const result = await settleFootage({ objectKey }, deps);
    expect(result.outcome).toBe("settled");
    expect(await read()).toMatchObject({
      state: "ACCEPTED",
      media,
      stored,
      settledAt: "2026-11-22T06:01:02.000Z",
      readerVersion: 7,
    });
    expect(settled).toEqual([await read()]);
  });

  it("rejects a file of another size", async () => {
    const { deps, read, probes } = await aSituation({ stored: { bytes: 999 } });
    await settleFootage({ objectKey }, deps);
    expect(await read()).toMatchObject({
      state: "REJECTED",
      rejection: { code: "SIZE_MISMATCH", detail: "1000 bytes were declared and 999 were stored." },
    });
    expect(probes()).toBe(0);
    expect((await read())?.readerVersion).toBeUndefined();
  });

  it("rejects a file with another checksum", async () => {
    const { deps, read } = await aSituation({ stored: { sha256: "b".repeat(64) } });
    await settleFootage({ objectKey }, deps);
    expect(await read()).toMatchObject({ state: "REJECTED", rejection: { code: "CHECKSUM_MISMATCH" } });
  });

  it("takes a joined file by its size, since its parts were each checked by the store", async () => {
    const { deps, read } = await aSituation({
      clip: { state: "PROCESSING", uploadId: "u1" },
      stored: { composite: true, sha256: "c".repeat(64) },
    });
    await settleFootage({ objectKey }, deps);
    expect(await read()).toMatchObject({ state: "ACCEPTED", stored: { composite: true } });
  });

  it("rejects a file that does not play, with the reader's reason, and keeps the facts of its storage", async () => {
    const unusable = {
      outcome: "unusable",
      code: "NO_VIDEO_TRACK",
      detail: "The file has no track of pictures.",
    } as const;
    const { deps, settled, read } = await aSituation({ probed: unusable });
    await settleFootage({ objectKey }, deps);
    expect(await read()).toMatchObject({
      state: "REJECTED",
      rejection: { code: "NO_VIDEO_TRACK", detail: "The file has no track of pictures." },
      stored,
    });
    expect(settled).toHaveLength(1);
  });

  it("accepts a file that came after its promise had expired", async () => {
    const { deps, read } = await aSituation({ clip: { state: "EXPIRED" } });
    await settleFootage({ objectKey }, deps);
    expect(await read()).toMatchObject({ state: "ACCEPTED" });
  });

  it("changes nothing while nothing is stored", async () => {
    const { deps, settled, read } = await aSituation({ stored: undefined });
    expect(await settleFootage({ objectKey }, deps)).toEqual({ outcome: "not-stored" });
    expect(await read()).toMatchObject({ state: "AWAITING_UPLOAD" });
    expect(settled).toEqual([]);
  });

  it("tells of a file that nobody declared, and notes it once", async () => {
    const { deps, noted } = await aSituation();
    const stranger = { objectKey: "footage/X9/2026/11/01K" };
    expect(await settleFootage(stranger, deps)).toEqual({ outcome: "undeclared" });
    const foundAt = "2026-11-22T06:01:02.000Z";
    expect(await noted()).toEqual([{ ...stranger, bytes: 1000, storedAt: stored.storedAt, foundAt }]);
    await settleFootage(stranger, deps);
    expect(await noted()).toHaveLength(1);
  });

  it("notes nothing of a key that neither a clip nor a file has", async () => {
    const { deps, noted } = await aSituation({ stored: undefined });
    const outcome = await settleFootage({ objectKey: "footage/X9/2026/11/01K" }, deps);
    expect([outcome, await noted()]).toEqual([{ outcome: "not-stored" }, []]);
  });
});

describe("the custody log of a file that has come", () => {
  it("begins with what the store has, beside what the device declared, once", async () => {
    const { deps, custody } = await aSituation();
    for (let time = 1; time <= 2; time += 1) await settleFootage({ objectKey }, deps);
    const hash = "a".repeat(64);
    expect(await custody("f1")).toMatchObject([
      {
        at: stored.storedAt,
        who: "engine",
        what: `received version v1, 1000 bytes, SHA-256 ${hash}; DOCK1 declared 1000 bytes, SHA-256 ${hash}`,
      },
    ]);
  });

  it("says so of a file that is not what was declared, and of one that came in parts", async () => {
    const hash = "b".repeat(64);
    const { deps, custody, read } = await aSituation({ stored: { sha256: hash, composite: true, bytes: 9 } });
    await settleFootage({ objectKey }, deps);
    expect((await read())?.state).toBe("REJECTED");
    expect((await custody("f1"))[0]?.what).toMatch(
      `received version v1, 9 bytes, SHA-256 of its parts' hashes ${hash}; DOCK1 declared 1000 bytes`,
    );
  });
});

describe("settling footage again", () => {
  it("keeps the first finding, without reading the file", async () => {
    const { deps, settled, read, probes } = await aSituation();
    await settleFootage({ objectKey }, deps);
    const first = await read();
    const unusable = { outcome: "unusable", code: "CORRUPT_INDEX", detail: "It cannot be read." } as const;
    const result = await settleFootage({ objectKey }, { ...deps, probe: async () => unusable });
    expect(result).toEqual({ outcome: "already-settled", footage: first });
    expect(await read()).toEqual(first);
    expect(settled).toEqual([first]);
    expect(probes()).toBe(1);
  });

  it("heals a crash between the write and what follows it", async () => {
    const { deps, settled, read } = await aSituation();
    const crash = async () => {
      throw new DependencyUnavailableError("the workflow could not be started");
    };
    await expect(settleFootage({ objectKey }, { ...deps, onFootageChanged: crash })).rejects.toThrow(
      DependencyUnavailableError,
    );
    expect(await read()).toMatchObject({ state: "ACCEPTED", untold: true });
    await settleFootage({ objectKey }, deps);
    expect(settled).toEqual([await read()]);
    expect((await read())?.untold).toBeUndefined();
  });

  it("ends in one finding when it runs twice at once", async () => {
    const { deps, read } = await aSituation();
    const results = await Promise.all([
      settleFootage({ objectKey }, deps),
      settleFootage({ objectKey }, deps),
    ]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["already-settled", "settled"]);
    expect(await read()).toMatchObject({ state: "ACCEPTED" });
  });

  it("keeps what somebody else wrote meanwhile", async () => {
    const { deps, read } = await aSituation();
    const meanwhile: SettleFootageDeps = {
      ...deps,
      probe: async () => {
        const current = await deps.footage.byObjectKey(objectKey);
        if (!current) throw new Error("the clip is gone");
        await deps.footage.replace(
          { ...current.record, state: "PROCESSING", uploadId: "u2" },
          current.revision,
        );
        return { outcome: "playable", media };
      },
    };
    await settleFootage({ objectKey }, meanwhile);
    expect(await read()).toMatchObject({ state: "ACCEPTED", uploadId: "u2" });
  });

  it("leaves it to the caller's retry when the record keeps changing", async () => {
    const { deps } = await aSituation();
    const contested = { ...deps, footage: { ...deps.footage, replace: async () => false } };
    await expect(settleFootage({ objectKey }, contested)).rejects.toThrow(ConcurrentWriteError);
  });

  it("decides nothing while the store does not answer", async () => {
    const { deps, read } = await aSituation();
    const probe = async () => {
      throw new DependencyUnavailableError("the store does not answer");
    };
    await expect(settleFootage({ objectKey }, { ...deps, probe })).rejects.toThrow(
      DependencyUnavailableError,
    );
    expect(await read()).toMatchObject({ state: "AWAITING_UPLOAD" });
  });
});
