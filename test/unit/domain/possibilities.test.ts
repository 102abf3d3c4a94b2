import { describe, expect, it } from "vitest";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anExactPolicy,
  anInputs,
  aReport,
  aRow,
  at,
  CAMERA,
  COLLEAGUE,
  OTHER_CAMERA,
  WEAPON,
} from "#test/support/build-inputs.ts";

type Shape = Parameters<typeof anInputs>[0];
const judged = (shape: Shape) => judge(anInputs({ policies: [anExactPolicy()], ...shape }));
const doubt = (shape: Shape) =>
  judge(anInputs(shape)).findings.find(({ code }) => code === "CLOCK_DOUBT")?.detail;
const LOST = { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] };
const UNSET = { clock: { unset: true } };

describe("cameras of which nobody knows who carried them", () => {
  const cameras = (count: number, shape: Parameters<typeof aClip>[0] = {}) => {
    const serials = Array.from({ length: count }, (_, index) => `C${index}`);
    const carried = serials.flatMap((deviceSerial) => [
      aBooking({ deviceSerial }),
      aBooking({ deviceSerial, officerId: COLLEAGUE }),
    ]);
    const footage = serials.map((serial) => aClip({ ...shape, camera: { serial } }));
    return judged({ bookings: [aBooking(), ...carried], footage });
  };

  it("are tried in every combination up to five", () => {
    expect(cameras(5)).toMatchObject({
      possibleOutcomes: ["RECORDED", "UNRECORDED"],
      audio: { possibleOutcomes: ["RECORDED", "UNRECORDED"] },
      duty: { possibleOutcomes: ["MET", "NOT_ON"] },
    });
  });

  it("leave open what lies between the best and the worst for more, and nothing beyond", () => {
    expect(cameras(6).audio.possibleOutcomes).toEqual(["RECORDED", "PARTLY_RECORDED", "UNRECORDED"]);
    const early = cameras(6, { from: -10, to: 10 });
    expect(early.possibleOutcomes).toEqual(["PARTLY_RECORDED", "UNRECORDED"]);
    expect(early.duty.possibleOutcomes).toEqual(["EARLY_STOP", "LATE_START", "NOT_ON"]);
  });
});

describe("an event whose time nobody knows", () => {
  const booked = (deviceSerial: string, from: number, to: number) =>
    aBooking({ deviceSerial, from: at(from), to: at(to) });
  const weapon = aBooking({ from: at(-7200), to: at(3600) });

  it("is tried between any two changes of who carried a camera, in whatever order cameras come", () => {
    // The first camera by name is booked last: with the pieces out of order the second would never be the officer's.
    const bookings = [weapon, booked("A", 1800, 3600), booked("B", -3600, -1800)];
    const clip = (serial: string, from: number) => aClip({ from, to: from + 600, camera: { serial } });
    const shape = { bookings, incident: LOST };
    const possible = (footage: ReturnType<typeof aClip>[]) => judged({ ...shape, footage }).possibleOutcomes;
    expect(possible([clip("A", 2000), clip("B", -3000)])).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
    expect(possible([clip("A", -3000), clip("B", 2000)])).toEqual(["UNRECORDED"]);
  });

  it("begins in the booking up to the last millisecond in which it still fits, and no later", () => {
    // Five seconds before the end of the weapon's booking, and a millisecond later.
    const late = (from: number) =>
      judged({
        bookings: [weapon, booked(CAMERA, from, 7200)],
        footage: [aClip({ from: 3000, to: 7000 })],
        incident: LOST,
      }).possibleOutcomes;
    expect(late(3595)).toEqual(["RECORDED", "UNRECORDED"]);
    expect(late(3595.001)).toEqual(["UNRECORDED"]);
  });

  it("is no doubt of its clock, which settles nothing", () => {
    const detail = judged({ incident: LOST, footage: [aClip()] });
    expect(detail.possibleOutcomes.length).toBeGreaterThan(1);
    expect(detail.findings.map(({ code }) => code)).not.toContain("CLOCK_DOUBT");
  });
});

describe("a recording whose time nobody knows", () => {
  const linked = (until: number) => ({
    bookings: [aBooking(), aBooking({ deviceSerial: OTHER_CAMERA, officerId: COLLEAGUE, to: at(until) })],
    reports: [aReport({ incidentRef: "CAD 1" })],
    footage: [aClip({ camera: { serial: OTHER_CAMERA }, declaration: { incidentRef: "CAD 1", ...UNSET } })],
    // The weapon's clock is known within 322 s.
    incident: { rows: [aRow({}, { model: "X26E", clock: { lastSyncedAt: "2026-10-12T21:08:00Z" } })] },
  });

  it("matters to what its camera's booking overlaps, whatever the doubt of the event", () => {
    expect(judge(anInputs(linked(-30))).possibleOutcomes).toEqual(["UNRECORDED"]);
    expect(judge(anInputs(linked(-29.999))).possibleOutcomes).toContain("PARTLY_RECORDED");
  });

  it("that the wearer cancelled is no cancelled signal, since nobody knows when", () => {
    const clip = aClip({ declaration: { ...UNSET, triggerOff: "signal-cancelled" } });
    const codes = judged({ footage: [clip] }).findings.map(({ code }) => code);
    expect(codes).not.toContain("SIGNAL_CANCELLED");
  });
});

describe("an event at one of autumn's two like hours", () => {
  it("is shown by a camera that heard it at one of them", () => {
    const MORNING = "2026-10-25T09:00:00.000Z";
    const right = { deviceClock: MORNING, gatewayClock: MORNING };
    const clip = aClip({
      camera: { serial: OTHER_CAMERA },
      declaration: {
        startTime: "2026-10-25T01:29:00.000Z",
        endTime: "2026-10-25T01:32:00.000Z",
        triggerOnTime: "2026-10-25T01:29:00.000Z",
        clock: right,
        signals: [{ weaponSerial: WEAPON, at: "2026-10-25T01:30:00.000Z" }],
      },
      media: { playableSeconds: 180 },
      record: { declaredAt: MORNING },
    });
    const rows = [aRow({ at: "2026-10-25T01:30:00" }, { clock: right, receivedAt: MORNING })];
    const bookings = [aBooking({ from: "2026-10-24T20:00:00.000Z", to: "2026-10-25T08:00:00.000Z" })];
    expect(judged({ bookings, footage: [clip], incident: { rows } }).possibleOutcomes).toEqual([
      "RECORDED",
      "UNRECORDED",
    ]);
  });
});

describe("a doubt of one camera's clock", () => {
  it("does not blame another camera, whatever the two are called", () => {
    const policies = [
      anExactPolicy({
        clocks: {
          default: { resolutionSeconds: 0, driftPpm: 0 },
          Odd: { resolutionSeconds: 2, driftPpm: 0 },
        },
      }),
    ];
    const reports = [aReport({ incidentRef: "CAD 1" })];
    const colleague = (from: number, to: number) =>
      aClip({
        from,
        to,
        camera: { serial: OTHER_CAMERA, model: "Odd" },
        declaration: { incidentRef: "CAD 1" },
      });
    const own = (from: number, to: number) => aClip({ from, to, camera: { model: "Odd" } });
    // The officer's own begins near the start of W; the colleague's shows only what the other shows too.
    expect(doubt({ policies, reports, footage: [own(-31, 60), colleague(-10, 20)] })).toContain(
      `: camera ${CAMERA} ± 2 s. `,
    );
    expect(doubt({ policies, reports, footage: [own(-10, 20), colleague(-31, 60)] })).toContain(
      `: camera ${OTHER_CAMERA} ± 2 s. `,
    );
  });
});

describe("cameras of which each has recordings of several doubts", () => {
  /** Two recordings of one clock, set an hour before: what was recorded later may be further from the truth. */
  const cameras = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => {
      const recording = (recordingId: string, begin: number) =>
        aClip({
          from: begin,
          to: 90,
          camera: { serial: `C${index}` },
          declaration: { recordingId, incidentRef: "CAD 1", clock: { lastSyncedAt: at(-3600) } },
        });
      return [recording("R-1", from), recording("R-2", from + 60)];
    }).flat();
  const possible = (count: number, from: number) =>
    judge(anInputs({ reports: [aReport({ incidentRef: "CAD 1" })], footage: cameras(count, from) }))
      .possibleOutcomes;

  it.each([2, 6])("leave no doubt of what all of them show: %i", (count) => {
    expect(possible(count, -60)).toEqual(["RECORDED"]);
  });

  it.each([2, 6])("leave open what the weapon's clock and theirs do: %i", (count) => {
    expect(possible(count, -31)).toEqual(["RECORDED", "PARTLY_RECORDED"]);
    expect(possible(count, -10)).toEqual(["PARTLY_RECORDED"]);
  });
});

describe("recordings of one clock that drifts", () => {
  /** 1 s of doubt when it was set, a minute before the event, and 10 ms more for each second since. */
  const policies = [
    anExactPolicy({
      clocks: {
        default: { resolutionSeconds: 0, driftPpm: 0 },
        Odd: { resolutionSeconds: 1, driftPpm: 10_000 },
      },
    }),
  ];
  const possible = (hole: number) => {
    const recording = (recordingId: string, from: number, to: number) =>
      aClip({
        from,
        to,
        camera: { model: "Odd" },
        declaration: { recordingId, clock: { lastSyncedAt: at(-60) } },
      });
    return judged({ policies, footage: [recording("R-1", -60, 2), recording("R-2", 2 + hole, 90)] })
      .possibleOutcomes;
  };

  it("share one shift, each no further than its own doubt", () => {
    // The second may come 1.627 s earlier; the first goes 1 s of that with it.
    expect(possible(0.627)).toEqual(["RECORDED", "PARTLY_RECORDED"]);
    expect(possible(0.628)).toEqual(["PARTLY_RECORDED"]);
  });
});
