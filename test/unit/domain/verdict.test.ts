import { describe, expect, it } from "vitest";
import { judgement } from "#contracts/verdict.ts";
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
} from "#test/support/build-inputs.ts";

const judged = (shape: Parameters<typeof anInputs>[0]) =>
  judge(anInputs({ policies: [anExactPolicy()], ...shape }));
const GRACE_ENDS = "2026-11-23T21:08:00.000Z";

describe("the outcome", () => {
  it("is what the contract's schema describes", () => {
    expect(judgement.parse(judged({ footage: [aClip()] }))).toEqual(judged({ footage: [aClip()] }));
  });

  it("is RECORDED, PARTLY_RECORDED or UNRECORDED by cover of W and C", () => {
    expect(judged({ footage: [aClip()] })).toMatchObject({
      outcome: "RECORDED",
      possibleOutcomes: ["RECORDED"],
    });
    expect(judged({ footage: [aClip({ to: 0.001 })] }).outcome).toBe("PARTLY_RECORDED");
    expect(judged({ footage: [] })).toMatchObject({
      outcome: "UNRECORDED",
      possibleOutcomes: ["UNRECORDED"],
    });
  });

  it("counts seconds before, during and after, and names what is missing", () => {
    expect(
      judged({
        footage: [aClip({ from: -10, to: 3 }), aClip({ from: 20, to: 80, declaration: { clip: 2 } })],
      }).video,
    ).toEqual({
      requiredSeconds: 65,
      coveredSeconds: 28,
      before: { requiredSeconds: 30, coveredSeconds: 10 },
      during: { requiredSeconds: 5, coveredSeconds: 3 },
      after: { requiredSeconds: 30, coveredSeconds: 15 },
      missing: [
        { from: at(-30), to: at(-10) },
        { from: at(3), to: at(20) },
      ],
    });
  });

  it("awaits footage until the grace has ended, unless it is recorded already", () => {
    const before = at(-0.001, GRACE_ENDS);
    expect(judged({ now: before })).toMatchObject({
      outcome: "AWAITING_FOOTAGE",
      final: false,
      graceEndsAt: GRACE_ENDS,
    });
    expect(judged({ now: GRACE_ENDS })).toMatchObject({ outcome: "UNRECORDED", final: true });
    expect(judged({ now: before, footage: [aClip()] })).toMatchObject({ outcome: "RECORDED", final: false });
    expect(judged({ now: before, footage: [aClip({ from: 0 })] })).toMatchObject({
      outcome: "AWAITING_FOOTAGE",
      audio: { outcome: "AWAITING_FOOTAGE" },
    });
  });

  it("is judged at once when the grace passed before anything was received", () => {
    const incident = { firstReceivedAt: "2026-11-25T00:00:00.000Z" };
    expect(judged({ now: "2026-11-24T23:59:59.999Z", incident }).final).toBe(false);
    expect(judged({ now: "2026-11-25T00:00:00.000Z", incident })).toMatchObject({
      outcome: "UNRECORDED",
      final: true,
    });
  });

  it("takes fractions of hours of grace", () => {
    const policies = [aPolicy({ footageGraceHours: 0.002 })];
    expect(judged({ now: at(7.199), policies }).outcome).toBe("AWAITING_FOOTAGE");
    expect(judged({ now: at(7.2), policies }).outcome).toBe("UNRECORDED");
  });

  it.each(["TEST", "TRAINING"] as const)("does not apply to a %s", (decidedKind) => {
    expect(judged({ incident: { decidedKind } })).toMatchObject({
      outcome: "NOT_APPLICABLE",
      possibleOutcomes: [],
      audio: { outcome: "NOT_APPLICABLE", possibleOutcomes: [] },
      duty: { outcome: "NOT_APPLICABLE", possibleOutcomes: [] },
    });
  });

  it("is NOT_RETAINED when footage that would better it was deleted before the incident was final", () => {
    const deleted = (deletedAt: string, shape: object = {}) => aClip({ record: { deletedAt }, ...shape });
    expect(judged({ footage: [deleted(at(-0.001, GRACE_ENDS))] })).toMatchObject({
      outcome: "NOT_RETAINED",
      possibleOutcomes: ["UNRECORDED"],
      audio: { outcome: "NOT_RETAINED" },
      sources: [],
    });
    expect(judged({ footage: [deleted(GRACE_ENDS)] }).outcome).toBe("RECORDED");
    expect(judged({ footage: [deleted(at(60), { from: -900, to: -800 })] }).outcome).toBe("UNRECORDED");
    expect(judged({ now: at(3600), footage: [deleted(at(60))] }).outcome).toBe("AWAITING_FOOTAGE");
    expect(
      judged({ footage: [deleted(at(60)), aClip({ declaration: { recordingId: "R-2" } })] }).outcome,
    ).toBe("RECORDED");
  });

  it("belongs to the policy in force at the event", () => {
    const policies = [
      aPolicy(),
      aPolicy({ version: "2026-11", effectiveFrom: "2026-11-21", leadSeconds: 60 }),
      aPolicy({ version: "2026-12", effectiveFrom: "2026-11-22", leadSeconds: 0 }),
    ];
    expect(judged({ policies })).toMatchObject({
      policy: { version: "2026-11", effectiveFrom: "2026-11-21" },
      video: { requiredSeconds: 95 },
    });
  });
});

describe("what is not known", () => {
  const twoCarriers = [aBooking(), aBooking({ officerId: COLLEAGUE })];
  const worn = [
    aBooking({ deviceSerial: CAMERA }),
    aBooking({ deviceSerial: OTHER_CAMERA, officerId: COLLEAGUE }),
  ];

  it("is judged for each possible carrier of the weapon", () => {
    const bookings = [...twoCarriers, ...worn];
    expect(judged({ bookings, footage: [aClip()] })).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["RECORDED", "UNRECORDED"],
      duty: { outcome: "UNDETERMINED", possibleOutcomes: ["MET", "NOT_ON"] },
    });
    const both = [aClip(), aClip({ camera: { serial: OTHER_CAMERA } })];
    expect(judged({ bookings, footage: both })).toMatchObject({
      outcome: "RECORDED",
      duty: { outcome: "MET" },
    });
    expect(judged({ bookings, footage: [] }).outcome).toBe("UNRECORDED");
  });

  it("is judged for each possible carrier of a camera", () => {
    const bookings = [aBooking(), ...twoCarriers.map((booking) => ({ ...booking, deviceSerial: CAMERA }))];
    expect(judged({ bookings, footage: [aClip()] }).possibleOutcomes).toEqual(["RECORDED", "UNRECORDED"]);
    const elsewhere = bookings.map((booking) =>
      booking.deviceSerial === CAMERA ? { ...booking, officerId: `${booking.officerId}x` } : booking,
    );
    expect(judged({ bookings: elsewhere, footage: [aClip()] }).possibleOutcomes).toEqual(["UNRECORDED"]);
  });

  it("is judged for every combination of several doubtful cameras", () => {
    const serials = ["C1", "C2"];
    const bookings = [
      aBooking(),
      ...serials.flatMap((deviceSerial) => twoCarriers.map((booking) => ({ ...booking, deviceSerial }))),
    ];
    const footage = [
      aClip({ camera: { serial: "C1" }, to: 2 }),
      aClip({ camera: { serial: "C2" }, from: 2 }),
    ];
    expect(judged({ bookings, footage }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
  });

  it("rules nothing out between the ends for very many doubtful cameras", () => {
    const serials = ["C1", "C2", "C3", "C4", "C5", "C6"];
    const bookings = [
      aBooking(),
      ...serials.flatMap((deviceSerial) => twoCarriers.map((booking) => ({ ...booking, deviceSerial }))),
    ];
    const footage = serials.map((serial) => aClip({ camera: { serial } }));
    expect(judged({ bookings, footage })).toMatchObject({
      possibleOutcomes: ["RECORDED", "PARTLY_RECORDED", "UNRECORDED"],
      duty: { possibleOutcomes: ["MET", "EARLY_STOP", "LATE_START", "NOT_ON"] },
    });
  });

  it("is judged for both hours of a local time that exists twice", () => {
    const reports = [aReport({ statedAt: "2026-10-25T01:30:00" })];
    const bookings = [
      aBooking({ deviceSerial: CAMERA, from: "2026-10-24T20:00:00.000Z", to: "2026-10-25T04:00:00.000Z" }),
    ];
    const clip = (startTime: string, endTime: string) =>
      aClip({
        declaration: { startTime, endTime, triggerOnTime: startTime, clock: undefined },
        media: { playableSeconds: 7200 },
      });
    const policies = [anExactPolicy({ reportUncertaintyMinutes: 0 })];
    const shape = { policies, reports, bookings, incident: { rows: [] } };
    const one = judged({ ...shape, footage: [clip("2026-10-25T00:20:00Z", "2026-10-25T00:40:00Z")] });
    expect(one).toMatchObject({ outcome: "UNDETERMINED", possibleOutcomes: ["RECORDED", "UNRECORDED"] });
    expect(one.findings.map(({ code }) => code)).toEqual(["LOCAL_TIME_AMBIGUOUS"]);
    expect(
      judged({ ...shape, footage: [clip("2026-10-25T00:20:00Z", "2026-10-25T01:40:00Z")] }).outcome,
    ).toBe("RECORDED");
    expect(judged({ ...shape, footage: [] }).outcome).toBe("UNRECORDED");
  });
});

describe("an event whose clock cannot be trusted", () => {
  const rows = [aRow({ at: "2000-01-01T00:10:00Z" })];
  const shift = { from: -7 * 3600 - 8 * 60, to: 3600 + 52 * 60 };
  const graceFromDelivery = "2026-11-24T06:00:00.000Z";

  it("takes its time, policy and grace from the delivery", () => {
    expect(judged({ incident: { rows } })).toMatchObject({
      occurredAt: "2026-11-22T06:00:00.000Z",
      graceEndsAt: graceFromDelivery,
      outcome: "UNRECORDED",
    });
    expect(judged({ now: at(-0.001, graceFromDelivery), incident: { rows } }).outcome).toBe(
      "AWAITING_FOOTAGE",
    );
  });

  it("may lie anywhere in the booking", () => {
    expect(judged({ incident: { rows }, footage: [aClip()] }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
    const short = aClip({ from: 0, to: 64.999 });
    expect(judged({ incident: { rows }, footage: [short] }).possibleOutcomes).toEqual([
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
  });

  it("is recorded when the whole booking is, and its lead and tail", () => {
    const whole = aClip({ from: shift.from - 30, to: shift.to + 30 });
    expect(judged({ incident: { rows }, footage: [whole] })).toMatchObject({
      outcome: "RECORDED",
      duty: { outcome: "MET" },
    });
    const less = aClip({ from: shift.from - 30, to: shift.to + 29.999 });
    expect(judged({ incident: { rows }, footage: [less] }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
    ]);
  });

  it("counts a camera only where it was booked to the officer", () => {
    const bookings = [aBooking(), aBooking({ deviceSerial: CAMERA, from: at(0), to: at(3600) })];
    const whole = aClip({ from: shift.from - 30, to: shift.to + 30 });
    expect(judged({ bookings, incident: { rows }, footage: [whole] }).possibleOutcomes).toEqual([
      "RECORDED",
      "UNRECORDED",
    ]);
  });

  it("is longer than its booking and still judged", () => {
    const bookings = [aBooking({ from: at(0), to: at(2) })];
    expect(judged({ bookings, incident: { rows } }).outcome).toBe("UNRECORDED");
  });

  it("hears signals of its booking", () => {
    const footage = [
      aClip({
        camera: { serial: OTHER_CAMERA },
        declaration: { signals: [{ weaponSerial: "X12005BX7", at: at(0) }] },
      }),
    ];
    expect(judged({ incident: { rows }, footage }).possibleOutcomes).toContain("RECORDED");
  });
});

describe("a recording whose clock cannot be trusted", () => {
  const lost = (overrides: Parameters<typeof aClip>[0] = {}) =>
    aClip({ ...overrides, declaration: { clock: { unset: true }, ...overrides.declaration } });

  it("may lie anywhere in the camera's booking", () => {
    const found = judged({ footage: [lost()] });
    expect(found).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["RECORDED", "PARTLY_RECORDED", "UNRECORDED"],
      video: { coveredSeconds: 0 },
      sources: [],
    });
    expect(found.nearby).toHaveLength(1);
    expect(judged({ footage: [lost({ to: 0 })] }).possibleOutcomes).toEqual([
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
  });

  it("fills up what others leave open", () => {
    const late = aClip({ from: 0, declaration: { recordingId: "R-2" } });
    expect(judged({ footage: [lost({ to: -30 }), late] }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
    ]);
  });

  it("matters only to incidents that its booking overlaps", () => {
    const bookings = [aBooking(), aBooking({ deviceSerial: CAMERA, from: at(35) })];
    expect(judged({ bookings, footage: [lost()] }).possibleOutcomes).toEqual(["UNRECORDED"]);
    const linked = lost({ declaration: { clock: { unset: true }, incidentRef: "CAD 1" } });
    const reports = [aReport({ incidentRef: "CAD 1" })];
    expect(judged({ bookings, reports, footage: [linked] }).outcome).toBe("UNRECORDED");
  });

  it("may lie anywhere when nobody ever booked the camera, if it counts at all", () => {
    const footage = [
      lost({ camera: { serial: "POOL" }, declaration: { clock: { unset: true }, incidentRef: "CAD 1" } }),
    ];
    const reports = [aReport({ incidentRef: "CAD 1" })];
    expect(judged({ footage, reports }).outcome).toBe("UNDETERMINED");
    expect(judged({ footage }).outcome).toBe("UNRECORDED");
  });

  it("rules nothing out when there are several", () => {
    const footage = [lost(), lost({ declaration: { recordingId: "R-2" } })];
    expect(judged({ footage })).toMatchObject({
      possibleOutcomes: ["RECORDED", "PARTLY_RECORDED", "UNRECORDED"],
      duty: { possibleOutcomes: ["MET", "EARLY_STOP", "LATE_START", "NOT_ON"] },
    });
    const reports = [aReport({ incidentRef: "CAD 1" })];
    const others = footage.map((clip) => ({
      ...clip,
      declaration: {
        ...clip.declaration,
        camera: { serial: OTHER_CAMERA, kind: "body-worn" as const },
        incidentRef: "CAD 1",
      },
    }));
    expect(judged({ footage: others, reports })).toMatchObject({
      outcome: "UNDETERMINED",
      duty: { outcome: "NOT_ON" },
    });
    expect(judged({ footage: [...footage, aClip({ declaration: { recordingId: "R-3" } })] }).outcome).toBe(
      "RECORDED",
    );
  });

  it("rules nothing out when it has more places than can be tried", () => {
    // Uneven lengths, so that no two places fall together.
    const uneven = (index: number): number => index * 20 + index ** 2 / 1000;
    const clips = Array.from({ length: 40 }, (_, index) =>
      lost({
        from: uneven(index),
        to: uneven(index) + 10,
        declaration: { clock: { unset: true }, clip: index + 1 },
      }),
    );
    const others = Array.from({ length: 20 }, (_, index) =>
      aClip({
        from: 900 + uneven(index),
        to: 907 + uneven(index),
        declaration: { recordingId: "R-2", clip: index + 1 },
      }),
    );
    expect(judged({ footage: [...clips, ...others] }).outcome).toBe("UNDETERMINED");
  });

  it("rules nothing out when the event's time is not known either", () => {
    const rows = [aRow({ at: "2000-01-01T00:10:00Z" })];
    expect(judged({ incident: { rows }, footage: [lost()] }).possibleOutcomes).toEqual([
      "RECORDED",
      "PARTLY_RECORDED",
      "UNRECORDED",
    ]);
  });

  it("changes nothing when it holds nothing", () => {
    expect(judged({ footage: [lost({ media: { playableSeconds: 0 } })] }).outcome).toBe("UNRECORDED");
  });

  it("is longer than its booking and still judged", () => {
    const bookings = [aBooking(), aBooking({ deviceSerial: CAMERA, from: at(-5), to: at(20) })];
    expect(judged({ bookings, footage: [lost()] }).outcome).toBe("UNDETERMINED");
  });
});
