import { describe, expect, it } from "vitest";
import type { Booking } from "#contracts/register.ts";
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
  OFFICER,
  OTHER_CAMERA,
} from "#test/support/build-inputs.ts";

/** Not synchronised for 40 days: the weapon's clock may be wrong by ± 322 s. */
const OLD_CLOCK = { clock: { lastSyncedAt: "2026-10-12T21:08:00Z" }, model: "X26E" };
const LONG = aClip({ from: -700, to: 900 });
const SHIFT = { from: at(-7200), to: at(7200) };
const weapon = (fields: Partial<Booking> = {}) => aBooking({ ...SHIFT, ...fields });
const camera = (fields: Partial<Booking> = {}) => aBooking({ deviceSerial: CAMERA, ...SHIFT, ...fields });

const judged = (bookings: readonly Booking[], more: Parameters<typeof anInputs>[0] = {}) =>
  judge(
    anInputs({
      bookings: [...bookings],
      footage: [LONG],
      incident: { rows: [aRow({}, OLD_CLOCK)] },
      ...more,
    }),
  );

describe("a hand-over within the doubt of the weapon's clock", () => {
  it.each([
    ["the camera is handed on 60 s later", [weapon(), camera({ to: at(60) })]],
    ["the camera is collected 30 s later", [weapon(), camera({ from: at(30) })]],
    ["the weapon is handed on 60 s later", [weapon({ to: at(60) }), camera()]],
    ["the weapon is collected 30 s later", [weapon({ from: at(30) }), camera()]],
    [
      "the weapon goes to a colleague without a camera",
      [weapon({ to: at(60) }), weapon({ officerId: COLLEAGUE, from: at(60) }), camera()],
    ],
  ])("leaves open whose footage it is: %s", (_what, bookings) => {
    const found = judged(bookings);
    expect(found).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["RECORDED", "UNRECORDED"],
      duty: { outcome: "UNDETERMINED" },
    });
    expect(found.findings).toContainEqual(expect.objectContaining({ code: "CLOCK_DOUBT" }));
  });

  it("leaves nothing open by more than the doubt, to the millisecond", () => {
    const beyond = [weapon(), camera({ to: at(322.409) })];
    expect(judged(beyond)).toMatchObject({ outcome: "RECORDED", duty: { outcome: "MET" } });
    expect(judged([weapon(), camera({ to: at(322.408) })]).outcome).toBe("UNDETERMINED");
    expect(judged([weapon(), camera({ from: at(-322.408) })]).outcome).toBe("RECORDED");
    expect(judged([weapon(), camera({ from: at(-322.407) })]).outcome).toBe("UNDETERMINED");
  });

  it("is told as the clock stands, and settled by a report about the weapon", () => {
    const found = judged([weapon({ to: at(60) }), camera()]);
    expect(found).toMatchObject({ officerId: OFFICER, video: { coveredSeconds: 65 } });
    expect(judged([weapon({ to: at(60) }), camera()], { reports: [aReport()] })).toMatchObject({
      outcome: "RECORDED",
      duty: { outcome: "MET" },
    });
  });
});

describe("an untrusted weapon that two people were booked for", () => {
  const rows = [aRow({ at: "2000-01-01T00:10:00Z" }, { receivedAt: at(7200), clock: undefined })];
  const others = aClip({ from: -700, to: 7200, camera: { serial: OTHER_CAMERA } });
  const shape = { footage: [others], incident: { rows } };
  const last = weapon({ officerId: COLLEAGUE, from: at(-600), to: at(3600) });
  const worn = aBooking({ deviceSerial: OTHER_CAMERA, officerId: COLLEAGUE, ...SHIFT });

  it("may have been fired by either while both bookings run", () => {
    const found = judged([weapon(), last, worn], shape);
    expect(found).toMatchObject({ outcome: "UNDETERMINED", duty: { outcome: "UNDETERMINED" } });
    expect(found.findings).toContainEqual(expect.objectContaining({ code: "SEVERAL_CARRIERS" }));
  });

  it("may have been fired by either of two whose last bookings began together, also where a row lies before them", () => {
    const armed = aRow(
      { seq: 4101, type: "armed", at: "1999-12-31T22:10:00Z" },
      { receivedAt: at(7200), clock: undefined },
    );
    const found = judged([weapon({ from: last.from, to: last.to }), last, worn], {
      footage: [others],
      incident: { rows: [armed, ...rows] },
    });
    expect(found).toMatchObject({ outcome: "UNDETERMINED", duty: { outcome: "UNDETERMINED" } });
  });

  it("was the last one's where the other's booking ended before", () => {
    expect(judged([weapon({ to: at(-600) }), last, worn], shape)).toMatchObject({
      outcome: "RECORDED",
      officerId: COLLEAGUE,
    });
  });
});

describe("recordings of one camera that share a clock", () => {
  /** Set 45 s before the event: what was recorded after is measured, what was before is as old as the last setting. */
  const clock = {
    deviceClock: "2026-11-22T06:00:00Z",
    gatewayClock: "2026-11-22T06:00:00Z",
    lastSyncedAt: at(-45),
  };
  const after = aClip({ from: -40, to: 60, pressed: -40, declaration: { recordingId: "R-2", clock } });
  const before = aClip({ from: -120, to: -50, pressed: -120, declaration: { recordingId: "R-1", clock } });

  it("do not widen each other's doubt: another recording makes nothing worse", () => {
    expect(judge(anInputs({ footage: [after] }))).toMatchObject({
      outcome: "RECORDED",
      duty: { outcome: "MET" },
    });
    expect(judge(anInputs({ footage: [before, after] }))).toMatchObject({
      outcome: "RECORDED",
      duty: { outcome: "MET" },
    });
  });

  it("go together as far as each can", () => {
    const policies = [anExactPolicy({ clocks: { default: { resolutionSeconds: 2, driftPpm: 0 } } })];
    const halves = ["R-1", "R-2"].map((recordingId, index) =>
      aClip({
        from: index === 0 ? -40 : 2,
        to: index === 0 ? 2 : 40,
        declaration: { recordingId, clock },
      }),
    );
    // The two touch, and whatever the clock's error they still do.
    expect(judge(anInputs({ policies, footage: halves })).possibleOutcomes).toEqual(["RECORDED"]);
  });
});

describe("sound over the seam of two clips", () => {
  const policies = [anExactPolicy()];
  const first = aClip({ to: 2 });
  const second = (
    from: number,
    audio?: { from: string; to: string }[],
    found?: { from: number; to: number }[],
  ) =>
    aClip({
      from,
      declaration: { clip: 2, ...(audio === undefined ? {} : { audio }) },
      ...(found === undefined ? {} : { media: { audio: found } }),
    });
  const audioOf = (clip: ReturnType<typeof second>) =>
    judge(anInputs({ policies, footage: [first, clip] })).audio;

  it("goes on over a hole between files up to which it ran on both sides", () => {
    expect(audioOf(second(3)).outcome).toBe("RECORDED");
    expect(audioOf(second(3.001)).outcome).toBe("PARTLY_RECORDED");
  });

  it.each([
    ["was declared silent at its start", second(2, [{ from: at(2.9), to: at(65) }])],
    ["is silent at its start", second(2, undefined, [{ from: 0.9, to: 63 }])],
    ["follows a hole and is silent at its start", second(2.5, undefined, [{ from: 0.1, to: 62.5 }])],
  ])("is not made up where the second clip %s", (_what, clip) => {
    const audio = audioOf(clip);
    expect(audio.outcome).toBe("PARTLY_RECORDED");
    expect(audio.missing[0]?.from).toBe(at(2));
  });
});
