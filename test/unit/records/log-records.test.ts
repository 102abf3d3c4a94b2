import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError, RecordNotFoundError } from "#contracts/errors.ts";
import type { Records } from "#ports/records.ts";
import { createLogRecords, type LogRecord, type LogRecords } from "#records/log-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";

const aLog = (changes: Partial<LogRecord> = {}): LogRecord => ({
  logId: "l1",
  receivedAt: "2026-11-22T06:00:00.000Z",
  deliveredBy: "DOCK1",
  weaponSerial: "X12005BX7",
  documentKey: "weapon-logs/l1.json",
  formed: false,
  incidents: [],
  ...changes,
});
const FORMED = [{ incidentId: "i1", kind: "DISCHARGE" as const }];

let records: Records;
let logs: LogRecords;
beforeEach(() => {
  records = createMemoryRecords();
  logs = createLogRecords(records);
});

describe("a download", () => {
  it("is recorded once: its first receipt stands", async () => {
    expect(await logs.create(aLog())).toEqual({ created: true, record: aLog() });
    const again = aLog({ receivedAt: "2026-11-23T06:00:00.000Z" });
    expect(await logs.create(again)).toEqual({ created: false, record: aLog() });
  });

  it("remembers the incidents that were made of it, for whoever sends it again", async () => {
    await logs.create(aLog());
    expect(await logs.markFormed("l1", FORMED)).toEqual(aLog({ formed: true, incidents: FORMED }));
    expect(await logs.create(aLog())).toEqual({
      created: false,
      record: aLog({ formed: true, incidents: FORMED }),
    });
  });

  it("that was never received cannot be formed", async () => {
    await expect(logs.markFormed("l0", [])).rejects.toThrow(RecordNotFoundError);
    expect(await logs.read("l0")).toBeUndefined();
  });

  it("that lost its shape is told as corrupt", async () => {
    await records.put({ pk: "LOG#l1", sk: "RECORD", data: { logId: "l1" } }, "absent");
    await expect(logs.read("l1")).rejects.toThrow(CorruptRecordError);
  });
});

describe("downloads without incidents", () => {
  it("are listed from the oldest until incidents are made of them", async () => {
    await logs.create(aLog({ logId: "l1", receivedAt: "2026-11-22T06:00:00.000Z" }));
    await logs.create(aLog({ logId: "l2", receivedAt: "2026-11-22T05:00:00.000Z" }));
    await logs.create(aLog({ logId: "l3", receivedAt: "2026-11-22T09:00:00.000Z" }));
    const unformed = (limit: number) => logs.listUnformed("2026-11-22T08:00:00.000Z", limit);
    expect(await unformed(50)).toEqual(["l2", "l1"]);
    expect(await unformed(1)).toEqual(["l2"]);
    await logs.markFormed("l2", FORMED);
    expect(await unformed(50)).toEqual(["l1"]);
  });
});
