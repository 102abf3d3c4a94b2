import { describe, expect, it } from "vitest";
import { OVER_BOTH_HOURS, placesOf } from "#domain/log/event-times.ts";
import { type IncidentInputs, incidentFacts } from "#domain/log/incident-facts.ts";
import { decideKind } from "#domain/log/incident-kind.ts";
import { type LogToSegment, segmentRows } from "#domain/log/segment-log.ts";
import { placeRow } from "#domain/log/weapon-rows.ts";
import { toUtc } from "#domain/time/time.ts";
import {
  aBooking,
  anInputs,
  anOfficer,
  aPolicy,
  aReport,
  aRow,
  at,
  COLLEAGUE,
  OFFICER,
} from "#test/support/build-inputs.ts";

const LONDON = "Europe/London";
const uses = (rows: LogToSegment["rows"], rest: Partial<LogToSegment> = {}) =>
  segmentRows({
    rows,
    bookings: [aBooking()],
    reports: [],
    policies: [aPolicy()],
    timeZone: LONDON,
    ...rest,
  });
const seqsOf = (rows: LogToSegment["rows"]) => uses(rows).map(({ seqs }) => seqs);
const lengthOf = (rows: LogToSegment["rows"]): number | undefined => {
  const [only] = uses(rows);
  return only && (only.endMs - only.startMs) / 1000;
};
const armed = (seq: number, seconds: number) => aRow({ seq, type: "armed", at: at(seconds) });
const safe = (seq: number, seconds: number) => aRow({ seq, type: "safe", at: at(seconds) });

describe("C of a use without discharge", () => {
  it("ends with the first row that puts the weapon away after the last that shows it", () => {
    expect(lengthOf([armed(1, 0), safe(2, 10), safe(3, 60)])).toBe(10);
    expect(lengthOf([armed(1, 0), safe(2, 10), armed(3, 20), safe(4, 30)])).toBe(30);
    expect(
      lengthOf([aRow({ seq: 1, type: "unholster" }), aRow({ seq: 2, type: "holster", at: at(30) })]),
    ).toBe(30);
  });

  it("takes rows of one instant in the order of the memory", () => {
    expect(lengthOf([safe(2, 0), armed(1, 0), safe(3, 30)])).toBe(0.001);
  });

  it("lasts as long as an arc, and not as long as anything else claims to", () => {
    const shown = (type: "arc" | "armed") => [aRow({ seq: 1, type, durationSeconds: 9 })];
    expect(lengthOf(shown("arc"))).toBe(9);
    expect(lengthOf(shown("armed"))).toBe(0.001);
  });
});

describe("rows in autumn's two like hours", () => {
  const context = { policies: [aPolicy()], timeZone: LONDON, syncs: [] };
  const DELIVERED = { receivedAt: "2026-12-01T00:00:00.000Z", clock: undefined };
  const local = (seq: number, when: string) => placeRow(aRow({ seq, at: when }, DELIVERED), context);
  const placed = (...rows: ReturnType<typeof local>[]) =>
    placesOf(rows, OVER_BOTH_HOURS).map(({ placed: { row }, at: { from } }) => [row.event.seq, toUtc(from)]);

  it("lie in the second from where the memory goes back", () => {
    const expected = [
      [1, "2026-10-25T00:50:00.000Z"],
      [2, "2026-10-25T01:10:00.000Z"],
      [3, "2026-10-25T01:20:00.000Z"],
    ];
    const rows = [1, 2, 3].map((seq) => local(seq, `2026-10-25T01:${["50", "10", "20"][seq - 1]}:00`));
    expect(placed(...rows)).toEqual(expected);
    expect(placed(...rows.toReversed())).toEqual(expected);
  });

  it("stay in the first while the memory goes on, an instant written twice included", () => {
    expect(
      placed(
        local(1, "2026-10-25T01:10:00"),
        local(2, "2026-10-25T01:10:00"),
        local(3, "2026-10-25T01:50:00"),
      ),
    ).toEqual([
      [1, "2026-10-25T00:10:00.000Z"],
      [2, "2026-10-25T00:10:00.000Z"],
      [3, "2026-10-25T00:50:00.000Z"],
    ]);
  });

  it("are not told apart by rows whose time exists once", () => {
    expect(placed(local(1, "2026-10-25T03:00:00"), local(2, "2026-10-25T01:10:00"))).toEqual([
      [2, "2026-10-25T00:10:00.000Z"],
      [1, "2026-10-25T03:00:00.000Z"],
    ]);
  });

  it("begin with the first again in another year", () => {
    expect(
      placed(
        local(1, "2025-10-26T01:50:00"),
        local(2, "2025-10-26T01:10:00"),
        local(3, "2026-10-25T01:05:00"),
      ).at(-1),
    ).toEqual([3, "2026-10-25T00:05:00.000Z"]);
  });

  it("are no test unless both hours lie at the beginning of a booking", () => {
    const spark = aRow(
      { type: "arc", at: "2026-10-25T01:40:00", durationSeconds: 1, cartridge: { kind: "none" } },
      DELIVERED,
    );
    const bookings = [aBooking({ from: "2026-10-25T00:30:00.000Z", to: "2026-10-25T08:00:00.000Z" })];
    expect(uses([spark], { bookings }).map(({ kind }) => kind)).toEqual(["use"]);
    const both = [
      ...bookings,
      aBooking({ from: "2026-10-25T01:30:00.000Z", to: "2026-10-25T08:00:00.000Z" }),
    ];
    expect(uses([spark], { bookings: both }).map(({ kind }) => kind)).toEqual(["test"]);
  });
});

describe("a log whose rows came in any order", () => {
  it("gives groups by their first row and names what is missing", () => {
    const rows = [aRow({ seq: 9, type: "test", at: at(5000) }), safe(7, 30), armed(4, 0), armed(1, -9000)];
    for (const list of [rows, rows.toReversed()]) {
      expect(uses(list).map(({ kind, seqs, missingSeqs }) => [kind, seqs, missingSeqs])).toEqual([
        ["use", [1], [2]],
        ["use", [4, 7], [3, 5, 6, 8]],
        ["test", [9], [8]],
      ]);
    }
  });

  it("gives a test after a use after it", () => {
    const rows = [armed(1, 0), aRow({ seq: 2, type: "test", at: at(5) })];
    expect(uses(rows).map(({ kind }) => kind)).toEqual(["use", "test"]);
  });

  it("names the settings of the clock that came after the group's first row", () => {
    const sync = (seq: number) => aRow({ seq, type: "time-sync", at: at(-10_000) });
    const [only] = uses([sync(2), armed(5, 0), sync(6), safe(8, 9), sync(9)]);
    expect(only?.syncSeqs).toEqual([6, 9]);
  });
});

describe("rows of a clock that lost its time", () => {
  const lost = (seq: number, seconds: number, event: object = {}) =>
    aRow({ seq, type: "armed", at: at(seconds, "2000-01-01T00:10:00.000Z"), ...event });

  it("are one use while they count on, however they came", () => {
    expect(seqsOf([lost(2, 30), lost(1, 0)])).toEqual([[1, 2]]);
    expect(seqsOf([lost(1, 0), lost(2, 0)])).toEqual([[1, 2]]);
    expect(seqsOf([lost(1, 0), lost(2, -0.001)])).toEqual([[1], [2]]);
  });

  it("are one use up to useGapSeconds after the end that reaches furthest", () => {
    expect(seqsOf([lost(1, 0), lost(2, 600)])).toEqual([[1, 2]]);
    expect(seqsOf([lost(1, 0), lost(2, 600.001)])).toEqual([[1], [2]]);
    const long = { type: "trigger", durationSeconds: 300, cartridge: { kind: "live" } };
    expect(seqsOf([lost(1, 0, long), lost(2, 10), lost(3, 900)])).toEqual([[1, 2, 3]]);
  });

  it("lie in the booking before the earliest of their deliveries", () => {
    const delivered = (seq: number, gatewayClock: string) =>
      aRow({ seq, type: "armed", at: `2000-01-01T00:10:0${seq}.000Z` }, { clock: { gatewayClock } });
    const bookings = [aBooking(), aBooking({ from: at(86_400), to: at(90_000) })];
    const rows = [delivered(1, at(100_000)), delivered(2, "2026-11-22T06:00:00.000Z")];
    const facts = incidentFacts(anInputs({ bookings, incident: { rows } }));
    expect(facts.mayLie?.from).toBe(Date.parse("2026-11-21T14:00:00.000Z"));
  });

  it("make the whole incident's time unknown", () => {
    const rows = [lost(1, 0), armed(2, 0)];
    expect(incidentFacts(anInputs({ incident: { rows } })).mayLie).toBeDefined();
  });

  it("are no test, although they seem to lie where tests do", () => {
    const spark = aRow(
      { type: "arc", at: "2026-11-21T14:05:00.000Z", durationSeconds: 1, cartridge: { kind: "none" } },
      { clock: { unset: true } },
    );
    expect(uses([spark]).map(({ kind }) => kind)).toEqual(["use"]);
  });

  it("that spring leaves out are compared as they stand", () => {
    const skipped = (seq: number, minute: string) =>
      aRow({ seq, type: "armed", at: `2026-03-29T01:${minute}:00` });
    expect(seqsOf([skipped(1, "10"), skipped(2, "20")])).toEqual([[1, 2]]);
    expect(seqsOf([skipped(1, "10"), skipped(2, "21")])).toEqual([[1], [2]]);
  });

  it("belong to the last booking's officers first, and to whoever else was booked while it ran", () => {
    const bookings = [
      aBooking(),
      aBooking({ officerId: COLLEAGUE, from: at(-600) }),
      aBooking({ officerId: "officer-3", to: at(-600) }),
    ];
    const facts = incidentFacts(anInputs({ bookings, incident: { rows: [lost(1, 0)] } }));
    expect(facts.bookedOfficerIds).toEqual([COLLEAGUE, OFFICER]);
  });

  it("are told at the earliest time that a report states", () => {
    const stated = (reportId: string, seconds: number) => aReport({ reportId, statedAt: at(seconds) });
    const reports = [stated("r-1", 90), stated("r-2", -90), stated("r-3", 30)];
    const { times } = incidentFacts(anInputs({ reports, incident: { rows: [lost(1, 0)] } }));
    expect(toUtc(times[0].c.from)).toBe(at(-90));
  });
});

describe("an incident's facts", () => {
  const facts = (shape: Parameters<typeof anInputs>[0]) => incidentFacts(anInputs(shape));

  it("do not depend on the order of rows and reports", () => {
    const inputs: IncidentInputs = anInputs({
      reports: [
        aReport({ reportId: "r-2", borough: "Camden", incidentRef: "CAD 2", outcomeIntent: "unintentional" }),
        aReport({
          reportId: "r-1",
          borough: "Lambeth",
          incidentRef: "CAD 1",
          outcomeIntent: "unintentional",
        }),
      ],
      incident: { rows: [safe(3, 60), aRow({ seq: 2 }, { incidentRef: "CAD 3" }), armed(1, -5)] },
    });
    const found = incidentFacts(inputs);
    expect(found).toMatchObject({
      borough: "Lambeth",
      kindDecidedBy: "report:r-1",
      incidentRefs: ["CAD 1", "CAD 2", "CAD 3"],
    });
    expect(found.placed.map(({ row }) => row.event.seq)).toEqual([1, 2, 3]);
    const { incident } = inputs;
    expect(
      incidentFacts({
        ...inputs,
        reports: inputs.reports.toReversed(),
        incident: { ...incident, rows: incident.rows.toReversed() },
      }),
    ).toEqual(found);
  });

  it("take their time from what makes the incident, not from rows that make nothing", () => {
    const battery = aRow({ seq: 1, type: "battery", at: at(-50) });
    const rows = [battery, aRow({ seq: 2, type: "test" })];
    expect(facts({ incident: { rows } })).toMatchObject({ kind: "TEST", occurredAtMs: Date.parse(at(0)) });
    const use = [aRow({ seq: 2, type: "test", at: at(-50) }), aRow({ seq: 3 })];
    expect(facts({ incident: { rows: use } }).occurredAtMs).toBe(Date.parse(at(0)));
    expect(facts({ incident: { rows: [battery] }, reports: [aReport()] })).toMatchObject({
      kind: "DISCHARGE",
      kindDecidedBy: "report:report-1",
      occurredAtMs: Date.parse(at(-50)),
    });
  });

  it("name the borough of the first known officer where no report does", () => {
    const officers = [
      anOfficer({ officerId: COLLEAGUE, borough: "Camden" }),
      anOfficer({ officerId: OFFICER, borough: "Lambeth" }),
    ];
    expect(facts({ officers }).borough).toBe("Lambeth");
    const bookings = [aBooking(), aBooking({ officerId: COLLEAGUE })];
    expect(facts({ bookings, officers: officers.slice(0, 1) }).borough).toBe("Camden");
    expect(facts({ officers: officers.slice(0, 1) }).borough).toBe("unknown");
  });

  it("name the carriers of both readings of an autumn hour by their ids", () => {
    const rows = [aRow({ at: "2026-10-25T01:30:00" }, { clock: undefined })];
    const booked = (officerId: string, from: string, to: string) => aBooking({ officerId, from, to });
    const bookings = [
      booked("z", "2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z"),
      booked("a", "2026-10-25T01:00:00.000Z", "2026-10-25T09:00:00.000Z"),
    ];
    expect(facts({ bookings, incident: { rows } }).bookedOfficerIds).toEqual(["a", "z"]);
  });

  it("keep to a measurement that a setting before the event does not touch", () => {
    // Three minutes fast; set 100 s before the event by the true time, which is after it by the device's.
    const clock = {
      deviceClock: "2026-11-22T06:03:00Z",
      gatewayClock: "2026-11-22T06:00:00Z",
      lastSyncedAt: at(-280),
    };
    const { uncertaintyMs } = facts({ incident: { rows: [aRow({}, { clock })] } });
    expect(uncertaintyMs).toBe(1000 + Math.ceil((20 * (8 * 3600 + 55 * 60)) / 1000));
  });

  it("see a setting up to the delivery, and none of another weapon", () => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const rows = [aRow({ seq: 5 }, { clock })];
    const offset = (when: string, weaponSerial?: string) => {
      const sync = aRow(
        { seq: 9, type: "time-sync", at: when },
        weaponSerial === undefined ? {} : { weaponSerial },
      );
      return facts({ incident: { rows, timeSyncs: [sync] } }).placed[0]?.reading.offsetMs;
    };
    expect(offset("2026-11-22T06:03:00.000Z")).toBe(0);
    expect(offset("2026-11-22T06:03:00.001Z")).toBe(180_000);
    expect(offset("2026-11-22T05:00:00.000Z", "OTHER")).toBe(180_000);
  });
});

describe("kinds and actions", () => {
  const facts = (shape: Parameters<typeof anInputs>[0]) => incidentFacts(anInputs(shape));

  it("take a test beside a training for a test", () => {
    const rows = [
      aRow({ seq: 1, type: "test" }),
      aRow({ seq: 2, at: at(9), cartridge: { kind: "training" } }),
    ];
    expect(facts({ incident: { rows } }).kind).toBe("TEST");
  });

  it("are decided by the first of several reports by their ids", () => {
    const unintentional = (reportId: string) => aReport({ reportId, outcomeIntent: "unintentional" }).report;
    const reports = [unintentional("r-2"), unintentional("r-1")];
    const rows = [{ event: aRow().event, kind: "use" as const }];
    expect(decideKind({ rows, reports, decidedKind: undefined }).kindDecidedBy).toBe("report:r-1");
  });

  it("call what was decided to be a discharge fired, and what was decided to be none drawn", () => {
    const actions = (decidedKind: "UNINTENTIONAL" | "DISCHARGE" | "NON_DISCHARGE") =>
      facts({ incident: { decidedKind } }).actions;
    expect(actions("UNINTENTIONAL")).toEqual(["fired"]);
    expect(actions("DISCHARGE")).toEqual(["fired"]);
    expect(actions("NON_DISCHARGE")).toEqual(["drawn"]);
  });

  it("call an arc arced, whatever cartridge is in the weapon", () => {
    const rows = [
      aRow({ seq: 1, cartridge: { kind: "none" } }),
      aRow({ seq: 2, type: "arc", at: at(9), cartridge: { kind: "live", deployed: true } }),
    ];
    expect(facts({ incident: { rows } })).toMatchObject({ kind: "DISCHARGE", actions: ["arced"] });
  });
});
