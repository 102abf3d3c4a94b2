import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError } from "#contracts/errors.ts";
import type { Delivery, WeaponRow } from "#contracts/weapon-log.ts";
import { createWeaponRecords, type WeaponRecords } from "#records/weapon-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { anEvent, aRow } from "#test/support/stored-builders.ts";
import { type WatchedRecords, watchRecords } from "#test/support/watched-records.ts";

const SERIAL = "X12005BX7";

let store: WatchedRecords;
let weapons: WeaponRecords;
beforeEach(() => {
  store = watchRecords(createMemoryRecords());
  weapons = createWeaponRecords(store.records);
});

const rowAt = async (seq: number): Promise<WeaponRow | undefined> =>
  (await weapons.rowsBetween(SERIAL, seq, seq))[0];
const seqsOf = (rows: readonly WeaponRow[]): number[] => rows.map((row) => row.event.seq);
const delivered = (logId: string, gatewayClock: string | undefined, receivedAt: string): Delivery => ({
  ...aRow(1).delivery,
  logId,
  receivedAt,
  ...(gatewayClock === undefined ? {} : { clock: { gatewayClock } }),
});

describe("rows of a weapon", () => {
  it("are kept as they came", async () => {
    expect(await weapons.putRows(SERIAL, [aRow(2), aRow(1)])).toEqual({ created: 2, changed: 0, same: 0 });
    expect(await weapons.rowsBetween(SERIAL, 0, 9)).toEqual([aRow(1), aRow(2)]);
  });

  it("that are known cost no write", async () => {
    await weapons.putRows(SERIAL, [aRow(1), aRow(2)]);
    expect(await weapons.putRows(SERIAL, [aRow(1), aRow(2), aRow(3)])).toEqual({
      created: 1,
      changed: 0,
      same: 2,
    });
    expect(store.written).toHaveLength(3);
  });

  it("of an empty download cost nothing", async () => {
    expect(await weapons.putRows(SERIAL, [])).toEqual({ created: 0, changed: 0, same: 0 });
    expect(store.written).toEqual([]);
  });

  it("take the delivery with the earliest gateway clock, though it came later", async () => {
    const late = delivered("late", "2026-11-22T06:00:00Z", "2026-11-22T06:00:01.000Z");
    const early = delivered("early", "2026-11-22T06:00:00+01:00", "2026-11-22T09:00:00.000Z");
    await weapons.putRows(SERIAL, [aRow(1, { delivery: late })]);
    expect(await weapons.putRows(SERIAL, [aRow(1, { delivery: early })])).toMatchObject({ changed: 1 });
    expect(await rowAt(1)).toMatchObject({ delivery: early, firstReceivedAt: late.receivedAt });
  });

  it("go by the receipt where a gateway told no clock", async () => {
    const clockless = delivered("clockless", undefined, "2026-11-22T05:00:00.000Z");
    const clocked = delivered("clocked", "2026-11-22T06:00:00Z", "2026-11-22T06:00:01.000Z");
    await weapons.putRows(SERIAL, [aRow(1, { delivery: clocked })]);
    await weapons.putRows(SERIAL, [aRow(1, { delivery: clockless })]);
    expect(await rowAt(1)).toMatchObject({ delivery: clockless, firstReceivedAt: clockless.receivedAt });
  });

  it("keep every incident reference that a download with this content named", async () => {
    const first = delivered("first", "2026-11-22T06:00:00Z", "2026-11-22T06:00:01.000Z");
    const named = {
      ...delivered("named", "2026-11-22T07:00:00Z", "2026-11-22T07:00:01.000Z"),
      incidentRef: "CAD 1",
    };
    await weapons.putRows(SERIAL, [aRow(1, { delivery: first })]);
    await weapons.putRows(SERIAL, [aRow(1, { delivery: named })]);
    expect(await rowAt(1)).toMatchObject({ delivery: first, incidentRefs: ["CAD 1"] });
  });

  it("keep other content beside the first, once, and the first stands with its delivery", async () => {
    const early = delivered("early", "2026-11-01T00:00:00Z", "2026-11-22T09:00:00.000Z");
    const other = aRow(1, { event: { type: "safe" }, delivery: early });
    await weapons.putRows(SERIAL, [aRow(1)]);
    expect(await weapons.putRows(SERIAL, [other])).toMatchObject({ changed: 1 });
    expect(await weapons.putRows(SERIAL, [other])).toMatchObject({ same: 1 });
    expect(await rowAt(1)).toEqual({ ...aRow(1), conflicts: [anEvent(1, { type: "safe" })] });
  });

  it("that a download tells twice are one, or a conflict of its own", async () => {
    const rows = [aRow(1), aRow(1), aRow(2), aRow(2, { event: { type: "holster" } })];
    expect(await weapons.putRows(SERIAL, rows)).toEqual({ created: 2, changed: 0, same: 0 });
    expect((await rowAt(1))?.conflicts).toEqual([]);
    expect(await rowAt(2)).toMatchObject({ event: anEvent(2), conflicts: [anEvent(2, { type: "holster" })] });
  });

  it("of twenty downloads at once lose nothing", async () => {
    const types = ["armed", "safe", "arc", "holster"] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        weapons.putRows(SERIAL, [
          aRow(1, {
            event: { type: types[n % types.length] ?? "other" },
            delivery: delivered(
              `l${n}`,
              undefined,
              `2026-11-22T06:00:${String(59 - n).padStart(2, "0")}.000Z`,
            ),
          }),
        ]),
      ),
    );
    const row = await rowAt(1);
    expect(new Set([row?.event.type, ...(row?.conflicts ?? []).map((event) => event.type)])).toEqual(
      new Set(types),
    );
  });

  it("are completed by a repetition after a crash in the middle", async () => {
    const rows = Array.from({ length: 100 }, (_, seq) => aRow(seq));
    store.dieAfter(40);
    await expect(weapons.putRows(SERIAL, rows)).rejects.toThrow("killed");
    store.restart();
    expect(await weapons.putRows(SERIAL, rows)).toEqual({ created: 60, changed: 0, same: 40 });
    expect(await weapons.rowsBetween(SERIAL, 0, 100)).toEqual(rows);
  });

  it("are kept in full from a memory of 16,000 entries", async () => {
    const rows = Array.from({ length: 16_000 }, (_, seq) => aRow(seq));
    expect(await weapons.putRows(SERIAL, rows)).toEqual({ created: 16_000, changed: 0, same: 0 });
    expect(await weapons.rowsBetween(SERIAL, 0, 20_000)).toHaveLength(16_000);
  });

  it("that lost their shape are told as corrupt", async () => {
    await store.records.put({ pk: `WEAPON#${SERIAL}`, sk: "ROW#0000000001", data: {} }, "absent");
    await expect(weapons.rowsBetween(SERIAL, 0, 9)).rejects.toThrow(CorruptRecordError);
  });
});

describe("the order of arrival", () => {
  const time = fc.integer({ min: 0, max: 5 }).map((hour) => `2026-11-22T0${hour}:00:00.000Z`);
  const delivery = fc
    .record({ logId: fc.constantFrom("a", "b", "c"), receivedAt: time, gatewayClock: fc.option(time) })
    .map(({ logId, receivedAt, gatewayClock }) => delivered(logId, gatewayClock ?? undefined, receivedAt));
  const sameRows = fc.array(
    fc
      .record({ seq: fc.integer({ min: 1, max: 3 }), delivery })
      .map(({ seq, ...changes }) => aRow(seq, changes)),
    { minLength: 1, maxLength: 8 },
  );

  const keptOf = async (downloads: readonly (readonly WeaponRow[])[]): Promise<readonly WeaponRow[]> => {
    const fresh = createWeaponRecords(createMemoryRecords());
    for (const rows of downloads) {
      await fresh.putRows(SERIAL, rows);
    }
    return fresh.rowsBetween(SERIAL, 0, 9);
  };

  it("and repetition leave no trace in rows of the same content", async () => {
    await fc.assert(
      fc.asyncProperty(
        sameRows.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
        ),
        async ([rows, shuffled]) => {
          const oneByOne = await keptOf(rows.map((row) => [row]));
          expect(await keptOf(shuffled.map((row) => [row]))).toEqual(oneByOne);
          expect(await keptOf([shuffled, rows])).toEqual(oneByOne);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("decides which content stands, and loses none", async () => {
    const type = fc.constantFrom("armed" as const, "safe" as const, "arc" as const);
    const rows = fc.array(
      type.map((kind) => aRow(1, { event: { type: kind } })),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (arrived) => {
        const [kept] = await keptOf(arrived.map((row) => [row]));
        expect(kept?.event).toEqual(arrived[0]?.event);
        const all = [kept?.event, ...(kept?.conflicts ?? [])].map((event) => event?.type);
        expect(all.toSorted()).toEqual([...new Set(arrived.map((row) => row.event.type))].toSorted());
      }),
      { numRuns: 60 },
    );
  });
});

describe("a look into a weapon's memory", () => {
  beforeEach(async () => {
    await weapons.putRows(
      SERIAL,
      [0, 5, 10, 100, 2 ** 31 - 1].map((seq) => aRow(seq)),
    );
    await store.records.put({ pk: `WEAPON#${SERIAL}`, sk: "INCIDENT#0000000005#i1", data: {} }, "absent");
    await store.records.put({ pk: `WEAPON#${SERIAL}`, sk: "REPORT#2026#U1", data: {} }, "absent");
  });

  it("is bounded by numbers, both included", async () => {
    expect(seqsOf(await weapons.rowsBetween(SERIAL, 5, 100))).toEqual([5, 10, 100]);
    expect(seqsOf(await weapons.rowsBetween(SERIAL, 6, 9))).toEqual([]);
  });

  it("goes back from a number, the nearest rows, in order", async () => {
    expect(seqsOf(await weapons.rowsBefore(SERIAL, 100, 2))).toEqual([5, 10]);
    expect(seqsOf(await weapons.rowsBefore(SERIAL, 100, 9))).toEqual([0, 5, 10]);
    expect(seqsOf(await weapons.rowsBefore(SERIAL, 1, 9))).toEqual([0]);
    expect(seqsOf(await weapons.rowsBefore(SERIAL, 0, 9))).toEqual([]);
  });

  it("goes on from a number, the nearest rows, in order", async () => {
    expect(seqsOf(await weapons.rowsAfter(SERIAL, 5, 2))).toEqual([10, 100]);
    expect(seqsOf(await weapons.rowsAfter(SERIAL, 2 ** 31 - 1, 2))).toEqual([]);
  });

  it("knows the lowest and the highest number", async () => {
    expect(await weapons.knownSeqs(SERIAL)).toEqual({ lowest: 0, highest: 2 ** 31 - 1 });
    expect(await weapons.knownSeqs("ANOTHER")).toBeUndefined();
  });
});
