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
} from "#test/support/build-inputs.ts";

type Shape = Parameters<typeof anInputs>[0];

/** Two clips of the officer, from last to first: what names several names them in one order. */
const both = (shape: Parameters<typeof aClip>[0] = {}) =>
  [2, 1].map((clip) => aClip({ ...shape, declaration: { ...shape.declaration, clip } }));
const BOTH = `f-${CAMERA}-R-1-1, f-${CAMERA}-R-1-2`;
const spans = (...pieces: (readonly [number, number])[]) =>
  pieces.map(([from, to], index) => aClip({ from, to, declaration: { recordingId: `R-${index}` } }));

const anHourFast = { deviceClock: "2026-11-22T07:00:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
const twice = [aBooking(), aBooking({ officerId: COLLEAGUE })];
const lost = { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] };
const unset = { declaration: { clock: { unset: true } } };
const forgotten = { rows: [aRow({}, { model: "X26E", clock: { lastSyncedAt: "2026-10-12T21:08:00Z" } })] };

describe("a finding says in words what was found", () => {
  it.each<readonly [string, string, Shape]>([
    ["LATE_START", "The first 20 s of the required time are not on video.", { footage: spans([-10, 60]) }],
    ["EARLY_STOP", "The last 15 s of the required time are not on video.", { footage: spans([-60, 20]) }],
    [
      "GAP",
      "Inside the required time 3 s are not on video, in 1 gap.",
      { footage: spans([-10, -5], [-2, 20]) },
    ],
    [
      "GAP",
      "Inside the required time 4 s are not on video, in 2 gaps.",
      { footage: spans([-60, -5], [-2, 3], [4, 60]) },
    ],
    [
      "LEAD_ONLY",
      "Video covers some of the time before the event and nothing of the event itself.",
      { footage: spans([-60, -5]) },
    ],
    [
      "AFTERMATH_ONLY",
      "Video covers some of the time after the event and nothing of the event itself.",
      { footage: spans([6, 60]) },
    ],
    ["NO_FOOTAGE", "No footage that counts covers any of the required time.", {}],
    [
      "PROMISED_FOOTAGE_MISSING",
      `Declared and never received: ${BOTH}.`,
      { footage: both({ record: { state: "EXPIRED" } }) },
    ],
    [
      "UNREADABLE_FOOTAGE",
      `Received and rejected: ${BOTH}.`,
      { footage: both({ record: { state: "REJECTED" } }) },
    ],
    [
      "SIGNAL_CANCELLED",
      `Cancelled by the wearer within 60 s before the event: ${BOTH}.`,
      { footage: both({ from: -300, to: -20, declaration: { triggerOff: "signal-cancelled" } }) },
    ],
    [
      "SHORTER_THAN_DECLARED",
      `Shorter than declared: ${BOTH}.`,
      { footage: both({ media: { playableSeconds: 100 } }) },
    ],
    [
      "CREATION_TIME_MISMATCH",
      `Created more than 5 minutes from the declared start: ${BOTH}.`,
      { footage: both({ media: { creationTime: at(600) } }) },
    ],
    [
      "DUPLICATE_NUMBER",
      `Same clip number, other content: ${BOTH}.`,
      { footage: both({ record: { duplicateNumber: true } }) },
    ],
    [
      "UNREGISTERED_DEVICE",
      "Not registered: X12005BX7, X81234567.",
      { footage: [aClip()], unregisteredSerials: [CAMERA, "X12005BX7", "FAR"] },
    ],
    ["LOG_GAP", "Missing from the log: 1 row, number 4103.", { incident: { missingSeqs: [4103] } }],
    [
      "DRIVE_STUN_UNCONFIRMED",
      "The trigger was pulled with no cartridge: a drive stun or a misfire. A use report would settle it.",
      { incident: { rows: [aRow({ cartridge: { kind: "none" } })] } },
    ],
    [
      "TIME_ZONE_SUSPECTED",
      "Off by whole hours and corrected, perhaps set to another time zone: X12005BX7, X81234567.",
      {
        footage: [aClip({ from: 3540, to: 3665, declaration: { clock: anHourFast } })],
        incident: { rows: [aRow({ at: at(3600) }, { clock: anHourFast })] },
      },
    ],
    [
      "CLOCK_UNTRUSTED",
      "The time of these devices cannot be trusted: X12005BX7, X81234567.",
      { footage: [aClip(unset)], incident: lost },
    ],
    [
      "CLOCK_UNTRUSTED",
      "The time of these devices cannot be trusted: X81234567.",
      { footage: [aClip(unset)] },
    ],
    [
      "LOCAL_TIME_AMBIGUOUS",
      "The event's local time exists twice on the night that the clocks go back; both were tried.",
      { incident: { rows: [aRow({ at: "2026-10-25T01:30:00" })] } },
    ],
    [
      "LOCAL_TIME_AMBIGUOUS",
      "The local time of a booking exists twice on the night that the clocks go back; both were tried.",
      { bookings: [aBooking({ fromAlso: at(-3600) })] },
    ],
    [
      "BEFORE_FIRST_POLICY",
      "Judged by the first policy, 2027, which begins later.",
      { policies: [anExactPolicy({ version: "2027", effectiveFrom: "2027-01-01" })] },
    ],
    [
      "OFFICER_UNKNOWN",
      "Nobody was booked for the weapon and no report names an officer. A booking would settle it.",
      { bookings: [] },
    ],
    [
      "SEVERAL_CARRIERS",
      "More than one possible carrier of X12005BX7, X81234567; each was judged.",
      {
        bookings: [...twice, ...twice.map((booking) => ({ ...booking, deviceSerial: CAMERA }))],
        footage: [aClip()],
      },
    ],
  ])("%s: %s", (code, detail, shape) => {
    const { findings } = judge(anInputs({ policies: [anExactPolicy()], ...shape }));
    expect(findings).toContainEqual({ code, detail });
  });
});

describe("a finding about several devices", () => {
  const CAM = "A-CAM";
  const at3600 = { from: 3540, to: 3665, declaration: { clock: anHourFast } };

  it.each<readonly [string, Shape]>([
    ["CLOCK_UNTRUSTED", { footage: [aClip({ ...unset, camera: { serial: CAM } })], incident: lost }],
    [
      "TIME_ZONE_SUSPECTED",
      {
        footage: [aClip({ ...at3600, camera: { serial: CAM } })],
        incident: { rows: [aRow({ at: at(3600) }, { clock: anHourFast })] },
      },
    ],
    [
      "SEVERAL_CARRIERS",
      {
        bookings: [...twice, ...twice.map((booking) => ({ ...booking, deviceSerial: CAM }))],
        footage: [aClip({ camera: { serial: CAM } })],
      },
    ],
    [
      "UNREGISTERED_DEVICE",
      { footage: [aClip({ camera: { serial: CAM } })], unregisteredSerials: ["X12005BX7", CAM] },
    ],
  ])("%s names them in one order", (code, shape) => {
    const bookings = [aBooking(), aBooking({ deviceSerial: CAM })];
    const { findings } = judge(anInputs({ policies: [anExactPolicy()], bookings, ...shape }));
    expect(findings.find((finding) => finding.code === code)?.detail).toContain("A-CAM, X12005BX7");
  });
});

describe("a doubt of the clocks", () => {
  const detail = (shape: Shape) =>
    judge(anInputs(shape)).findings.find(({ code }) => code === "CLOCK_DOUBT")?.detail;
  const DOCK = "Dock the weapon and record its clock, or align log and video by the sound.";

  it("names the weapon that was never measured, and how to measure it", () => {
    expect(detail({ incident: forgotten, footage: [aClip({ from: -200, to: 600 })] })).toBe(
      "The clocks leave open what is on video, and what is heard, and whether the officer's own camera was on in time: " +
        `X12005BX7 ± 322.408 s. ${DOCK}`,
    );
  });

  it("names a camera beside the weapon, and only what they leave open", () => {
    const footage = [
      aClip({ from: -31, pressed: -40, declaration: { audio: [], clock: { lastSyncedAt: at(-86_400) } } }),
    ];
    expect(detail({ footage })).toBe(
      "The clocks leave open what is on video: camera X81234567 ± 2.728 s, X12005BX7 ± 1.639 s. Align log and video by the sound.",
    );
  });

  it("names the time that a report states, which the weapon's log would settle", () => {
    expect(
      detail({ incident: { rows: [] }, reports: [aReport()], footage: [aClip({ from: -40, to: 300 })] }),
    ).toMatch(/: the time stated in the report ± 600 s\. The weapon's log would settle it\.$/);
  });
});

describe("what is far from the event", () => {
  const far = { from: -9000, to: -8000 };

  it.each<readonly [string, NonNullable<Parameters<typeof aClip>[0]>]>([
    ["rejected", { record: { state: "REJECTED" } }],
    ["promised", { record: { state: "EXPIRED" } }],
    ["short", { media: { playableSeconds: 1 } }],
    ["of another creation time", { media: { creationTime: at(0) } }],
    ["a duplicate", { record: { duplicateNumber: true } }],
    ["an hour off", { from: -5400, to: -4400, declaration: { clock: anHourFast } }],
  ])("is no finding where it is %s", (_what, shape) => {
    const { findings } = judge(
      anInputs({
        policies: [anExactPolicy()],
        footage: [
          aClip(),
          aClip({ ...far, ...shape, declaration: { clip: 2, recordingId: "R-2", ...shape.declaration } }),
        ],
      }),
    );
    expect(findings).toEqual([]);
  });

  it("is no finding where nobody registered it, or several carried it", () => {
    const bookings = [
      aBooking(),
      aBooking({ deviceSerial: CAMERA }),
      aBooking({ deviceSerial: OTHER_CAMERA }),
      aBooking({ deviceSerial: OTHER_CAMERA, officerId: COLLEAGUE }),
    ];
    const footage = [aClip(), aClip({ ...far, camera: { serial: OTHER_CAMERA } })];
    const shape = { policies: [anExactPolicy()], bookings, footage };
    expect(judge(anInputs(shape)).findings).toEqual([]);
    expect(judge(anInputs({ ...shape, unregisteredSerials: [OTHER_CAMERA] })).findings).toEqual([]);
  });
});
