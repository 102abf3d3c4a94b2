import { describe, expect, it } from "vitest";
import type { WeaponEvent, WeaponRow } from "#contracts/weapon-log.ts";
import { timeSyncsOf } from "#use-cases/incidents/load-incident-inputs.ts";

const PAGE = 500;
const SKIPPED = "2026-03-29T01:30:00";

const aRow = (seq: number, event: Partial<WeaponEvent> = {}): WeaponRow => ({
  weaponSerial: "X12005BX7",
  event: { seq, at: "2026-03-28T20:00:00Z", type: "other", ...event },
  delivery: {
    logId: "l1",
    receivedAt: "2026-03-30T06:00:00.000Z",
    deliveredBy: "DOCK1",
    model: "TASER 7",
    drill: false,
    clock: { deviceClock: "2026-03-30T06:00:00Z", gatewayClock: "2026-03-30T06:00:00Z" },
  },
  firstReceivedAt: "2026-03-30T06:00:00.000Z",
  conflicts: [],
});

/** The settings of the clock that are found after row 0, in a memory that goes on with these rows. */
async function found(rows: readonly WeaponRow[]) {
  const weapons = {
    rowsAfter: async (_: string, seq: number, limit: number) =>
      rows.filter(({ event }) => event.seq > seq).slice(0, limit),
  };
  const syncs = await timeSyncsOf([aRow(0)], { weapons, force: { policies: [], timeZone: "Europe/London" } });
  return syncs.map(({ event }) => event.seq);
}

const pageEndingWith = (last: Partial<WeaponEvent>) =>
  Array.from({ length: PAGE }, (_, index) => aRow(index + 1, index + 1 === PAGE ? last : {}));

describe("settings of the weapon's clock", () => {
  const sync = aRow(PAGE + 1, { type: "time-sync", at: "2026-03-29T12:00:00Z" });

  it("are looked for beyond a page that ends in a time that the clocks skip", async () => {
    expect(await found([...pageEndingWith({ at: SKIPPED }), sync])).toEqual([PAGE + 1]);
  });

  it("are not looked for beyond a page that ends after the last delivery", async () => {
    expect(await found([...pageEndingWith({ at: "2026-04-01T00:00:00Z" }), sync])).toEqual([]);
  });
});
