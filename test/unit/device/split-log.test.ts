import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLog } from "#infra/device/send-log.ts";

const frame = { weapon: { serial: "W-1", model: "TASER 7" }, drill: true };
const rowsOf = (count: number, fill = "") =>
  Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    at: "2026-11-21T21:07:50Z",
    type: "usb",
    fill,
  }));

describe("splitting a weapon's log", () => {
  it("leaves a log that fits as it is, by rising seq", () => {
    const events = rowsOf(3);
    expect(splitLog({ ...frame, events: events.toReversed() })).toEqual([{ ...frame, events }]);
  });

  it("keeps every download within 4 MB, and all that is said of the weapon in each", () => {
    const events = rowsOf(9000, "x".repeat(1000));
    const downloads = splitLog({ ...frame, events });
    expect(downloads.length).toBe(3);
    for (const download of downloads) {
      expect(Buffer.byteLength(JSON.stringify(download))).toBeLessThanOrEqual(4_000_000);
      expect(download).toMatchObject(frame);
    }
    expect(downloads.flatMap((download) => download.events)).toEqual(events);
  });

  it("keeps every download within the rows that the service takes at once", () => {
    const downloads = splitLog({ ...frame, events: rowsOf(20_001) });
    expect(downloads.map(({ events }) => events.length)).toEqual([20_000, 1]);
  });

  it("loses no row and repeats none, whatever their sizes", () => {
    const rows = fc.array(
      fc.record({ seq: fc.nat(), fill: fc.string({ unit: "grapheme", maxLength: 200 }) }),
      {
        minLength: 1,
        maxLength: 50,
      },
    );
    fc.assert(
      fc.property(rows, (events) => {
        const sent = splitLog({ ...frame, events }).flatMap((download) => download.events);
        expect(sent).toEqual(events.toSorted((one, other) => one.seq - other.seq));
      }),
    );
  });
});
