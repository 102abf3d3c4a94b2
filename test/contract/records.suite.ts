import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListEntry, RecordData, Records } from "#ports/records.ts";

/** A store under test. Partitions are made unique by the suite, so it may hold anything beforehand. */
export type RecordsUnderTest = { readonly records: Records; readonly end: () => Promise<void> };

let partitions = 0;
const freshPartition = (): string => {
  partitions += 1;
  return `TEST#${Date.now().toString(36)}-${partitions}`;
};

const EVERY_KIND_OF_DATA: RecordData = {
  text: 'Déjà vu 🎥 \u0000 "quoted"',
  empty: "",
  integer: 2 ** 53 - 1,
  fraction: -51.503_3,
  tiny: 1e-12,
  zero: 0,
  yes: true,
  no: false,
  nothing: null,
  list: [1, "two", null, [], {}],
  map: { deep: { deeper: [{ at: "2026-11-21T21:03:10.000Z" }] }, "a key with . and #": 1 },
};

/** What the port promises, whatever stands behind it. */
export const describeRecords = (name: string, start: () => Promise<RecordsUnderTest>): void => {
  describe(`records in ${name}`, () => {
    let store: RecordsUnderTest;
    let records: Records;
    beforeAll(async () => {
      store = await start();
      records = store.records;
    });
    afterAll(async () => store?.end());

    const putAll = async (pk: string, sks: readonly string[]): Promise<void> => {
      await Promise.all(sks.map((sk) => records.put({ pk, sk, data: { sk } }, "any")));
    };
    const sksOf = (found: readonly { readonly sk: string }[]): string[] => found.map((record) => record.sk);

    describe("one item", () => {
      it("gives back exactly the data that was put", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: EVERY_KIND_OF_DATA }, "absent");
        expect(await records.get({ pk, sk: "A" })).toEqual({
          pk,
          sk: "A",
          revision: 1,
          data: EVERY_KIND_OF_DATA,
        });
      });

      it("knows nothing of a key that was never put", async () => {
        expect(await records.get({ pk: freshPartition(), sk: "A" })).toBeUndefined();
      });

      it("leaves out fields that are undefined", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: { kept: 1, dropped: undefined } }, "absent");
        expect(Object.keys((await records.get({ pk, sk: "A" }))?.data ?? {})).toEqual(["kept"]);
      });

      it("keeps an item of 300 KB", async () => {
        const pk = freshPartition();
        const data = { positions: Array.from({ length: 3_000 }, (_, index) => `${index}`.padEnd(100, "x")) };
        await records.put({ pk, sk: "A", data }, "absent");
        expect((await records.get({ pk, sk: "A" }))?.data).toEqual(data);
      });

      it("replaces all of the data, former fields included", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: { former: 1, map: { a: 1 } } }, "absent");
        await records.put({ pk, sk: "A", data: { map: { b: 2 } } }, "any");
        expect((await records.get({ pk, sk: "A" }))?.data).toEqual({ map: { b: 2 } });
      });
    });

    describe("conditions", () => {
      it("creates under `absent` once", async () => {
        const pk = freshPartition();
        const first = await records.put({ pk, sk: "A", data: { n: 1 } }, "absent");
        const second = await records.put({ pk, sk: "A", data: { n: 2 } }, "absent");
        expect([first, second]).toEqual([{ written: true, revision: 1 }, { written: false }]);
        expect((await records.get({ pk, sk: "A" }))?.data).toEqual({ n: 1 });
      });

      it("replaces the revision that is named, and counts it up", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: { n: 1 } }, "absent");
        expect(await records.put({ pk, sk: "A", data: { n: 2 } }, { revision: 1 })).toEqual({
          written: true,
          revision: 2,
        });
        expect(await records.get({ pk, sk: "A" })).toMatchObject({ revision: 2, data: { n: 2 } });
      });

      it("refuses a revision that is no longer there", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: { n: 1 } }, "absent");
        await records.put({ pk, sk: "A", data: { n: 2 } }, { revision: 1 });
        expect(await records.put({ pk, sk: "A", data: { n: 3 } }, { revision: 1 })).toEqual({
          written: false,
        });
        expect(await records.get({ pk, sk: "A" })).toMatchObject({ revision: 2, data: { n: 2 } });
      });

      it("refuses to replace what does not exist", async () => {
        const pk = freshPartition();
        expect(await records.put({ pk, sk: "A", data: {} }, { revision: 1 })).toEqual({ written: false });
        expect(await records.get({ pk, sk: "A" })).toBeUndefined();
      });

      it("writes under `any` whatever is there, and counts the revision up", async () => {
        const pk = freshPartition();
        const revisions = [];
        for (const n of [1, 2, 3]) {
          revisions.push(await records.put({ pk, sk: "A", data: { n } }, "any"));
        }
        expect(revisions).toEqual([1, 2, 3].map((revision) => ({ written: true, revision })));
      });

      it("removes the revision that is named, and no other", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: {} }, "absent");
        expect(await records.remove({ pk, sk: "A" }, { revision: 2 })).toEqual({ removed: false });
        expect(await records.remove({ pk, sk: "A" }, { revision: 1 })).toEqual({ removed: true });
        expect(await records.get({ pk, sk: "A" })).toBeUndefined();
      });

      it("says whether there was anything to remove", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: {} }, "absent");
        expect(await records.remove({ pk, sk: "A" }, "any")).toEqual({ removed: true });
        expect(await records.remove({ pk, sk: "A" }, "any")).toEqual({ removed: false });
        expect(await records.remove({ pk, sk: "A" }, { revision: 1 })).toEqual({ removed: false });
      });

      it("begins at revision 1 again after a removal", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: {} }, "any");
        await records.put({ pk, sk: "A", data: {} }, "any");
        await records.remove({ pk, sk: "A" }, "any");
        expect(await records.put({ pk, sk: "A", data: {} }, "absent")).toEqual({
          written: true,
          revision: 1,
        });
      });
    });

    describe("races", () => {
      const winners = (results: readonly { readonly written: boolean }[]): number =>
        results.filter((result) => result.written).length;

      it("lets one of twenty create an item", async () => {
        const pk = freshPartition();
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, n) => records.put({ pk, sk: "A", data: { n } }, "absent")),
        );
        expect(winners(results)).toBe(1);
        const winner = results.findIndex((result) => result.written);
        expect((await records.get({ pk, sk: "A" }))?.data).toEqual({ n: winner });
      });

      it("lets one of twenty replace a revision", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: { n: -1 } }, "absent");
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, n) => records.put({ pk, sk: "A", data: { n } }, { revision: 1 })),
        );
        expect(winners(results)).toBe(1);
        const winner = results.findIndex((result) => result.written);
        expect(await records.get({ pk, sk: "A" })).toMatchObject({ revision: 2, data: { n: winner } });
      });

      it("loses none of twenty writers who read and try again", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: { sum: 0 } }, "absent");
        const add = async (n: number): Promise<void> => {
          for (;;) {
            const stored = await records.get({ pk, sk: "A" });
            const sum = Number(stored?.data["sum"]) + n;
            if (
              (await records.put({ pk, sk: "A", data: { sum } }, { revision: stored?.revision ?? 0 })).written
            ) {
              return;
            }
          }
        };
        await Promise.all(Array.from({ length: 20 }, (_, n) => add(n)));
        expect(await records.get({ pk, sk: "A" })).toMatchObject({ revision: 21, data: { sum: 190 } });
      });

      it("lets one of twenty remove a revision", async () => {
        const pk = freshPartition();
        await records.put({ pk, sk: "A", data: {} }, "absent");
        const results = await Promise.all(
          Array.from({ length: 20 }, () => records.remove({ pk, sk: "A" }, { revision: 1 })),
        );
        expect(results.filter((result) => result.removed)).toHaveLength(1);
      });
    });

    describe("a partition", () => {
      it("is in the order of the sort keys, byte by byte", async () => {
        const pk = freshPartition();
        const sks = [
          "ROW#0000000010",
          "ROW#0000000009",
          "ROW$",
          "A",
          "a",
          "Z",
          "é",
          "\u{1F3A5}",
          "\uFFFD",
          "ROW#",
          "-",
          "~",
        ];
        await putAll(pk, sks);
        const byBytes = sks.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
        expect(sksOf(await records.query({ pk }))).toEqual(byBytes);
        expect(sksOf(await records.query({ pk, descending: true }))).toEqual(byBytes.toReversed());
      });

      it("is bounded at both ends, the bounds included", async () => {
        const pk = freshPartition();
        await putAll(pk, ["A", "B", "C", "D"]);
        expect(sksOf(await records.query({ pk, from: "B", to: "C" }))).toEqual(["B", "C"]);
        expect(sksOf(await records.query({ pk, from: "C" }))).toEqual(["C", "D"]);
        expect(sksOf(await records.query({ pk, to: "B" }))).toEqual(["A", "B"]);
        expect(sksOf(await records.query({ pk, to: "B", descending: true }))).toEqual(["B", "A"]);
      });

      it("is empty where the bounds cross, where nothing is, and under a limit of 0", async () => {
        const pk = freshPartition();
        await putAll(pk, ["A", "B"]);
        expect(await records.query({ pk, from: "B", to: "A" })).toEqual([]);
        expect(await records.query({ pk: freshPartition() })).toEqual([]);
        expect(await records.query({ pk, limit: 0 })).toEqual([]);
      });

      it("stops at the limit", async () => {
        const pk = freshPartition();
        await putAll(pk, ["A", "B", "C"]);
        expect(sksOf(await records.query({ pk, limit: 2 }))).toEqual(["A", "B"]);
        expect(sksOf(await records.query({ pk, limit: 2, descending: true }))).toEqual(["C", "B"]);
        expect(sksOf(await records.query({ pk, limit: 9 }))).toEqual(["A", "B", "C"]);
      });

      it("holds nothing of another partition", async () => {
        const pk = freshPartition();
        await Promise.all([putAll(pk, ["A"]), putAll(`${pk}0`, ["B"])]);
        expect(sksOf(await records.query({ pk }))).toEqual(["A"]);
      });

      it("is read whole when it is larger than one answer of 1 MB", async () => {
        const pk = freshPartition();
        const numbers = Array.from({ length: 60 }, (_, index) => String(index).padStart(3, "0"));
        const filler = "x".repeat(50_000);
        await Promise.all(numbers.map((sk) => records.put({ pk, sk, data: { filler } }, "absent")));
        expect(sksOf(await records.query({ pk }))).toEqual(numbers);
        expect(sksOf(await records.query({ pk, limit: 45, descending: true }))).toEqual(
          numbers.toReversed().slice(0, 45),
        );
      });

      it("shows a write as soon as it is done", async () => {
        const pk = freshPartition();
        for (const n of [1, 2, 3, 4, 5]) {
          await records.put({ pk, sk: String(n), data: {} }, "absent");
          expect(await records.query({ pk })).toHaveLength(n);
        }
      });
    });

    describe.each(["byTime", "byDue"] as const)("the list %s", (index) => {
      const putListed = (pk: string, entry: ListEntry | undefined, data: RecordData = {}) =>
        records.put({ pk, sk: "RECORD", data, [index]: entry }, "any");

      it("is in its own order, across partitions, both ways", async () => {
        const list = freshPartition();
        const orders = ["2026-11-21#b", "2026-11-21#a", "2026-11-20#z"];
        await Promise.all(orders.map((order) => putListed(`${list}#${order}`, { list, order }, { order })));
        const ordersOf = async (descending: boolean) =>
          (await records.list({ index, list, descending })).map((record) => record.data["order"]);
        expect(await ordersOf(false)).toEqual(orders.toSorted());
        expect(await ordersOf(true)).toEqual(orders.toSorted().reverse());
      });

      it("is bounded and limited, the bounds included", async () => {
        const list = freshPartition();
        await Promise.all(
          ["1", "2", "3", "4"].map((order) => putListed(`${list}#${order}`, { list, order }, { order })),
        );
        const orders = async (bounds: object) =>
          (await records.list({ index, list, ...bounds })).map((record) => record.data["order"]);
        expect(await orders({ from: "2", to: "3" })).toEqual(["2", "3"]);
        expect(await orders({ to: "2" })).toEqual(["1", "2"]);
        expect(await orders({ from: "2", limit: 2 })).toEqual(["2", "3"]);
        expect(await orders({ descending: true, limit: 1 })).toEqual(["4"]);
        expect(await orders({ from: "4", to: "1" })).toEqual([]);
        expect(await orders({ limit: 0 })).toEqual([]);
      });

      it("gives whole records with their revision", async () => {
        const list = freshPartition();
        await putListed(list, { list, order: "1" }, { n: 1 });
        await putListed(list, { list, order: "1" }, EVERY_KIND_OF_DATA);
        expect(await records.list({ index, list })).toEqual([
          { pk: list, sk: "RECORD", revision: 2, data: EVERY_KIND_OF_DATA },
        ]);
      });

      it("follows a record that moves, and lets go of one that is not listed any more", async () => {
        const list = freshPartition();
        await putListed(list, { list, order: "1" });
        await putListed(list, { list, order: "5" });
        expect(await records.list({ index, list, to: "4" })).toEqual([]);
        expect(await records.list({ index, list })).toHaveLength(1);
        await putListed(list, undefined);
        expect(await records.list({ index, list })).toEqual([]);
      });

      it("lets go of a record that is removed", async () => {
        const list = freshPartition();
        await putListed(list, { list, order: "1" });
        await records.remove({ pk: list, sk: "RECORD" }, "any");
        expect(await records.list({ index, list })).toEqual([]);
      });

      it("is not changed by a write that was refused", async () => {
        const list = freshPartition();
        await putListed(list, { list, order: "1" });
        const entry = { [index]: { list, order: "2" } };
        await records.put({ pk: list, sk: "RECORD", data: {}, ...entry }, "absent");
        expect(await records.list({ index, list, from: "2" })).toEqual([]);
      });
    });

    it("takes an item that it may forget later", async () => {
      const pk = freshPartition();
      const expiresAt = Math.floor(Date.now() / 1000) + 600;
      expect(await records.put({ pk, sk: "A", data: {}, expiresAt }, "absent")).toMatchObject({
        written: true,
      });
      expect(await records.put({ pk, sk: "A", data: {}, expiresAt }, "absent")).toEqual({ written: false });
    });
  });
};
