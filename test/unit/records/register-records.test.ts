import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { CorruptRecordError, InvalidInputError } from "#contracts/errors.ts";
import type { Booking } from "#contracts/register.ts";
import { createRegisterRecords, type RegisterRecords } from "#records/register-records.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { aBooking, aDevice, anOfficer } from "#test/support/stored-builders.ts";
import { type WatchedRecords, watchRecords } from "#test/support/watched-records.ts";

let store: WatchedRecords;
let register: RegisterRecords;
beforeEach(() => {
  store = watchRecords(createMemoryRecords());
  register = createRegisterRecords(store.records);
});

const allPages = async <Item>(
  list: (query: { limit: number; cursor?: string | undefined }) => Promise<{
    readonly items: readonly Item[];
    readonly cursor?: string;
  }>,
): Promise<Item[]> => {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 2, cursor });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
};

describe("devices", () => {
  it("are created, replaced, and the same again", async () => {
    expect(await register.putDevice(aDevice(), [])).toEqual({ outcome: "created" });
    expect(await register.putDevice(aDevice(), [])).toEqual({ outcome: "same" });
    expect(await register.putDevice(aDevice({ status: "revoked" }), [])).toEqual({ outcome: "changed" });
    expect(await register.readDevice("DOCK1")).toEqual(aDevice({ status: "revoked" }));
    expect(await register.readDevice("DOCK2")).toBeUndefined();
  });

  it("are listed by serial, page by page", async () => {
    for (const serial of ["D3", "D1", "D5", "D2", "D4"]) {
      await register.putDevice(aDevice({ serial }), []);
    }
    const serials = (await allPages(register.listDevices)).map((device) => device.serial);
    expect(serials).toEqual(["D1", "D2", "D3", "D4", "D5"]);
  });

  it("that lost their shape are told as corrupt", async () => {
    await store.records.put({ pk: "DEVICE#D", sk: "RECORD", data: {} }, "absent");
    await expect(register.readDevice("D")).rejects.toThrow(CorruptRecordError);
  });

  it("refuse a foreign cursor", async () => {
    await expect(register.listDevices({ limit: 2, cursor: "%" })).rejects.toThrow(InvalidInputError);
  });
});

describe("a public key", () => {
  it("belongs to one serial", async () => {
    await register.putDevice(aDevice({ serial: "D1" }), ["k1"]);
    expect(await register.putDevice(aDevice({ serial: "D2" }), ["k1"])).toEqual({
      outcome: "key-taken",
      thumbprint: "k1",
      serial: "D1",
    });
    expect(await register.readDevice("D2")).toBeUndefined();
  });

  it("may be registered again by its own serial", async () => {
    await register.putDevice(aDevice({ serial: "D1" }), ["k1"]);
    expect(await register.putDevice(aDevice({ serial: "D1", model: "New" }), ["k1", "k2"])).toEqual({
      outcome: "changed",
    });
  });

  it("is free again when its device gives it up", async () => {
    await register.putDevice(aDevice({ serial: "D1" }), ["k1", "k2"]);
    await register.putDevice(aDevice({ serial: "D1" }), ["k2"]);
    expect(await register.putDevice(aDevice({ serial: "D2" }), ["k1"])).toEqual({ outcome: "created" });
    expect(await register.putDevice(aDevice({ serial: "D2" }), ["k2"])).toMatchObject({
      outcome: "key-taken",
    });
  });

  it("that was claimed beside one that is taken is given back, and those held before stay", async () => {
    await register.putDevice(aDevice({ serial: "D1" }), ["k1"]);
    await register.putDevice(aDevice({ serial: "D2" }), ["k2"]);
    expect(await register.putDevice(aDevice({ serial: "D2" }), ["k2", "k3", "k1"])).toMatchObject({
      outcome: "key-taken",
      thumbprint: "k1",
    });
    expect(await register.putDevice(aDevice({ serial: "D3" }), ["k3"])).toEqual({ outcome: "created" });
    expect(await register.putDevice(aDevice({ serial: "D4" }), ["k2"])).toMatchObject({ serial: "D2" });
  });

  it("goes to one of ten serials that claim it at once", async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => register.putDevice(aDevice({ serial: `D${n}` }), ["k1"])),
    );
    expect(results.filter((result) => result.outcome === "created")).toHaveLength(1);
    expect(await register.listDevices({ limit: 50 })).toMatchObject({ items: [{}] });
  });

  it("is given back by a repetition when the first call died before", async () => {
    await register.putDevice(aDevice({ serial: "D1" }), ["k1"]);
    for (const writes of [0, 1]) {
      store.dieAfter(writes);
      await expect(register.putDevice(aDevice({ serial: "D1" }), [])).rejects.toThrow("killed");
      store.restart();
    }
    expect(await register.putDevice(aDevice({ serial: "D2" }), ["k1"])).toMatchObject({
      outcome: "key-taken",
    });
    await register.putDevice(aDevice({ serial: "D1" }), []);
    expect(await register.putDevice(aDevice({ serial: "D2" }), ["k1"])).toEqual({ outcome: "created" });
  });
});

describe("officers", () => {
  it("are created, replaced, and the same again", async () => {
    expect(await register.putOfficer(anOfficer())).toBe("created");
    expect(await register.putOfficer(anOfficer())).toBe("same");
    expect(await register.putOfficer(anOfficer({ team: "B" }))).toBe("changed");
    expect(await register.readOfficer("PC1")).toEqual(anOfficer({ team: "B" }));
    expect(await register.readOfficers(["PC9", "PC1", "PC1"])).toEqual([anOfficer({ team: "B" })]);
  });

  it("are supervisors while somebody names them", async () => {
    expect(await register.isSupervisor("PS1")).toBe(false);
    await register.putOfficer(anOfficer({ supervisor: "PS1" }));
    await register.putOfficer(anOfficer({ officerId: "PC2", supervisor: "PS1" }));
    expect(await register.isSupervisor("PS1")).toBe(true);
    await register.putOfficer(anOfficer({ supervisor: "PS2" }));
    expect(await register.isSupervisor("PS1")).toBe(true);
    await register.putOfficer(anOfficer({ officerId: "PC2" }));
    expect(await register.isSupervisor("PS1")).toBe(false);
    expect(await register.isSupervisor("PS2")).toBe(true);
  });

  it("are no supervisors by a way that a crash left", async () => {
    store.dieAfter(1);
    await expect(register.putOfficer(anOfficer({ supervisor: "PS1" }))).rejects.toThrow("killed");
    store.restart();
    expect(await register.isSupervisor("PS1")).toBe(false);
  });

  it("are found by the collar numbers that they have or had, whatever the case and spaces", async () => {
    await register.putOfficer(anOfficer({ collarNumber: "47 sw" }));
    await register.putOfficer(anOfficer({ collarNumber: "48SW" }));
    expect(await register.officersByCollar("47SW")).toEqual(["PC1"]);
    expect(await register.officersByCollar("48 sw ")).toEqual(["PC1"]);
    expect(await register.officersByCollar("4")).toEqual([]);
  });

  it("are listed by id, page by page", async () => {
    for (const officerId of ["PC3", "PC1", "PC2"]) {
      await register.putOfficer(anOfficer({ officerId }));
    }
    const ids = (await allPages(register.listOfficers)).map((officer) => officer.officerId);
    expect(ids).toEqual(["PC1", "PC2", "PC3"]);
  });
});

describe("a booking", () => {
  const CLOSED = aBooking({ to: "2026-11-22T06:00:00.000Z" });

  it("is created, closed, and then the same, whichever of the two is repeated", async () => {
    expect(await register.putBooking(aBooking())).toBe("created");
    expect(await register.putBooking(aBooking())).toBe("same");
    expect(await register.putBooking(CLOSED)).toBe("changed");
    expect(await register.putBooking(CLOSED)).toBe("same");
    expect(await register.putBooking(aBooking())).toBe("same");
    expect(await register.bookingsOfDevice("X12005BX7")).toEqual([CLOSED]);
  });

  it("with another end or crewing is a conflict, and the first stands", async () => {
    await register.putBooking({ ...CLOSED, singleCrewed: true });
    expect(await register.putBooking(aBooking({ to: "2026-11-22T07:00:00.000Z" }))).toBe("conflict");
    expect(await register.putBooking({ ...CLOSED, singleCrewed: false })).toBe("conflict");
    expect(await register.bookingsOfDevice("X12005BX7")).toEqual([{ ...CLOSED, singleCrewed: true }]);
  });

  it("ends the same in whatever order its parts arrive", async () => {
    const told: readonly Booking[] = [aBooking(), CLOSED, aBooking({ singleCrewed: true })];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...told, ...told], { minLength: 6 }), async (order) => {
        const fresh = createRegisterRecords(createMemoryRecords());
        for (const part of order) {
          expect(await fresh.putBooking(part)).not.toBe("conflict");
        }
        expect(await fresh.bookingsOfDevice("X12005BX7")).toEqual([{ ...CLOSED, singleCrewed: true }]);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps an opening and a closing that arrive together", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => register.putBooking(n % 2 === 0 ? aBooking() : CLOSED)),
    );
    expect(await register.bookingsOfDevice("X12005BX7")).toEqual([CLOSED]);
  });

  it("of another officer at the same time stands beside it", async () => {
    await register.putBooking(aBooking());
    expect(await register.putBooking(aBooking({ officerId: "PC2" }))).toBe("created");
    const officers = (await register.bookingsOfDevice("X12005BX7")).map((booking) => booking.officerId);
    expect(officers).toEqual(["PC1", "PC2"]);
  });
});

describe("a search for bookings", () => {
  const on = (day: number): string => `2026-11-${String(day).padStart(2, "0")}T18:00:00.000Z`;
  beforeEach(async () => {
    for (const day of [3, 1, 2, 4]) {
      await register.putBooking(aBooking({ from: on(day) }));
    }
    await register.putBooking(aBooking({ deviceSerial: "X81234567", from: on(2) }));
  });
  const daysOf = (bookings: readonly Booking[]): number[] =>
    bookings.map((booking) => Number(booking.from.slice(8, 10)));

  it("of a device gives all, or those that begin in a half-open span, in order", async () => {
    expect(daysOf(await register.bookingsOfDevice("X12005BX7"))).toEqual([1, 2, 3, 4]);
    expect(daysOf(await register.bookingsOfDevice("X12005BX7", { from: on(2), to: on(4) }))).toEqual([2, 3]);
    expect(daysOf(await register.bookingsOfDevice("X12005BX7", { from: on(3) }))).toEqual([3, 4]);
  });

  it("of a device gives the last ones begun before a time", async () => {
    expect(daysOf(await register.lastBookingsOfDevice("X12005BX7", on(4), 2))).toEqual([2, 3]);
    expect(daysOf(await register.lastBookingsOfDevice("X12005BX7", on(1), 2))).toEqual([]);
  });

  it("of an officer gives those of all devices that begin in a half-open span", async () => {
    const found = await register.bookingsOfOfficer("PC1", on(2), on(3));
    expect(found.map((booking) => booking.deviceSerial)).toEqual(["X12005BX7", "X81234567"]);
    expect(await register.bookingsOfOfficer("PC2", on(1), on(9))).toEqual([]);
  });

  it("of an officer skips a way that a crash left", async () => {
    store.dieAfter(1);
    await expect(register.putBooking(aBooking({ from: on(5) }))).rejects.toThrow("killed");
    store.restart();
    expect(daysOf(await register.bookingsOfOfficer("PC1", on(4), on(9)))).toEqual([4]);
  });

  it("page by page goes from the newest to the oldest", async () => {
    expect(daysOf(await allPages(register.listBookings))).toEqual([4, 3, 2, 2, 1]);
  });
});
