import { beforeEach, describe, expect, it } from "vitest";
import type { RecordWrite } from "#ports/records.ts";
import { createVisitRecords, type VisitRecords } from "#records/visit-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";

let visits: VisitRecords;
let written: RecordWrite[];

beforeEach(() => {
  const records = createMemoryRecords();
  written = [];
  visits = createVisitRecords({
    ...records,
    put: (record, condition) => {
      written.push(record);
      return records.put(record, condition);
    },
  });
});

describe("a visit", () => {
  it("is under way from its beginning to its end, and forgotten by the store some day", async () => {
    expect(await visits.isUnderWay("s-1", "v-1")).toBe(false);
    await visits.begin("s-1", "v-1", 1_800_000_000);
    expect(await visits.isUnderWay("s-1", "v-1")).toBe(true);
    expect(written.map(({ expiresAt }) => expiresAt)).toEqual([1_800_000_000]);
    await visits.end("s-1", "v-1");
    expect(await visits.isUnderWay("s-1", "v-1")).toBe(false);
  });

  it("is one person's: nobody else has it, and nobody else ends it", async () => {
    await visits.begin("s-1", "v-1", 1_800_000_000);
    expect(await visits.isUnderWay("s-2", "v-1")).toBe(false);
    await visits.end("s-2", "v-1");
    await visits.endAll("s-2");
    expect(await visits.isUnderWay("s-1", "v-1")).toBe(true);
  });

  it("ends with all others of its person", async () => {
    for (const visit of ["v-1", "v-2"]) await visits.begin("s#1", visit, 1_800_000_000);
    await visits.begin("s", "v-3", 1_800_000_000);
    await visits.endAll("s#1");
    for (const visit of ["v-1", "v-2"]) expect(await visits.isUnderWay("s#1", visit)).toBe(false);
    expect(await visits.isUnderWay("s", "v-3")).toBe(true);
  });
});
