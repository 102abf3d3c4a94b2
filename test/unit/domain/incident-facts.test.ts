import { describe, expect, it } from "vitest";
import { incidentFacts } from "#domain/log/incident-facts.ts";
import { toUtc } from "#domain/time/time.ts";
import {
  aBooking,
  anInputs,
  anOfficer,
  anOpenBooking,
  aReport,
  aRow,
  at,
  COLLEAGUE,
  OFFICER,
  WEAPON,
} from "#test/support/build-inputs.ts";

type Shape = Parameters<typeof anInputs>[0];
const factsOf = (shape: Shape = {}) => incidentFacts(anInputs(shape));
const withRows = (...rows: ReturnType<typeof aRow>[]) => factsOf({ incident: { rows } });
const span = (shape: Shape): readonly string[] => {
  const [{ c }] = factsOf(shape).times;
  return [toUtc(c.from), toUtc(c.to)];
};

describe("the kind of an incident", () => {
  it.each([
    ["DISCHARGE", { kind: "live" as const, deployed: true }],
    ["DISCHARGE", { kind: "unknown" as const }],
    ["DISCHARGE", undefined],
    ["DISCHARGE", { kind: "none" as const, deployed: false }],
    ["UNKNOWN", { kind: "live" as const, deployed: false }],
    ["UNKNOWN", { kind: "unknown" as const, deployed: false }],
    ["TRAINING", { kind: "halt" as const }],
  ])("is %s for a trigger with %o", (kind, cartridge) => {
    expect(withRows(aRow({ cartridge }))).toMatchObject({ kind, kindDecidedBy: "log" });
  });

  it("is NON_DISCHARGE without a trigger, and TEST for a test", () => {
    expect(withRows(aRow({ type: "armed" }), aRow({ seq: 4103, type: "safe" })).kind).toBe("NON_DISCHARGE");
    expect(withRows(aRow({ type: "test" })).kind).toBe("TEST");
  });

  it("is UNINTENTIONAL when a report says so of a discharge or of a trigger that is not understood", () => {
    const reports = [aReport({ outcomeIntent: "unintentional" })];
    const said = { kind: "UNINTENTIONAL", kindDecidedBy: "report:report-1" };
    expect(factsOf({ reports })).toMatchObject(said);
    const undeployed = aRow({ cartridge: { kind: "live", deployed: false } });
    expect(factsOf({ reports, incident: { rows: [undeployed] } })).toMatchObject(said);
    expect(factsOf({ reports, incident: { rows: [aRow({ type: "armed" })] } }).kind).toBe("NON_DISCHARGE");
  });

  it.each([
    ["DISCHARGE", ["aimed", "angled-drive-stun"]],
    ["NON_DISCHARGE", ["not-stated", "red-dotted"]],
    ["UNKNOWN", ["not-stated"]],
  ] as const)("is %s by a report of %o without a log", (kind, actions) => {
    const reports = [aReport({ actions: [...actions] })];
    expect(factsOf({ reports, incident: { rows: [] } })).toMatchObject({
      kind,
      kindDecidedBy: "report:report-1",
    });
  });

  it("is what the reports say together, and UNKNOWN when nothing says anything", () => {
    const reports = [
      aReport({ reportId: "r-1", actions: ["drawn"] }),
      aReport({ reportId: "r-2", actions: ["fired"], outcomeIntent: "unintentional" }),
    ];
    expect(factsOf({ reports, incident: { rows: [] } })).toMatchObject({
      kind: "UNINTENTIONAL",
      kindDecidedBy: "report:r-2",
      actions: ["drawn", "fired"],
    });
    expect(factsOf({ incident: { rows: [] } })).toMatchObject({
      kind: "UNKNOWN",
      kindDecidedBy: "report:none",
    });
  });

  it("is what supervisors decided", () => {
    expect(factsOf({ incident: { decidedKind: "TEST" } })).toMatchObject({
      kind: "TEST",
      kindDecidedBy: "decision",
    });
  });
});

describe("what was done", () => {
  it("comes from the reports, in one order", () => {
    const reports = [
      aReport({ reportId: "r-2", actions: ["fired", "not-stated"] }),
      aReport({ actions: ["drawn"] }),
    ];
    expect(factsOf({ reports }).actions).toEqual(["drawn", "fired"]);
    expect(factsOf({ reports: [aReport({ actions: ["not-stated"] })] }).actions).toEqual(["not-stated"]);
  });

  it("comes from the log where nobody reported", () => {
    expect(factsOf().actions).toEqual(["fired"]);
    expect(withRows(aRow({ cartridge: { kind: "unknown" } })).actions).toEqual(["drawn"]);
    expect(withRows(aRow({ type: "armed" })).actions).toEqual(["drawn"]);
    expect(withRows(aRow({ type: "arc" }), aRow({ seq: 4103 })).actions).toEqual(["arced", "fired"]);
  });
});

describe("when it was", () => {
  const row = (
    seq: number,
    type: "armed" | "safe" | "arc" | "unholster" | "holster",
    seconds: number,
    extra: object = {},
  ) => aRow({ seq, type, at: at(seconds), ...extra });

  it("is from the first cycle to the end of the last", () => {
    const rows = [
      row(1, "armed", -9),
      aRow({ seq: 2 }),
      aRow({ seq: 3, at: at(60), durationSeconds: 2.5 }),
      row(4, "safe", 90),
    ];
    expect(span({ incident: { rows } })).toEqual([at(0), at(62.5)]);
  });

  it("is from the first armed, unholster or arc row to the safe or holster row after the last", () => {
    const rows = [
      row(1, "safe", -60),
      row(2, "unholster", 0),
      row(3, "armed", 5),
      row(4, "safe", 20),
      row(5, "holster", 25),
    ];
    expect(span({ incident: { rows } })).toEqual([at(0), at(20)]);
  });

  it("is to the last arc's end when that is later, or nothing follows", () => {
    const rows = [row(1, "armed", 0), row(2, "arc", 5, { durationSeconds: 3 }), row(3, "safe", 7)];
    expect(span({ incident: { rows } })).toEqual([at(0), at(8)]);
    expect(span({ incident: { rows: rows.slice(0, 2) } })).toEqual([at(0), at(8)]);
    expect(span({ incident: { rows: rows.slice(0, 1) } })).toEqual([at(0), at(0.001)]);
  });

  it("is where its only rows are when none of them shows the weapon", () => {
    expect(span({ incident: { rows: [row(1, "safe", 0), row(2, "holster", 4)] } })).toEqual([at(0), at(4)]);
  });

  it("counts as 1 ms when it is shorter", () => {
    expect(span({ incident: { rows: [aRow({ durationSeconds: 0 })] } })).toEqual([at(0), at(0.001)]);
  });

  it("is not told by rows that make no use", () => {
    const rows = [
      aRow({ seq: 1, type: "battery", at: at(-600) }),
      aRow({ seq: 2, cartridge: { kind: "halt" }, at: at(-60) }),
      aRow({ seq: 3 }),
    ];
    expect(span({ incident: { rows } })).toEqual([at(0), at(5)]);
    expect(span({ incident: { rows: [aRow({ type: "usb" })] } })).toEqual([at(0), at(0.001)]);
  });

  it("is the stated time of the earliest report without a log", () => {
    const reports = [aReport({ statedAt: at(60) }), aReport({ reportId: "r-0", statedAt: at(90) })];
    expect(span({ reports, incident: { rows: [] } })).toEqual([at(60), at(60.001)]);
    expect(factsOf({ reports, incident: { rows: [] } }).uncertaintyMs).toBe(600_000);
  });

  it("is the receipt when a report states a time that does not exist", () => {
    const reports = [aReport({ statedAt: "2026-03-29T01:30:00" })];
    expect(span({ reports, incident: { rows: [] } })[0]).toBe("2026-11-22T06:00:00.000Z");
  });

  it("has two readings where a local time exists twice", () => {
    const reports = [aReport({ statedAt: "2026-10-25T01:30:00" })];
    const stated = factsOf({ reports, incident: { rows: [] } }).times.map(({ c }) => toUtc(c.from));
    expect(stated).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
    const rows = [aRow({ at: "2026-10-25T01:30:00" }, { clock: undefined })];
    expect(factsOf({ incident: { rows } }).times.map(({ c }) => toUtc(c.from))).toEqual(stated);
  });

  it("is as doubtful as the more doubtful of two readings", () => {
    const rows = [
      aRow({ at: "2026-10-25T01:30:00" }, { model: "X26E", clock: { lastSyncedAt: "2026-10-25T00:30:00Z" } }),
    ];
    const [early, late] = [1000, 1000 + Math.ceil(0.093 * 3600)];
    expect(
      factsOf({ incident: { rows: [aRow({ at: "2026-10-25T00:30:00Z" }, rows[0]?.delivery)] } })
        .uncertaintyMs,
    ).toBe(early);
    expect(factsOf({ incident: { rows } }).uncertaintyMs).toBe(late);
  });

  it("is as doubtful as the reading that is not parted from its delivery by a setting of the clock", () => {
    const measuredAt = (gatewayClock: string, lastSyncedAt: string) => ({
      clock: { deviceClock: gatewayClock, gatewayClock, lastSyncedAt },
    });
    const late = measuredAt("2026-10-25T09:30:00Z", "2026-10-25T01:20:00Z");
    const soon = measuredAt("2026-10-25T02:10:00Z", "2026-10-25T01:20:00Z");
    const rows = [
      aRow({ seq: 1, type: "armed", at: "2026-10-25T01:55:00" }, late),
      aRow({ seq: 2, at: "2026-10-25T02:00:00" }, soon),
    ];
    // Only the later reading of the first row holds together: it was measured, 7.5 h after the event.
    expect(factsOf({ incident: { rows } }).uncertaintyMs).toBe(1000 + 0.02 * 7.5 * 3600);
  });

  it("has the one reading under which the use holds together", () => {
    const rows = [
      aRow({ seq: 1, type: "armed", at: "2026-10-25T01:59:50" }, { clock: undefined }),
      aRow({ seq: 2, at: "2026-10-25T02:00:05" }, { clock: undefined }),
    ];
    expect(
      factsOf({ incident: { rows } }).times.map(({ rows: [first] }) => toUtc(first?.at.from ?? 0)),
    ).toEqual(["2026-10-25T01:59:50.000Z"]);
  });

  it("has the one reading under which the clocks went back during the use", () => {
    const rows = [
      aRow({ seq: 1, type: "armed", at: "2026-10-25T01:59:50" }, { clock: undefined }),
      aRow({ seq: 2, at: "2026-10-25T01:00:05" }, { clock: undefined }),
    ];
    expect(factsOf({ incident: { rows } }).times.map(({ c }) => toUtc(c.from))).toEqual([
      "2026-10-25T01:00:05.000Z",
    ]);
  });

  it("tries both readings of rows that hold together under neither", () => {
    const rows = [
      aRow({ seq: 1, at: "2026-10-25T01:30:00" }, { clock: undefined }),
      aRow({ seq: 2, at: "2026-10-25T12:00:00" }, { clock: undefined }),
    ];
    expect(factsOf({ incident: { rows } }).times).toHaveLength(2);
  });

  it("comes from the delivery when the clock cannot be trusted, and may lie anywhere in the booking", () => {
    const facts = withRows(aRow({ at: "2000-01-01T00:10:00Z" }));
    expect(toUtc(facts.occurredAtMs)).toBe("2026-11-22T06:00:00.000Z");
    expect(facts.endedAtMs - facts.occurredAtMs).toBe(5000);
    expect([facts.mayLie?.from, facts.mayLie?.to].map((ms) => toUtc(ms ?? 0))).toEqual([
      "2026-11-21T14:00:00.000Z",
      "2026-11-21T23:00:00.000Z",
    ]);
    expect(toUtc(facts.times[0].c.to)).toBe("2026-11-21T23:00:00.000Z");
  });

  it("is told at the reported time inside the booking when the clock cannot be trusted", () => {
    const rows = [aRow({ at: "2000-01-01T00:10:00Z" })];
    const inside = factsOf({ reports: [aReport({ statedAt: at(0) })], incident: { rows } });
    expect(toUtc(inside.times[0].c.from)).toBe(at(0));
    const before = factsOf({ reports: [aReport({ statedAt: at(-86_400) })], incident: { rows } });
    expect(toUtc(before.times[0].c.from)).toBe("2026-11-21T14:00:00.000Z");
  });
});

describe("split cycles of the X26E", () => {
  const cycles = (
    model: string,
    ...pulls: (readonly [number, number])[]
  ): readonly (readonly [string, string])[] => {
    const rows = pulls.map(([seconds, durationSeconds], seq) =>
      aRow({ seq, at: at(seconds), durationSeconds }, { model }),
    );
    return withRows(...rows).times[0].cycles.map(({ from, to }) => [toUtc(from), toUtc(to)] as const);
  };

  it("are one cycle up to 2 s of pause and 5.5 s in all", () => {
    expect(cycles("X26E", [0, 2], [4, 3.5])).toEqual([[at(0), at(7.5)]]);
    expect(cycles("X26E", [0, 2], [4.001, 3])).toHaveLength(2);
    expect(cycles("X26E", [0, 2], [4, 3.6])).toHaveLength(2);
    expect(cycles("X26E", [0, 1], [2, 1], [4, 1], [6, 1], [8, 1], [10, 1])).toEqual([
      [at(0), at(9)],
      [at(10), at(11)],
    ]);
  });

  it("are a cycle each on other weapons", () => {
    expect(cycles("TASER 7", [0, 2], [4, 3])).toHaveLength(2);
  });
});

describe("who it was", () => {
  it("is whoever was booked for the weapon at its first row, [from, to)", () => {
    const rows = [aRow({ seq: 1, type: "armed", at: at(-10) }), aRow({ seq: 2 })];
    const handover = [aBooking({ to: at(-5) }), aBooking({ officerId: COLLEAGUE, from: at(-5) })];
    expect(factsOf({ bookings: handover, incident: { rows } }).officerIds).toEqual([OFFICER]);
    const earlier = [aBooking({ to: at(-10) }), aBooking({ officerId: COLLEAGUE, from: at(-10) })];
    expect(factsOf({ bookings: earlier, incident: { rows } }).officerIds).toEqual([COLLEAGUE]);
  });

  it("ends an open booking where the weapon's next begins", () => {
    const bookings = [anOpenBooking(), anOpenBooking({ officerId: COLLEAGUE, from: at(-60) })];
    expect(factsOf({ bookings }).officerIds).toEqual([COLLEAGUE]);
  });

  it("is several where bookings overlap or a report names somebody else, the booked first", () => {
    const bookings = [aBooking(), aBooking({ officerId: COLLEAGUE, from: "2026-11-21T20:00:00.000Z" })];
    expect(factsOf({ bookings }).officerIds).toEqual([OFFICER, COLLEAGUE]);
    const facts = factsOf({ reports: [aReport({ officerId: "officer-0" })] });
    expect(facts.officerIds).toEqual([OFFICER, "officer-0"]);
    expect(facts.bookedOfficerIds).toEqual([OFFICER]);
  });

  it("is the report's officer when nobody was booked, else nobody", () => {
    expect(factsOf({ bookings: [], reports: [aReport()] }).officerIds).toEqual([OFFICER]);
    expect(factsOf({ bookings: [] }).officerIds).toEqual([]);
    expect(
      factsOf({ reports: [aReport({ officerId: COLLEAGUE })], incident: { rows: [] } }).officerIds,
    ).toEqual([COLLEAGUE]);
  });

  it("is nobody by the booking of a weapon that nobody registered", () => {
    const shape = { unregisteredSerials: [WEAPON] };
    expect(factsOf(shape).officerIds).toEqual([]);
    expect(factsOf({ ...shape, reports: [aReport()] }).officerIds).toEqual([OFFICER]);
  });

  it("is whose booking the untrusted rows came from", () => {
    const rows = [aRow({ at: "2000-01-01T00:10:00Z" })];
    expect(factsOf({ incident: { rows } }).officerIds).toEqual([OFFICER]);
    expect(factsOf({ bookings: [], incident: { rows } }).officerIds).toEqual([]);
  });
});

describe("where it was and what it is called", () => {
  it("is the report's borough, else the officer's, else unknown", () => {
    expect(factsOf({ reports: [aReport({ borough: "Camden" })] }).borough).toBe("Camden");
    expect(factsOf({ officers: [anOfficer({ borough: "Barnet" })] }).borough).toBe("Barnet");
    expect(factsOf({ officers: [] }).borough).toBe("unknown");
  });

  it("carries the references of log and reports", () => {
    const rows = [
      aRow({}, { incidentRef: "CAD 2" }),
      aRow({ seq: 4103, type: "safe" }, { incidentRef: "CAD 2" }),
    ];
    const reports = [aReport({ incidentRef: "CAD 1" })];
    expect(factsOf({ reports, incident: { rows } }).incidentRefs).toEqual(["CAD 1", "CAD 2"]);
  });

  it("requires 30 s before and after", () => {
    const { requiredFrom, requiredTo } = factsOf();
    expect([toUtc(requiredFrom), toUtc(requiredTo)]).toEqual([at(-30), at(35)]);
  });

  it("knows no weapon of a report that names none", () => {
    const { weaponSerial: _weapon, ...incident } = anInputs({
      reports: [aReport()],
      incident: { rows: [] },
    }).incident;
    expect(incidentFacts({ ...anInputs({ reports: [aReport()] }), incident }).officerIds).toEqual([OFFICER]);
  });
});
