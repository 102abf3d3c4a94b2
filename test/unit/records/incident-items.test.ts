import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { ConcurrentWriteError, CorruptRecordError, RecordNotFoundError } from "#contracts/errors.ts";
import type { Records } from "#ports/records.ts";
import { createAlertRecords } from "#records/alert-records.ts";
import { createCustodyRecords } from "#records/custody-records.ts";
import { createIncidentRecords } from "#records/incident-records.ts";
import { createNonceRecords } from "#records/nonce-records.ts";
import { createVerdictRecords } from "#records/verdict-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { anAlert, anIncident, aVerdict } from "#test/support/stored-builders.ts";

let records: Records;
beforeEach(() => {
  records = createMemoryRecords();
});

describe("verdicts of an incident", () => {
  it("are versions, the oldest first, the highest the latest", async () => {
    const verdicts = createVerdictRecords(records);
    expect(await verdicts.latest("i1")).toBeUndefined();
    for (const version of [1, 2, 10]) {
      expect(await verdicts.putVersion("i1", aVerdict(version))).toBe(true);
    }
    expect(await verdicts.latest("i1")).toEqual(aVerdict(10));
    expect((await verdicts.all("i1")).map((record) => record.verdict.version)).toEqual([1, 2, 10]);
    expect(await verdicts.all("i2")).toEqual([]);
  });

  it("are written once: of twenty writers of a version one wins, and it stands", async () => {
    const verdicts = createVerdictRecords(records);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => verdicts.putVersion("i1", aVerdict(1, { ruleset: String(n) }))),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await verdicts.latest("i1"))?.verdict.ruleset).toBe(String(results.indexOf(true)));
  });

  it("that lost their shape are told as corrupt", async () => {
    await records.put({ pk: "INCIDENT#i1", sk: "VERDICT#000001", data: { verdict: {} } }, "absent");
    await expect(createVerdictRecords(records).latest("i1")).rejects.toThrow(CorruptRecordError);
  });
});

describe("alerts of an incident", () => {
  const SENT = { sentAt: "2026-11-24T00:00:01.000Z", messageId: "m1" };

  it("are recorded once: the first text stands and is the one to send", async () => {
    const alerts = createAlertRecords(records);
    expect(await alerts.record(anAlert("a1"))).toEqual({ created: true, alert: anAlert("a1") });
    const again = await alerts.record(anAlert("a1", { owedAt: "2026-12-01T00:00:00.000Z" }));
    expect(again).toEqual({ created: false, alert: anAlert("a1") });
  });

  it("are marked as sent once: the first time stands", async () => {
    const alerts = createAlertRecords(records);
    await alerts.record(anAlert("a1"));
    expect(await alerts.markSent("i1", "a1", SENT)).toEqual({ ...anAlert("a1"), ...SENT });
    const later = { sentAt: "2026-11-25T00:00:00.000Z", messageId: "m2" };
    expect(await alerts.markSent("i1", "a1", later)).toMatchObject(SENT);
    expect((await alerts.record(anAlert("a1"))).alert).toMatchObject(SENT);
  });

  it("that were never recorded cannot be marked", async () => {
    await expect(createAlertRecords(records).markSent("i1", "a0", SENT)).rejects.toThrow(RecordNotFoundError);
  });

  it("come in the order in which they were owed", async () => {
    const alerts = createAlertRecords(records);
    await alerts.record(anAlert("a1", { owedAt: "2026-11-24T04:00:00.000Z" }));
    await alerts.record(anAlert("a3"));
    await alerts.record(anAlert("a2"));
    expect((await alerts.all("i1")).map((alert) => alert.message.alertId)).toEqual(["a2", "a3", "a1"]);
  });
});

describe("the custody log of an incident", () => {
  const note = (who: string) => ({ at: "2026-11-22T06:00:00.000Z", who, what: "read" });

  it("is a chain: each entry's hash covers it and the hash before", async () => {
    const custody = createCustodyRecords(records);
    const first = await custody.append("i1", note("sergeant"));
    const second = await custody.append("i1", { ...note("inspector"), why: "complaint" });
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(first).toEqual({
      seq: 1,
      ...note("sergeant"),
      previousHash: "0".repeat(64),
      hash: hash(
        `{"at":"2026-11-22T06:00:00.000Z","previousHash":"${"0".repeat(64)}","seq":1,"what":"read","who":"sergeant"}`,
      ),
    });
    expect(second.hash).toBe(
      hash(
        `{"at":"2026-11-22T06:00:00.000Z","previousHash":"${first.hash}","seq":2,"what":"read","who":"inspector","why":"complaint"}`,
      ),
    );
    expect(await custody.all("i1")).toEqual([first, second]);
  });

  it("loses none of twenty who write at once, and stays one chain", async () => {
    const custody = createCustodyRecords(records);
    await Promise.all(Array.from({ length: 20 }, (_, n) => custody.append("i1", note(`s${n}`))));
    const entries = await custody.all("i1");
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(new Set(entries.map((entry) => entry.who)).size).toBe(20);
    entries.slice(1).forEach((entry, index) => {
      expect(entry.previousHash).toBe(entries[index]?.hash);
    });
  });

  it("goes on past its ninth and its ninety-ninth entry", async () => {
    const custody = createCustodyRecords(records);
    for (let n = 1; n <= 101; n += 1) {
      expect((await custody.append("i1", note("s"))).seq).toBe(n);
    }
  });

  it("takes any number of missing entries in one go, and a repeat adds none", async () => {
    const custody = createCustodyRecords(records);
    const notes = Array.from({ length: 150 }, (_, n) => ({ ...note("engine"), what: `locked footage ${n}` }));
    await custody.append("i1", notes[7] ?? note("engine"));
    await custody.appendMissing("i1", [...notes, ...notes]);
    await custody.appendMissing("i1", notes);
    const entries = await custody.all("i1");
    expect(new Set(entries.map(({ what }) => what)).size).toBe(150);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
    entries.slice(1).forEach((entry, index) => {
      expect(entry.previousHash).toBe(entries[index]?.hash);
    });
  });

  it("takes each missing entry once when many add the same ones at once", async () => {
    const custody = createCustodyRecords(records);
    const notes = Array.from({ length: 10 }, (_, n) => ({ ...note("engine"), what: `gave verdict ${n}` }));
    await Promise.all(Array.from({ length: 5 }, () => custody.appendMissing("i1", notes)));
    expect((await custody.all("i1")).map(({ what }) => what)).toEqual(notes.map(({ what }) => what));
  });

  it("gives up with a transient error when it never gets its turn", async () => {
    const custody = createCustodyRecords({ ...records, put: async () => ({ written: false }) });
    await expect(custody.append("i1", note("s"))).rejects.toThrow(ConcurrentWriteError);
  });

  it("is apart from the incident's other items", async () => {
    const span = { fromMs: 0, toMs: 1 };
    await createIncidentRecords(records).create(anIncident(), span);
    await createVerdictRecords(records).putVersion("i1", aVerdict(1));
    await createAlertRecords(records).record(anAlert("a1"));
    const custody = createCustodyRecords(records);
    await custody.append("i1", note("s"));
    expect(await custody.all("i1")).toHaveLength(1);
    expect(await createVerdictRecords(records).all("i1")).toHaveLength(1);
    expect(await createAlertRecords(records).all("i1")).toHaveLength(1);
  });
});

describe("a nonce", () => {
  it("is good once for its key", async () => {
    const nonces = createNonceRecords(records);
    expect(await nonces.useOnce("DOCK1", "n1", 1_800_000_000)).toBe(true);
    expect(await nonces.useOnce("DOCK1", "n1", 1_900_000_000)).toBe(false);
    expect(await nonces.useOnce("DOCK2", "n1", 1_800_000_000)).toBe(true);
  });

  it("is good for one of twenty requests at once", async () => {
    const nonces = createNonceRecords(records);
    const uses = await Promise.all(
      Array.from({ length: 20 }, () => nonces.useOnce("DOCK1", "n1", 1_800_000_000)),
    );
    expect(uses.filter(Boolean)).toHaveLength(1);
  });
});
