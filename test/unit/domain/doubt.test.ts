import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FootageRecord } from "#contracts/footage.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anExactPolicy,
  anInputs,
  aPolicy,
  aReport,
  aRow,
  at,
  CAMERA,
  COLLEAGUE,
  OTHER_CAMERA,
  RIGHT_CLOCK,
  WEAPON,
} from "#test/support/build-inputs.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const judged = (shape: Parameters<typeof anInputs>[0]) => judge(anInputs(shape));
const found = (shape: Parameters<typeof anInputs>[0], code: string) =>
  judged(shape).findings.find((finding) => finding.code === code)?.detail;

/** The weapon is known within 1.639 s and the camera within 1.640 s, by 20 ppm of the hours until they were docked. */
const BOTH = 1.639 + 1.64;

describe("clocks that are not known exactly", () => {
  it("6: weapon 3 min fast, measured: firm while margins are wider than the doubt, to the millisecond", () => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const incident = { rows: [aRow({ at: at(180) }, { clock })] };
    const outcomes = (margin: number) =>
      judged({ incident, footage: [aClip({ from: -30 - margin, to: 100 })] }).possibleOutcomes;
    expect(outcomes(BOTH)).toEqual(["RECORDED"]);
    expect(outcomes(BOTH - 0.001)).toEqual(["RECORDED", "PARTLY_RECORDED"]);
    // It began a little later, a little nearer to its docking: within 1.639 s.
    expect(outcomes(-BOTH + 0.001)).toEqual(["RECORDED", "PARTLY_RECORDED"]);
    expect(outcomes(-BOTH)).toEqual(["PARTLY_RECORDED"]);
  });

  it("7: weapon last synced 40 days ago: undetermined just where ± 322.408 s changes the answer", () => {
    const rows = [aRow({}, { model: "X26E", clock: { lastSyncedAt: "2026-10-12T21:08:00Z" } })];
    const within = (margin: number) => {
      const footage = [aClip({ from: -30 - margin, to: 35 + margin })];
      return judged({ incident: { rows }, footage }).outcome;
    };
    expect(within(322.408 + 1.65)).toBe("RECORDED");
    expect(within(320)).toBe("UNDETERMINED");
    expect(judged({ incident: { rows } }).outcome).toBe("UNRECORDED");
  });

  it("is not widened by an earlier recording of the same camera and clock that is nowhere near", () => {
    const own = aClip({ from: -33.5, to: 38.5 });
    const earlier = aClip({ from: -8 * 3600, to: -8 * 3600 + 60, declaration: { recordingId: "R-0" } });
    expect(judged({ footage: [own] }).possibleOutcomes).toEqual(["RECORDED"]);
    expect(judged({ footage: [own, earlier] }).possibleOutcomes).toEqual(["RECORDED"]);
  });

  it("4: a camera pressed too late by more than the doubt holds nothing of the event", () => {
    const begun = (seconds: number) => judged({ footage: [aClip({ from: seconds, to: 300 })] });
    expect(begun(5 + BOTH - 0.001).outcome).toBe("UNRECORDED");
    expect(begun(5 + BOTH - 0.002)).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["PARTLY_RECORDED", "UNRECORDED"],
    });
  });

  it("36: a report without a log is tried at every time within its 10 minutes", () => {
    const reports = [aReport()];
    const shape = { reports, incident: { rows: [] } };
    const covering = (seconds: number) =>
      judged({ ...shape, footage: [aClip({ from: -seconds, to: seconds })] });
    expect(covering(640).outcome).toBe("RECORDED");
    expect(covering(60)).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["RECORDED", "PARTLY_RECORDED", "UNRECORDED"],
    });
    expect(judged(shape).outcome).toBe("UNRECORDED");
    expect(found({ ...shape, footage: [aClip()] }, "CLOCK_DOUBT")).toBe(
      "The clocks leave open what is on video, and what is heard, and whether the officer's own camera was on in time: " +
        "the time stated in the report ± 600 s. The weapon's log would settle it.",
    );
  });

  it("stay in the order of the contract: recorded, awaiting, not retained, undetermined", () => {
    const doubtful = aClip({ from: -31 });
    const whole = aClip({ declaration: { recordingId: "R-2" } });
    const deleted = { ...whole, deletedAt: at(60) };
    expect(judged({ now: at(60), footage: [doubtful, whole] }).outcome).toBe("RECORDED");
    expect(judged({ now: at(60), footage: [doubtful] }).outcome).toBe("AWAITING_FOOTAGE");
    expect(judged({ footage: [doubtful, deleted] }).outcome).toBe("NOT_RETAINED");
    expect(judged({ footage: [doubtful] }).outcome).toBe("UNDETERMINED");
  });

  it("tell which clock it is, and what would settle it", () => {
    expect(found({ footage: [aClip({ from: -32 })] }, "CLOCK_DOUBT")).toBe(
      "The clocks leave open what is on video, and what is heard: " +
        `${WEAPON} ± 1.639 s. Align log and video by the sound.`,
    );
    const old = [aRow({}, { clock: undefined })];
    expect(found({ incident: { rows: old }, footage: [aClip({ from: -40 })] }, "CLOCK_DOUBT")).toContain(
      `${WEAPON} ± 156.52 s. Dock the weapon and record its clock, or align log and video by the sound.`,
    );
    const unmeasured = aClip({ from: -40, declaration: { clock: undefined } });
    expect(found({ footage: [unmeasured] }, "CLOCK_DOUBT")).toContain(`camera ${CAMERA} ± 156.52 s. Align`);
    expect(found({ footage: [aClip()] }, "CLOCK_DOUBT")).toBeUndefined();
    expect(
      found({ policies: [anExactPolicy()], footage: [aClip({ from: -30 })] }, "CLOCK_DOUBT"),
    ).toBeUndefined();
  });

  it("are not blamed where carriers alone are in doubt, and are where both are", () => {
    const bookings = [
      aBooking(),
      aBooking({ deviceSerial: CAMERA }),
      aBooking({ deviceSerial: CAMERA, officerId: COLLEAGUE }),
    ];
    expect(found({ bookings, footage: [aClip()] }, "CLOCK_DOUBT")).toBeUndefined();
    expect(found({ bookings, footage: [aClip({ from: -30 })] }, "CLOCK_DOUBT")).toContain("what is on video");
  });

  it("names all clocks that matter where knowing one would not be enough", () => {
    const detail = found({ footage: [aClip({ from: -30.5 })] }, "CLOCK_DOUBT");
    expect(detail).toContain(`camera ${CAMERA} ± 1.64 s, ${WEAPON} ± 1.639 s.`);
    // Each of the two cameras makes up for the doubt of the other: one of them need not be known.
    const both = [
      aClip({ from: -30.5, to: 100 }),
      aClip({
        from: -30.5,
        to: 100,
        camera: { serial: OTHER_CAMERA },
        declaration: { incidentRef: "CAD 1" },
      }),
    ];
    const shape = { reports: [aReport({ incidentRef: "CAD 1" })], footage: both };
    expect(found(shape, "CLOCK_DOUBT")).toContain(`: camera ${OTHER_CAMERA} ± 1.64 s, ${WEAPON} ± 1.639 s.`);
  });

  it("share one shift where one camera was read by the same clock", () => {
    // Half a second lies between the recordings: their clock can move it, and cannot close it.
    const two = (second: object) => [
      aClip({ from: -90, to: 2 }),
      aClip({ from: 2.5, to: 90, declaration: { recordingId: "R-2", ...second } }),
    ];
    expect(judged({ footage: two({}) }).outcome).toBe("PARTLY_RECORDED");
    const same = { deviceClock: "2026-11-22T07:00:00+01:00", gatewayClock: "2026-11-22T06:00:00.000Z" };
    expect(judged({ footage: two({ clock: same }) }).outcome).toBe("PARTLY_RECORDED");
    const later = { deviceClock: "2026-11-22T06:10:00Z", gatewayClock: "2026-11-22T06:10:00Z" };
    expect(judged({ footage: two({ clock: later }) }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
    ]);
  });

  it("are independent between cameras", () => {
    const linked = [aReport({ incidentRef: "CAD 1" })];
    const footage = [
      aClip({ from: -90, to: 8 }),
      aClip({
        from: 11.28,
        to: 90,
        camera: { serial: OTHER_CAMERA },
        declaration: { incidentRef: "CAD 1" },
      }),
    ];
    expect(judged({ reports: linked, footage }).possibleOutcomes).toEqual(["RECORDED", "PARTLY_RECORDED"]);
    const wider = [
      footage[0] as FootageRecord,
      aClip({
        from: 11.281,
        to: 90,
        camera: { serial: OTHER_CAMERA },
        declaration: { incidentRef: "CAD 1" },
      }),
    ];
    expect(judged({ reports: linked, footage: wider }).possibleOutcomes).toEqual(["PARTLY_RECORDED"]);
  });

  it("leave the officer's duty open where the press lies within the doubt of the shot", () => {
    const pressed = (seconds: number) => judged({ footage: [aClip({ pressed: seconds })] }).duty;
    expect(pressed(-BOTH)).toMatchObject({ outcome: "MET" });
    expect(pressed(-BOTH + 0.001)).toEqual({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["MET", "LATE_START"],
    });
    expect(pressed(BOTH + 0.001)).toMatchObject({ outcome: "LATE_START" });
  });

  it("are tried together with recordings and events whose time is lost", () => {
    const lost = aClip({ from: -60, to: -30.5, declaration: { recordingId: "R-2", clock: { unset: true } } });
    expect(judged({ footage: [lost, aClip({ from: -5 })] }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
    ]);
    // 29.5 s of its pictures and a second from the clocks are not enough for what is missing before the other's start.
    expect(judged({ footage: [lost, aClip({ from: 3 })] }).possibleOutcomes).toEqual([
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
  });
});

describe("laws of the doubt", () => {
  const second = fc.oneof(
    fc.constantFrom(-33.279, -33.278, -30, -26.721, -3.279, 0, 3.279, 5, 8.279, 35, 38.278, 38.279),
    fc.integer({ min: -60, max: 60 }),
  );
  const clip = (recordingId: string): fc.Arbitrary<FootageRecord> =>
    fc
      .record({
        ends: fc.tuple(second, second),
        serial: fc.constantFrom(CAMERA, OTHER_CAMERA),
        clock: fc.constantFrom(RIGHT_CLOCK, undefined, {
          deviceClock: "2026-11-22T06:10:00Z",
          gatewayClock: "2026-11-22T06:10:00Z",
        }),
        pressed: fc.option(second, { nil: null }),
      })
      .map(({ ends: [a, b], serial, clock, pressed }) =>
        aClip({
          from: Math.min(a, b),
          to: Math.max(a, b),
          pressed,
          camera: { serial },
          declaration: { recordingId, clock, incidentRef: "CAD 1" },
        }),
      );
  const inputs: fc.Arbitrary<JudgementInputs> = fc
    .record({
      footage: fc.tuple(clip("R-1"), clip("R-2"), clip("R-3")),
      weapon: fc.constantFrom(RIGHT_CLOCK, undefined),
    })
    .map(({ footage, weapon }) =>
      anInputs({
        reports: [aReport({ incidentRef: "CAD 1" })],
        footage,
        incident: { rows: [aRow({}, { clock: weapon })] },
      }),
    );

  it("wider doubt only adds to what is possible", () => {
    const wider = aPolicy({
      clocks: { default: { resolutionSeconds: 1.5, driftPpm: 21 } },
    });
    fc.assert(
      fc.property(inputs, (given) => {
        const narrow = judge(given);
        const wide = judge({ ...given, policies: [wider] });
        expect(wide.possibleOutcomes).toEqual(expect.arrayContaining(narrow.possibleOutcomes));
        expect(wide.audio.possibleOutcomes).toEqual(expect.arrayContaining(narrow.audio.possibleOutcomes));
        expect(wide.duty.possibleOutcomes).toEqual(expect.arrayContaining(narrow.duty.possibleOutcomes));
      }),
      propertyRuns(400),
    );
  });

  it("what zero shift gives is one of what is possible", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const exact = judge({ ...given, policies: [anExactPolicy({ nearbyMetres: 0 })] });
        const doubtful = judge(given);
        expect(doubtful.possibleOutcomes).toEqual(expect.arrayContaining(exact.possibleOutcomes));
        expect(doubtful.video).toEqual(exact.video);
        expect(doubtful.findings.filter(({ code }) => code !== "CLOCK_DOUBT")).toEqual(exact.findings);
      }),
      propertyRuns(400),
    );
  });
});
