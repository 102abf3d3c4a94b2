import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError } from "#contracts/errors.ts";
import { createReportRecords, type ReportRecords } from "#records/report-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { aReport } from "#test/support/stored-builders.ts";
import { type WatchedRecords, watchRecords } from "#test/support/watched-records.ts";

const AT = "2026-11-21T21:08:00.000Z";
const DAY = ["2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z"] as const;

let store: WatchedRecords;
let reports: ReportRecords;
beforeEach(() => {
  store = watchRecords(createMemoryRecords());
  reports = createReportRecords(store.records);
});

const idsOf = (found: readonly ReturnType<typeof aReport>[]): string[] =>
  found.map((record) => `${record.report.reportId}.${record.report.revision}`);

describe("a use report", () => {
  it("is kept by revision: the highest counts, whatever came first", async () => {
    expect(await reports.putRevision(aReport({ revision: 10 }), [AT])).toBe("created");
    expect(await reports.putRevision(aReport({ revision: 9 }), [AT])).toBe("created");
    expect((await reports.latest("U1"))?.report.revision).toBe(10);
    expect(idsOf(await reports.revisions("U1"))).toEqual(["U1.9", "U1.10"]);
    expect(await reports.latest("U2")).toBeUndefined();
  });

  it("that comes again is the same, though it was received at another time", async () => {
    await reports.putRevision(aReport(), [AT]);
    expect(await reports.putRevision(aReport({}, "2026-12-01T00:00:00.000Z"), [AT])).toBe("same");
    expect((await reports.latest("U1"))?.receivedAt).toBe("2026-11-22T07:00:00.000Z");
  });

  it("with other content under a known revision is a conflict, and the first stands", async () => {
    await reports.putRevision(aReport(), [AT]);
    expect(await reports.putRevision(aReport({ borough: "Camden" }), [AT])).toBe("conflict");
    expect((await reports.latest("U1"))?.report.borough).toBe("Lambeth");
  });

  it("has its ways written before itself", async () => {
    await reports.putRevision(aReport({ incidentRef: "CAD 1" }), [AT]);
    expect(store.written).toEqual([
      `OFFICER#PC1 REPORT#${AT}#U1`,
      `WEAPON#X12005BX7 REPORT#${AT}#U1`,
      "REF#CAD 1 REPORT#U1",
      "REPORT#U1 REVISION#00001",
    ]);
  });

  it("is skipped where a crash left a way that leads nowhere", async () => {
    store.dieAfter(3);
    await expect(reports.putRevision(aReport({ incidentRef: "CAD 1" }), [AT])).rejects.toThrow("killed");
    store.restart();
    expect(await reports.reportsOfWeapon("X12005BX7", ...DAY)).toEqual([]);
    expect(await reports.reportsByRef("CAD 1")).toEqual([]);
  });

  it("that lost its shape is told as corrupt", async () => {
    await store.records.put({ pk: "REPORT#U1", sk: "REVISION#00001", data: {} }, "absent");
    await expect(reports.latest("U1")).rejects.toThrow(CorruptRecordError);
  });
});

describe("a search for use reports", () => {
  it("finds them by weapon, officer and reference within a half-open span", async () => {
    await reports.putRevision(aReport({ incidentRef: "CAD 1" }), [AT]);
    expect(idsOf(await reports.reportsOfWeapon("X12005BX7", AT, DAY[1]))).toEqual(["U1.1"]);
    expect(idsOf(await reports.reportsOfWeapon("X12005BX7", DAY[0], AT))).toEqual([]);
    expect(idsOf(await reports.reportsOfOfficer("PC1", ...DAY))).toEqual(["U1.1"]);
    expect(idsOf(await reports.reportsOfOfficer("PC2", ...DAY))).toEqual([]);
    expect(idsOf(await reports.reportsByRef("CAD 1"))).toEqual(["U1.1"]);
  });

  it("finds a report once at both times that a local time in autumn can mean", async () => {
    const both = ["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"];
    await reports.putRevision(aReport({ statedAt: "2026-10-25T01:30:00" }), both);
    const day = ["2026-10-25T00:00:00.000Z", "2026-10-26T00:00:00.000Z"] as const;
    expect(idsOf(await reports.reportsOfWeapon("X12005BX7", ...day))).toEqual(["U1.1"]);
    expect(idsOf(await reports.reportsOfOfficer("PC1", "2026-10-25T01:00:00.000Z", day[1]))).toEqual([
      "U1.1",
    ]);
  });

  it("gives the latest revision, and not a report whose latest names another weapon, officer or reference", async () => {
    await reports.putRevision(aReport({ incidentRef: "CAD 1" }), [AT]);
    await reports.putRevision(aReport({ revision: 2, incidentRef: "CAD 1", borough: "Camden" }), [AT]);
    expect(idsOf(await reports.reportsOfWeapon("X12005BX7", ...DAY))).toEqual(["U1.2"]);
    await reports.putRevision(
      aReport({ revision: 3, weaponSerial: "X2", officerId: "PC2", incidentRef: "CAD 2" }),
      [AT],
    );
    expect(await reports.reportsOfWeapon("X12005BX7", ...DAY)).toEqual([]);
    expect(await reports.reportsOfOfficer("PC1", ...DAY)).toEqual([]);
    expect(await reports.reportsByRef("CAD 1")).toEqual([]);
    expect(idsOf(await reports.reportsOfWeapon("X2", ...DAY))).toEqual(["U1.3"]);
    expect(idsOf(await reports.reportsByRef("CAD 2"))).toEqual(["U1.3"]);
  });
});
