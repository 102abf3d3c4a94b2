import { describe, expect, it } from "vitest";
import { recordingsOf } from "#domain/cover/recordings.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anExactPolicy,
  anInputs,
  aPolicy,
  aReport,
  at,
  CAMERA,
  OTHER_CAMERA,
} from "#test/support/build-inputs.ts";

type Shape = Parameters<typeof aClip>[0];
const judged = (...footage: ReturnType<typeof aClip>[]) =>
  judge(anInputs({ policies: [anExactPolicy()], footage }));
const outcome = (...footage: ReturnType<typeof aClip>[]) => judged(...footage).outcome;
/** A clip whose id says nothing of its number. */
const numbered = (clip: number, footageId: string, shape: Shape = {}) =>
  aClip({ ...shape, declaration: { ...shape?.declaration, clip }, record: { footageId } });

describe("recordings", () => {
  it("come by camera and recording, with their clips by number, however the clips are called", () => {
    const footage = [
      numbered(1, "a", { camera: { serial: "Z" } }),
      numbered(2, "b", { camera: { serial: "A" }, declaration: { recordingId: "R-2" } }),
      numbered(1, "c", { camera: { serial: "A" }, declaration: { recordingId: "R-2" } }),
      numbered(1, "d", { camera: { serial: "A" } }),
    ];
    const found = recordingsOf(footage, [], anExactPolicy());
    expect(found.map(({ clips }) => clips.map(({ footageId }) => footageId))).toEqual([
      ["d"],
      ["c", "b"],
      ["a"],
    ]);
  });

  it("name two clips of one number by their ids, in one order", () => {
    for (const ids of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const [recording] = recordingsOf(
        ids.map((id) => numbered(1, id)),
        [],
        anExactPolicy(),
      );
      expect(recording?.clips.map(({ footageId }) => footageId)).toEqual(["a", "b"]);
    }
  });

  it("take the clock of the lowest number where clips are equally doubtful", () => {
    const measured = (seconds: string) => ({
      clock: { deviceClock: `2026-11-22T06:00:${seconds}Z`, gatewayClock: "2026-11-22T06:00:00Z" },
    });
    const clips = [
      numbered(1, "z", { declaration: measured("10") }),
      numbered(2, "a", { declaration: measured("20") }),
    ];
    expect(judged(...clips).clocks).toContainEqual({
      serial: CAMERA,
      offsetSeconds: 10,
      uncertaintySeconds: 0,
      basis: "measured",
    });
  });

  it("of a clock that cannot be trusted lie anywhere each by itself", () => {
    const lost = (recordingId: string, seconds: number) =>
      aClip({ from: 0, to: seconds, declaration: { recordingId, clock: { unset: true } } });
    // 35 s and 30 s fill W only when they follow each other, in whatever order.
    expect(judged(lost("R-1", 35), lost("R-2", 30)).possibleOutcomes).toContain("RECORDED");
    expect(judged(lost("R-1", 35), lost("R-2", 29)).possibleOutcomes).not.toContain("RECORDED");
  });

  it("of a clock that cannot be trusted lie in the booking before their first delivery", () => {
    const delivered = (clip: number, gatewayClock: string) =>
      numbered(clip, `f-${clip}`, {
        camera: { serial: OTHER_CAMERA },
        declaration: { incidentRef: "CAD 1", clock: { unset: true, gatewayClock } },
      });
    const bookings = [
      aBooking(),
      aBooking({ deviceSerial: OTHER_CAMERA }),
      aBooking({ deviceSerial: OTHER_CAMERA, from: at(7 * 86_400), to: at(8 * 86_400) }),
    ];
    const footage = [delivered(1, at(9 * 86_400)), delivered(2, "2026-11-22T06:00:00Z")];
    const reports = [aReport({ incidentRef: "CAD 1" })];
    expect(judge(anInputs({ bookings, reports, footage })).possibleOutcomes).toContain("RECORDED");
    const late = [delivered(1, at(9 * 86_400)), delivered(2, at(9 * 86_400))];
    expect(judge(anInputs({ bookings, reports, footage: late })).possibleOutcomes).toEqual(["UNRECORDED"]);
  });
});

describe("clips of a recording", () => {
  it("are joined in the order of their times, not of their numbers", () => {
    expect(outcome(numbered(1, "a", { from: 3 }), numbered(2, "b", { to: 2 }))).toBe("RECORDED");
  });

  it("are not joined over one that holds nothing", () => {
    const empty = numbered(2, "b", { from: 3, to: 3, media: { playableSeconds: 0 } });
    expect(outcome(numbered(1, "a", { to: 2 }), empty, numbered(3, "c", { from: 4 }))).toBe(
      "PARTLY_RECORDED",
    );
  });

  it("are joined to the one that reaches furthest, not to a shorter one that began later", () => {
    expect(
      outcome(
        numbered(1, "a", { to: 2 }),
        numbered(2, "b", { from: -50, to: -20 }),
        numbered(3, "c", { from: 2.5 }),
      ),
    ).toBe("RECORDED");
  });

  it("play up to a second past an end that is also their start", () => {
    const { video } = judged(aClip({ from: 0, to: 0, media: { playableSeconds: 400 } }));
    expect(video.during.coveredSeconds).toBe(1);
  });

  it("are one run with just the join's length between them, begun by the first press in any of them", () => {
    const duty = (first: Shape, second: Shape) =>
      judged(numbered(1, "a", { to: 2, ...first }), numbered(2, "b", { from: 3, ...second })).duty.outcome;
    expect(duty({ pressed: -60 }, { pressed: null })).toBe("MET");
    expect(duty({ pressed: -60 }, { pressed: 10 })).toBe("MET");
    expect(duty({ pressed: 1 }, { pressed: -60 })).toBe("MET");
    expect(duty({ pressed: null }, { pressed: 10 })).toBe("LATE_START");
  });
});

describe("a camera whose clock is a minute fast", () => {
  const clock = { deviceClock: "2026-11-22T06:01:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
  const duty = (shape: Shape) => judged(aClip({ ...shape, declaration: { clock } })).duty;

  it("was pressed, began and ended a minute earlier than it says", () => {
    expect(duty({ from: 0, to: 125, pressed: 60 }).outcome).toBe("MET");
    expect(duty({ from: 0, to: 125, pressed: 60.001 }).outcome).toBe("LATE_START");
    expect(duty({ from: 0, to: 95, pressed: 0 }).outcome).toBe("MET");
    expect(duty({ from: 0, to: 94, pressed: 0, media: { playableSeconds: 94 } }).outcome).toBe("EARLY_STOP");
    expect(duty({ from: 0, to: 125, pressed: null }).possibleOutcomes).toEqual(["MET", "LATE_START"]);
  });
});

describe("the camera of several recordings", () => {
  it("is named with the doubt of its most doubtful clock", () => {
    const footage = [
      aClip({ from: -30.5, to: 2, declaration: { recordingId: "R-1" } }),
      aClip({ from: 2, to: 60, declaration: { recordingId: "R-2", clock: undefined } }),
    ];
    const { findings } = judge(anInputs({ policies: [aPolicy()], footage }));
    expect(findings.find(({ code }) => code === "CLOCK_DOUBT")?.detail).toContain(
      "camera X81234567 ± 156.52 s, ",
    );
  });
});
