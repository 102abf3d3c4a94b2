import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LogToSegment, missingBeside, segmentRows } from "#domain/log/segment-log.ts";
import { toUtc } from "#domain/time/time.ts";
import {
  aBooking,
  anOpenBooking,
  aPolicy,
  aReport,
  aRow,
  at,
  COLLEAGUE,
} from "#test/support/build-inputs.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

function log(overrides: Partial<LogToSegment>): LogToSegment {
  return {
    rows: [],
    bookings: [aBooking()],
    reports: [],
    policies: [aPolicy()],
    timeZone: "Europe/London",
    ...overrides,
  };
}

function groupsOf(overrides: Partial<LogToSegment>): readonly (readonly [string, readonly number[]])[] {
  return segmentRows(log(overrides)).map(({ kind, seqs }) => [kind, seqs] as const);
}

const armed = (seq: number, seconds: number) => aRow({ seq, type: "armed", at: at(seconds) });
const safe = (seq: number, seconds: number) => aRow({ seq, type: "safe", at: at(seconds) });
const fired = (seq: number, seconds: number, durationSeconds = 5) =>
  aRow({ seq, at: at(seconds), durationSeconds });
const spark = (seq: number, when: string, extra: object = {}) =>
  aRow({ seq, type: "arc", at: when, durationSeconds: 1, cartridge: { kind: "none" }, ...extra });

describe("uses in a weapon's log", () => {
  it("joins rows up to useGapSeconds after the end of the use before them", () => {
    expect(groupsOf({ rows: [fired(1, 0), safe(2, 605)] })).toEqual([["use", [1, 2]]]);
    expect(groupsOf({ rows: [fired(1, 0), safe(2, 605.001)] })).toEqual([
      ["use", [1]],
      ["use", [2]],
    ]);
  });

  it("measures the gap from the end that reaches furthest", () => {
    expect(groupsOf({ rows: [fired(1, 0, 300), safe(2, 10), armed(3, 900)] })).toEqual([["use", [1, 2, 3]]]);
  });

  it("ignores rows that make no use", () => {
    const rows = [
      armed(1, 0),
      aRow({ seq: 2, type: "battery", at: at(5) }),
      aRow({ seq: 3, type: "usb", at: at(6) }),
    ];
    expect(groupsOf({ rows })).toEqual([["use", [1]]]);
    expect(groupsOf({ rows: [] })).toEqual([]);
  });

  it("tells C of a use with its cycles and of one without", () => {
    const [discharge] = segmentRows(log({ rows: [armed(1, -10), fired(2, 0), fired(3, 20), safe(4, 60)] }));
    expect([discharge?.startMs, discharge?.endMs].map((ms) => toUtc(ms ?? 0))).toEqual([at(0), at(25)]);
    const [drawn] = segmentRows(log({ rows: [armed(1, -10), safe(4, 60)] }));
    expect([drawn?.startMs, drawn?.endMs].map((ms) => toUtc(ms ?? 0))).toEqual([at(-10), at(60)]);
  });

  it("corrects times by the delivery's measured offset and tells its uncertainty", () => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const [group] = segmentRows(log({ rows: [aRow({}, { clock })] }));
    expect(toUtc(group?.startMs ?? 0)).toBe(at(-180));
    expect(group?.uncertaintyMs).toBe(1000 + Math.ceil((20 * (8 * 3600 + 55 * 60)) / 1000));
  });

  it("does not apply a measurement across a time-sync row, and names that row", () => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const sync = aRow({ seq: 9, type: "time-sync", at: "2026-11-22T05:00:00Z" }, { clock });
    const [group] = segmentRows(
      log({ rows: [{ ...sync, event: { ...sync.event, seq: 11 } }, aRow({ seq: 5 }, { clock }), sync] }),
    );
    expect(toUtc(group?.startMs ?? 0)).toBe(at(0));
    expect(group?.syncSeqs).toEqual([9, 11]);
  });

  it.each([
    ["before the event", { seq: 2, at: "2026-11-21T20:00:00Z" }],
    ["after the delivery", { seq: 9, at: "2026-11-22T07:00:00Z" }],
  ])("applies a measurement when the clock was set %s", (_when, event) => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const sync = aRow({ type: "time-sync", ...event }, { clock });
    const [group] = segmentRows(log({ rows: [aRow({ seq: 5 }, { clock }), sync] }));
    expect(toUtc(group?.startMs ?? 0)).toBe(at(-180));
  });

  it("takes a setting whose local time does not exist for one that may have been any time", () => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const sync = aRow({ seq: 9, type: "time-sync", at: "2026-03-29T01:30:00" }, { clock });
    const [group] = segmentRows(log({ rows: [aRow({ seq: 5 }, { clock }), sync] }));
    expect(toUtc(group?.startMs ?? 0)).toBe(at(0));
  });
});

describe("tests and trainings", () => {
  it("takes a spark test at booking-out for a test of its own", () => {
    const rows = [spark(1, "2026-11-21T14:10:00.000Z"), armed(2, 0), safe(3, 30)];
    expect(groupsOf({ rows })).toEqual([
      ["test", [1]],
      ["use", [2, 3]],
    ]);
  });

  it.each([
    ["15 minutes before", "2026-11-21T13:45:00.000Z", "test"],
    ["over 15 minutes before", "2026-11-21T13:44:59.999Z", "use"],
    ["15 minutes after", "2026-11-21T14:15:00.000Z", "test"],
    ["over 15 minutes after", "2026-11-21T14:15:00.001Z", "use"],
  ])("looks %s a booking begins", (_when, when, kind) => {
    expect(groupsOf({ rows: [spark(1, when)] })).toEqual([[kind, [1]]]);
  });

  it.each([
    ["an arc of over 5.5 s", { durationSeconds: 5.6 }],
    ["a cartridge in place", { cartridge: { kind: "live" as const } }],
    ["a cartridge that is not told", { cartridge: undefined }],
    ["a row that does not discharge", { type: "armed" as const }],
  ])("takes %s for a use, at booking-out too", (_what, extra) => {
    expect(groupsOf({ rows: [spark(1, "2026-11-21T14:10:00.000Z", extra)] })).toEqual([["use", [1]]]);
  });

  it("takes a short pull without a cartridge for a test, and an arc without a duration", () => {
    const when = "2026-11-21T14:10:00.000Z";
    const pull = { type: "trigger" as const, durationSeconds: 5.5 };
    expect(groupsOf({ rows: [spark(1, when, pull)] })).toEqual([["test", [1]]]);
    expect(groupsOf({ rows: [spark(1, when, { durationSeconds: undefined })] })).toEqual([["test", [1]]]);
  });

  it("takes it for a use when a use report joins it", () => {
    const rows = [spark(1, "2026-11-21T14:10:00.000Z")];
    const statedAt = "2026-11-21T14:15:00.000Z";
    expect(groupsOf({ rows, reports: [aReport({ statedAt })] })).toEqual([["use", [1]]]);
    const { weaponSerial: _weapon, ...unnamed } = aReport({ statedAt }).report;
    expect(groupsOf({ rows, reports: [{ ...aReport(), report: unnamed }] })).toEqual([["use", [1]]]);
    const other = { ...aReport(), report: { ...unnamed, officerId: COLLEAGUE } };
    expect(groupsOf({ rows, reports: [other] })).toEqual([["test", [1]]]);
    expect(groupsOf({ rows, reports: [aReport({ statedAt: at(0) })] })).toEqual([["test", [1]]]);
  });

  it("takes what the weapon calls a test for a test, whatever anybody reports", () => {
    const rows = [aRow({ seq: 1, type: "test" })];
    expect(groupsOf({ rows, reports: [aReport()] })).toEqual([["test", [1]]]);
  });

  it.each(["training", "inert", "halt"] as const)("takes a %s cartridge for training", (kind) => {
    const rows = [aRow({ seq: 1, cartridge: { kind } }), fired(2, 30)];
    expect(groupsOf({ rows })).toEqual([
      ["training", [1]],
      ["use", [2]],
    ]);
  });

  it("takes a test with an untrusted time for a use", () => {
    expect(groupsOf({ rows: [spark(1, "2000-01-01T00:10:00.000Z")] })).toEqual([["use", [1]]]);
  });
});

describe("rows whose time cannot be trusted", () => {
  const lost = (seq: number, when: string, logId = "log-1", receivedAt = "2026-11-22T06:00:00.000Z") =>
    aRow({ seq, at: when }, { logId, receivedAt, clock: { gatewayClock: receivedAt } });

  it("never merge with trusted ones", () => {
    expect(groupsOf({ rows: [fired(1, 0), lost(2, "2000-01-01T00:00:10.000Z"), fired(3, 60)] })).toEqual([
      ["use", [1, 3]],
      ["use", [2]],
    ]);
  });

  it("lie in the weapon's last booking begun before their delivery", () => {
    const bookings = [
      aBooking(),
      aBooking({ from: "2026-11-20T14:00:00.000Z", to: "2026-11-20T23:00:00.000Z" }),
      aBooking({ from: "2026-11-22T06:00:00.000Z", to: "2026-11-22T14:00:00.000Z" }),
    ];
    const [group] = segmentRows(log({ bookings, rows: [lost(1, "2000-01-01T00:00:10.000Z")] }));
    expect(group).toMatchObject({ untrusted: true, uncertaintyMs: 0 });
    expect([group?.startMs, group?.endMs].map((ms) => toUtc(ms ?? 0))).toEqual([
      "2026-11-21T14:00:00.000Z",
      "2026-11-21T23:00:00.000Z",
    ]);
  });

  it("lie anywhere before their delivery when nobody ever booked the weapon", () => {
    const [group] = segmentRows(log({ bookings: [], rows: [lost(1, "2000-01-01T00:00:10.000Z")] }));
    expect([group?.startMs, group?.endMs].map((ms) => toUtc(ms ?? 0))).toEqual([
      "2001-01-01T00:00:00.000Z",
      "2026-11-22T06:00:00.000Z",
    ]);
  });

  it("join while their clock counts on in one booking", () => {
    const rows = [lost(1, "2000-01-01T00:00:10.000Z"), lost(2, "2000-01-01T00:05:00.000Z")];
    expect(groupsOf({ rows })).toEqual([["use", [1, 2]]]);
    expect(groupsOf({ rows: [rows[0] as never, lost(2, "2000-01-01T00:00:05.000Z")] })).toHaveLength(2);
    expect(groupsOf({ rows: [rows[0] as never, lost(2, "2000-01-01T02:00:05.000Z")] })).toHaveLength(2);
    const nextDay = lost(2, "2000-01-01T00:05:00.000Z", "log-2", "2026-11-23T06:00:00.000Z");
    const bookings = [
      aBooking(),
      aBooking({ from: "2026-11-22T14:00:00.000Z", to: "2026-11-22T23:00:00.000Z" }),
    ];
    expect(groupsOf({ bookings, rows: [rows[0] as never, nextDay] })).toHaveLength(2);
  });

  it("are those of a local time that does not exist", () => {
    const [group] = segmentRows(log({ rows: [aRow({ seq: 1, at: "2026-03-29T01:30:00" })] }));
    expect(group?.untrusted).toBe(true);
  });

  it("are taken for the booked officer's when a report joins them", () => {
    const rows = [spark(1, "2000-01-01T00:10:00.000Z", { type: "trigger" as const })];
    const { weaponSerial: _weapon, ...report } = aReport().report;
    expect(groupsOf({ rows, reports: [{ ...aReport(), report }] })).toEqual([["use", [1]]]);
    expect(groupsOf({ rows, bookings: [], reports: [{ ...aReport(), report }] })).toEqual([["use", [1]]]);
  });
});

describe("local times of a weapon", () => {
  const local = (seq: number, when: string) =>
    aRow(
      { seq, type: seq === 1 ? "armed" : "trigger", at: when },
      { clock: { gatewayClock: "2026-10-25T06:00:00Z" } },
    );

  it("keep a use together that runs over the end of the hour that exists twice", () => {
    const rows = [local(1, "2026-10-25T01:59:50"), local(2, "2026-10-25T02:00:05")];
    expect(groupsOf({ rows })).toEqual([["use", [1, 2]]]);
    const early = [local(1, "2026-10-25T00:59:50"), local(2, "2026-10-25T01:00:05")];
    expect(groupsOf({ rows: early })).toEqual([["use", [1, 2]]]);
  });

  it("keep a use together during which the clocks go back", () => {
    const rows = [local(1, "2026-10-25T01:59:50"), local(2, "2026-10-25T01:00:05")];
    expect(groupsOf({ rows })).toEqual([["use", [1, 2]]]);
    const apart = [...rows, local(3, "2026-10-25T01:40:00")];
    expect(groupsOf({ rows: apart })).toEqual([
      ["use", [1, 2]],
      ["use", [3]],
    ]);
  });

  it("read the hour of each autumn for itself", () => {
    const rows = [
      local(1, "2025-10-26T01:59:50"),
      local(2, "2025-10-26T01:00:05"),
      local(3, "2026-10-25T01:59:50"),
      local(4, "2026-10-25T01:00:05"),
    ];
    expect(groupsOf({ rows })).toEqual([
      ["use", [1, 2]],
      ["use", [3, 4]],
    ]);
  });
});

describe("missing numbers", () => {
  it("are told inside and directly beside the rows, between the lowest and highest known", () => {
    expect(missingBeside([5, 8], [1, 5, 8, 9])).toEqual([4, 6, 7]);
    expect(missingBeside([1, 2], [1, 2])).toEqual([]);
    expect(missingBeside([5], [3, 5, 7])).toEqual([4, 6]);
    expect(missingBeside([], [])).toEqual([]);
  });

  it("stop being counted when a log jumps by millions", () => {
    expect(missingBeside([0, 2_000_000_000], [0, 2_000_000_000])).toHaveLength(1000);
  });

  it("come with each use", () => {
    const [group] = segmentRows(log({ rows: [armed(1, 0), fired(3, 5)] }));
    expect(group?.missingSeqs).toEqual([2]);
  });
});

describe("order", () => {
  it("of rows, bookings and reports does not matter", () => {
    const rows = [
      spark(1, "2026-11-21T14:10:00.000Z"),
      armed(2, -5),
      fired(3, 0),
      safe(4, 60),
      fired(5, 2000),
      aRow({ seq: 6, at: "2000-01-01T00:00:10.000Z" }),
      aRow({ seq: 7, type: "test", at: at(4000) }),
    ];
    const bookings = [aBooking(), anOpenBooking({ from: "2026-11-22T14:00:00.000Z" })];
    const reports = [aReport(), aReport({ reportId: "report-2", statedAt: at(2000) })];
    const expected = segmentRows(log({ rows, bookings, reports }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.shuffledSubarray(bookings, { minLength: 2 }),
        fc.shuffledSubarray(reports, { minLength: 2 }),
        (shuffledRows, shuffledBookings, shuffledReports) => {
          const shuffled = { rows: shuffledRows, bookings: shuffledBookings, reports: shuffledReports };
          expect(segmentRows(log(shuffled))).toEqual(expected);
        },
      ),
      propertyRuns(100),
    );
  });
});
