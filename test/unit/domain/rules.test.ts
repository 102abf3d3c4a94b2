import { describe, expect, it } from "vitest";
import { countingRules, findingRules, priorityRules, ruleTable } from "#domain/rules/register.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anExactPolicy,
  anInputs,
  anOfficer,
  aPolicy,
  aReport,
  aRow,
  at,
  CAMERA,
  COLLEAGUE,
  OFFICER,
  OTHER_CAMERA,
  RIGHT_CLOCK,
  WEAPON,
} from "#test/support/build-inputs.ts";

type Shape = Parameters<typeof anInputs>[0];
const judged = (shape: Shape) => judge(anInputs({ policies: [anExactPolicy()], ...shape }));
const codes = (shape: Shape): readonly string[] => judged(shape).findings.map(({ code }) => code);
const relations = (shape: Shape): readonly string[] => judged(shape).sources.map(({ relation }) => relation);

const colleagues = (declaration: object = {}, rest: Parameters<typeof aClip>[0] = {}) =>
  aClip({ ...rest, camera: { serial: OTHER_CAMERA }, declaration });

describe("the register", () => {
  const all = [...countingRules, ...findingRules, ...priorityRules];

  it("has each code once", () => {
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  });

  it("writes a table with a row for each rule", () => {
    const lines = ruleTable().split("\n");
    expect(lines).toHaveLength(all.length + 2);
    expect(lines.every((line) => line.split("|").length === 7)).toBe(true);
    for (const { code } of all) expect(ruleTable()).toContain(`\`${code}\``);
  });
});

describe("whose footage counts", () => {
  it("counts the officer's own body-worn camera", () => {
    expect(relations({ footage: [aClip()] })).toEqual(["own"]);
  });

  it("does not count a camera that was booked to the officer before or after, only at C.start", () => {
    const before = aBooking({ deviceSerial: CAMERA, to: at(0) });
    const after = aBooking({ deviceSerial: CAMERA, from: at(0.001) });
    for (const booking of [before, after]) {
      const found = judged({ bookings: [aBooking(), booking], footage: [aClip()] });
      expect(found).toMatchObject({ outcome: "UNRECORDED", sources: [] });
      expect(found.nearby).toEqual([
        { footageId: aClip().footageId, cameraSerial: CAMERA, kind: "body-worn" },
      ]);
    }
  });

  it("counts a camera on the weapon by its pairing or by its booking, and no other", () => {
    const mounted = (camera: object) =>
      aClip({ camera: { serial: "TC1", kind: "weapon-mounted", ...camera } });
    expect(relations({ footage: [mounted({ weaponSerial: WEAPON })] })).toEqual(["weapon-mounted"]);
    expect(relations({ footage: [mounted({ weaponSerial: "OTHER" })] })).toEqual([]);
    const bookings = [aBooking(), aBooking({ deviceSerial: "TC1" })];
    expect(relations({ bookings, footage: [mounted({})] })).toEqual(["weapon-mounted"]);
    expect(relations({ bookings: [aBooking({ deviceSerial: "TC1" })], footage: [mounted({})] })).toEqual([]);
  });

  it("counts a colleague's camera by the same incident reference, of the log or of a report", () => {
    const footage = [colleagues({ incidentRef: "CAD 1" })];
    const rows = [aRow({}, { incidentRef: "CAD 1" })];
    expect(relations({ footage, incident: { rows } })).toEqual(["other-officer"]);
    expect(relations({ footage, reports: [aReport({ incidentRef: "CAD 1" })] })).toEqual(["other-officer"]);
    expect(relations({ footage, reports: [aReport({ incidentRef: "CAD 2" })] })).toEqual([]);
    expect(relations({ footage: [colleagues()], reports: [aReport()] })).toEqual([]);
  });

  it("counts a colleague's camera that heard the weapon within 60 s and both uncertainties of a row", () => {
    const heard = (seconds: number, weaponSerial: string = WEAPON) => [
      colleagues({ signals: [{ weaponSerial, at: at(seconds) }] }),
    ];
    const policies = [aPolicy()];
    // 1.639 s for the weapon and 1.640 s for the camera.
    expect(relations({ policies, footage: heard(-63.279) })).toEqual(["other-officer"]);
    expect(relations({ policies, footage: heard(-63.28) })).toEqual([]);
    expect(relations({ policies, footage: heard(63.279) })).toEqual(["other-officer"]);
    expect(relations({ policies, footage: heard(63.28) })).toEqual([]);
    expect(relations({ policies, footage: heard(0, "OTHER") })).toEqual([]);
  });

  it("hears signals on the camera's corrected time", () => {
    const clock = { deviceClock: "2026-11-22T06:10:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const clip = (seconds: number) =>
      colleagues({ clock, signals: [{ weaponSerial: WEAPON, at: at(seconds) }] }, { from: 540, to: 665 });
    expect(relations({ footage: [clip(600)] })).toEqual(["other-officer"]);
    expect(relations({ footage: [clip(0)] })).toEqual([]);
  });

  it("counts a colleague's camera within 50 m of the weapon when neither position is worse than that", () => {
    // 0.0004 degrees of latitude are 44.5 m, 0.0005 are 55.6 m.
    const seen = (lat: number, camera: object = {}, weapon: object = {}) => ({
      footage: [colleagues({ positions: [{ at: at(0), lat, lon: -0.1196, accuracyMetres: 8, ...camera }] })],
      incident: { rows: [aRow({ location: { lat: 51.5033, lon: -0.1196, ...weapon } })] },
    });
    expect(relations(seen(51.5037))).toEqual(["other-officer"]);
    expect(relations(seen(51.5038))).toEqual([]);
    expect(relations(seen(51.5037, { accuracyMetres: 50 }, { accuracyMetres: 50 }))).toEqual([
      "other-officer",
    ]);
    expect(relations(seen(51.5037, { accuracyMetres: 50.1 }))).toEqual([]);
    expect(relations(seen(51.5037, {}, { accuracyMetres: 50.1 }))).toEqual([]);
    expect(relations(seen(51.5037, { at: at(70) }))).toEqual([]);
    expect(relations({ ...seen(51.5037), incident: { rows: [aRow()] } })).toEqual([]);
  });

  it("measures along the parallels as along the meridians", () => {
    // At this latitude 0.0007 degrees of longitude are 48.5 m, 0.0008 are 55.4 m.
    const seen = (lon: number) =>
      relations({
        footage: [colleagues({ positions: [{ at: at(0), lat: 51.5033, lon, accuracyMetres: 8 }] })],
        incident: { rows: [aRow({ location: { lat: 51.5033, lon: -0.1196 } })] },
      });
    expect(seen(-0.1203)).toEqual(["other-officer"]);
    expect(seen(-0.1189)).toEqual(["other-officer"]);
    expect(seen(-0.1204)).toEqual([]);
  });

  it("links and confirms no cameras of other kinds", () => {
    const mounted = (declaration: object) =>
      aClip({ camera: { serial: "TC1", kind: "weapon-mounted", weaponSerial: "OTHER" }, declaration });
    const reports = [aReport({ incidentRef: "CAD 1" })];
    expect(relations({ reports, footage: [mounted({ incidentRef: "CAD 1" })] })).toEqual([]);
    expect(relations({ footage: [mounted({ signals: [{ weaponSerial: WEAPON, at: at(0) }] })] })).toEqual([]);
    const location = { lat: 51.5033, lon: -0.1196 };
    expect(
      relations({
        footage: [mounted({ positions: [{ at: at(0), ...location, accuracyMetres: 8 }] })],
        incident: { rows: [aRow({ location })] },
      }),
    ).toEqual([]);
    const seen = colleagues();
    const confirmations = [{ footageId: seen.footageId, shows: true, at: at(60) }];
    expect(relations({ footage: [seen], confirmations })).toEqual([]);
  });

  it("takes no unpaired camera for that of a weapon that nobody named", () => {
    const { weaponSerial: _weapon, ...report } = aReport().report;
    const { weaponSerial: _serial, ...incident } = anInputs({ incident: { rows: [] } }).incident;
    const clip = aClip({ camera: { serial: "TC1", kind: "weapon-mounted" } });
    const reports = [{ ...aReport(), report }];
    expect(judge({ ...anInputs({ reports, footage: [clip] }), incident }).sources).toEqual([]);
  });

  it("counts all clips of a linked recording", () => {
    const footage = [
      colleagues({ incidentRef: "CAD 1" }, { from: -60, to: 0 }),
      colleagues({ clip: 2 }, { from: 0, to: 65 }),
    ];
    expect(judged({ footage, reports: [aReport({ incidentRef: "CAD 1" })] }).outcome).toBe("RECORDED");
  });

  it.each(["vehicle", "fixed"] as const)(
    "counts a %s camera once a supervisor saw that it shows the event",
    (kind) => {
      const clip = aClip({ camera: { serial: "V1", kind }, declaration: { incidentRef: "CAD 1" } });
      const shape = { footage: [clip], reports: [aReport({ incidentRef: "CAD 1" })] };
      const word = (shows: boolean, when: string) => ({ footageId: clip.footageId, shows, at: when });
      expect(relations(shape)).toEqual([]);
      expect(relations({ ...shape, confirmations: [word(true, at(60))] })).toEqual([kind]);
      expect(relations({ ...shape, confirmations: [word(false, at(60)), word(true, at(61))] })).toEqual([
        kind,
      ]);
      expect(relations({ ...shape, confirmations: [word(true, at(60)), word(false, at(61))] })).toEqual([]);
      expect(relations({ ...shape, confirmations: [word(true, at(60)), word(false, at(60))] })).toEqual([]);
      expect(
        relations({ ...shape, confirmations: [{ ...word(true, at(60)), footageId: "f-other" }] }),
      ).toEqual([]);
    },
  );

  it("does not count what was not accepted, is no original, or comes from a camera nobody registered", () => {
    for (const state of ["AWAITING_UPLOAD", "PROCESSING", "REJECTED", "EXPIRED"] as const) {
      expect(relations({ footage: [aClip({ record: { state } })] })).toEqual([]);
    }
    const copy = { ...aClip().declaration.file, original: false };
    expect(relations({ footage: [aClip({ declaration: { file: copy } })] })).toEqual([]);
    const { media: _media, ...unread } = aClip();
    expect(relations({ footage: [unread] })).toEqual([]);
    const shape = { footage: [aClip()], unregisteredSerials: [CAMERA] };
    expect(relations(shape)).toEqual([]);
    expect(codes(shape)).toContain("UNREGISTERED_DEVICE");
    const promised = aClip({ record: { state: "EXPIRED" } });
    expect(codes({ footage: [promised] })).toContain("PROMISED_FOOTAGE_MISSING");
    expect(codes({ ...shape, footage: [promised] })).not.toContain("PROMISED_FOOTAGE_MISSING");
    expect(codes({ unregisteredSerials: [WEAPON] })).toContain("UNREGISTERED_DEVICE");
    expect(codes({ footage: [aClip()], unregisteredSerials: ["FAR"] })).toEqual([]);
  });
});

describe("what of a clip counts", () => {
  const outcome = (...footage: ReturnType<typeof aClip>[]) => judged({ footage }).outcome;

  it("ends with what can be played, at most 1 s past the declared end", () => {
    expect(judged({ footage: [aClip({ from: -30, to: 34, media: { playableSeconds: 400 } })] }).outcome).toBe(
      "RECORDED",
    );
    const { video } = judged({
      footage: [aClip({ from: -30, to: 33.999, media: { playableSeconds: 400 } })],
    });
    expect(video.missing).toEqual([{ from: at(34.999), to: at(35) }]);
    expect(outcome(aClip({ media: { playableSeconds: 94.999 } }))).toBe("PARTLY_RECORDED");
    expect(outcome(aClip({ media: { playableSeconds: 0 } }))).toBe("UNRECORDED");
  });

  it("is nothing when it was declared to end before it began", () => {
    expect(outcome(aClip({ from: 0, to: -0.5, media: { playableSeconds: 400 } }))).toBe("UNRECORDED");
  });

  it("is W exactly, and not a millisecond less", () => {
    expect(outcome(aClip({ from: -30, to: 35 }))).toBe("RECORDED");
    expect(outcome(aClip({ from: -29.999, to: 35 }))).toBe("PARTLY_RECORDED");
    expect(outcome(aClip({ from: -30, to: 34.999, media: { playableSeconds: 64.999 } }))).toBe(
      "PARTLY_RECORDED",
    );
  });

  it("is nothing of the event when it only touches it", () => {
    expect(outcome(aClip({ from: -60, to: 0 }))).toBe("UNRECORDED");
    expect(outcome(aClip({ from: 5, to: 65 }))).toBe("UNRECORDED");
    expect(outcome(aClip({ from: 4.999, to: 65 }))).toBe("PARTLY_RECORDED");
  });

  it("is continuous over clips of one recording with at most 1 s between them", () => {
    const first = aClip({ to: 2 });
    const second = (from: number, declaration: object = {}) =>
      aClip({ from, declaration: { clip: 2, ...declaration } });
    expect(outcome(first, second(3))).toBe("RECORDED");
    expect(outcome(first, second(3.001))).toBe("PARTLY_RECORDED");
    expect(outcome(first, second(3, { recordingId: "R-2" }))).toBe("PARTLY_RECORDED");
    expect(outcome(aClip({ to: 40 }), aClip({ from: -50, to: 2, declaration: { clip: 2 } }))).toBe(
      "RECORDED",
    );
  });

  it("counts once what several clips of a recording hold", () => {
    const copies = [2, 3].map((clip) => aClip({ to: 2, declaration: { clip } }));
    const longer = aClip({ to: 4, declaration: { clip: 4 } });
    expect(judged({ footage: [...copies, longer] }).video.coveredSeconds).toBe(34);
  });

  it("does not join over a clip that was cut short", () => {
    const short = aClip({ to: 2, media: { playableSeconds: 60 } });
    expect(outcome(short, aClip({ from: 2, declaration: { clip: 2 } }))).toBe("PARTLY_RECORDED");
    const barely = aClip({ to: 2, media: { playableSeconds: 61 } });
    expect(outcome(barely, aClip({ from: 2, declaration: { clip: 2 } }))).toBe("RECORDED");
  });

  it("leaves out gaps of over 1 s in the pictures", () => {
    const holed = (from: number, to: number) => aClip({ media: { gaps: [{ from, to }] } });
    expect(outcome(holed(60, 61))).toBe("RECORDED");
    expect(outcome(holed(60, 61.001))).toBe("PARTLY_RECORDED");
    expect(outcome(holed(55, 70))).toBe("UNRECORDED");
  });

  it("takes the clock of the recording's least uncertain clip, then of the lowest number", () => {
    const clock = { deviceClock: "2026-11-22T06:01:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const offset = (second: object) => {
      const footage = [
        aClip({ from: 0, to: 60, declaration: { clock: undefined } }),
        aClip({ from: 60, to: 125, declaration: { clip: 2, ...second } }),
      ];
      return judged({ policies: [aPolicy()], footage }).clocks[1]?.offsetSeconds;
    };
    expect(offset({ clock })).toBe(60);
    expect(offset({ clock: undefined })).toBe(0);
  });

  it("takes sound where it was declared and found", () => {
    const sound = (
      declared: readonly (readonly [number, number])[] | undefined,
      found?: readonly { from: number; to: number }[],
    ) =>
      judged({
        footage: [
          aClip({
            declaration:
              declared === undefined
                ? {}
                : { audio: declared.map(([from, to]) => ({ from: at(from), to: at(to) })) },
            media: found === undefined ? {} : { audio: [...found] },
          }),
        ],
      }).audio;
    expect(sound(undefined)).toMatchObject({ outcome: "RECORDED", coveredSeconds: 65 });
    expect(sound([])).toMatchObject({ outcome: "UNRECORDED", coveredSeconds: 0 });
    expect(sound([[0, 10]])).toMatchObject({ outcome: "PARTLY_RECORDED", coveredSeconds: 10 });
    expect(sound([[-60, 60]], [{ from: 62, to: 400 }])).toMatchObject({
      outcome: "PARTLY_RECORDED",
      coveredSeconds: 33,
    });
    expect(sound([[-60, 60]], [])).toMatchObject({ outcome: "UNRECORDED" });
  });

  it("joins sound over joined clips where it goes on", () => {
    const second = aClip({ from: 3, declaration: { clip: 2 } });
    const spoken = (audio: readonly { from: number; to: number }[]) =>
      judged({ footage: [aClip({ to: 2, media: { audio: [...audio] } }), second] }).audio.outcome;
    expect(spoken([{ from: 0, to: 62 }])).toBe("RECORDED");
    expect(spoken([{ from: 0, to: 61.9 }])).toBe("PARTLY_RECORDED");
    expect(spoken([])).toBe("PARTLY_RECORDED");
    const mute = aClip({ from: 3, declaration: { clip: 2 }, media: { audio: [] } });
    expect(judged({ footage: [aClip({ to: 2 }), mute] }).audio.coveredSeconds).toBe(32);
  });
});

describe("findings of cover", () => {
  it.each([
    [["LATE_START"], [[-10, 60]]],
    [["EARLY_STOP"], [[-60, 20]]],
    [["EARLY_STOP", "LATE_START"], [[-10, 20]]],
    [
      ["GAP"],
      [
        [-60, -5],
        [-2, 3],
        [4, 60],
      ],
    ],
    [["LEAD_ONLY"], [[-60, -5]]],
    [["AFTERMATH_ONLY"], [[6, 60]]],
    [
      ["AFTERMATH_ONLY", "LEAD_ONLY"],
      [
        [-60, -5],
        [6, 60],
      ],
    ],
    [["NO_FOOTAGE"], []],
    [
      ["NO_FOOTAGE"],
      [
        [-90, -30],
        [35, 90],
      ],
    ],
    [[], [[-60, 60]]],
  ] as const)("are %o", (expected, spans) => {
    const footage = spans.map(([from, to], index) =>
      aClip({ from, to, declaration: { recordingId: `R-${index}` } }),
    );
    expect(codes({ footage })).toEqual(expected);
  });

  it("are none of a test", () => {
    expect(codes({ incident: { rows: [aRow({ type: "test" })] } })).toEqual([]);
  });
});

describe("findings about footage", () => {
  const promised = aClip({ record: { state: "AWAITING_UPLOAD" } });

  it("tell of the officer's footage that never came, once it is overdue", () => {
    const expired = aClip({ record: { state: "EXPIRED" } });
    expect(codes({ footage: [promised] })).toContain("PROMISED_FOOTAGE_MISSING");
    expect(codes({ footage: [promised], now: at(3600) })).not.toContain("PROMISED_FOOTAGE_MISSING");
    expect(codes({ footage: [expired], now: at(3600) })).toContain("PROMISED_FOOTAGE_MISSING");
    expect(codes({ footage: [colleagues({}, { record: { state: "EXPIRED" } })] })).toEqual(["NO_FOOTAGE"]);
    const far = aClip({ from: -900, to: -600, record: { state: "EXPIRED" } });
    expect(codes({ footage: [far] })).toEqual(["NO_FOOTAGE"]);
  });

  it("tell of the officer's footage that cannot be read", () => {
    expect(codes({ footage: [aClip({ record: { state: "REJECTED" } })] })).toEqual([
      "NO_FOOTAGE",
      "UNREADABLE_FOOTAGE",
    ]);
    expect(codes({ footage: [colleagues({}, { record: { state: "REJECTED" } })] })).toEqual(["NO_FOOTAGE"]);
  });

  it("tell of a recording cancelled within 60 s before the event, with high priority", () => {
    const cancelled = (to: number, triggerOff: "signal-cancelled" | "wearer" = "signal-cancelled") => ({
      footage: [aClip({ from: -300, to, declaration: { triggerOff } })],
    });
    for (const to of [-60, -20, 0]) {
      expect(codes(cancelled(to))).toContain("SIGNAL_CANCELLED");
      expect(judged(cancelled(to)).priority).toBe("high");
    }
    for (const to of [-60.001, 0.001]) expect(codes(cancelled(to))).not.toContain("SIGNAL_CANCELLED");
    expect(codes(cancelled(-20, "wearer"))).not.toContain("SIGNAL_CANCELLED");
    const others = [colleagues({ triggerOff: "signal-cancelled" }, { from: -300, to: -20 })];
    expect(judged({ footage: others }).priority).toBe("normal");
    const tested = { ...cancelled(-20), incident: { rows: [aRow({ type: "test" })] } };
    expect(judged(tested)).toMatchObject({ priority: "normal", findings: [] });
  });

  it("tell of a file over 1 s shorter than declared", () => {
    expect(codes({ footage: [aClip({ media: { playableSeconds: 124 } })] })).toEqual([]);
    expect(codes({ footage: [aClip({ media: { playableSeconds: 123.999 } })] })).toEqual([
      "SHORTER_THAN_DECLARED",
    ]);
    expect(codes({ footage: [colleagues({}, { media: { playableSeconds: 1 } })] })).toEqual(["NO_FOOTAGE"]);
    const rejected = aClip({ media: { playableSeconds: 1 }, record: { state: "REJECTED" } });
    expect(codes({ footage: [rejected] })).toEqual(["NO_FOOTAGE", "UNREADABLE_FOOTAGE"]);
    const { media: _media, ...unread } = aClip();
    expect(codes({ footage: [unread] })).toEqual(["NO_FOOTAGE"]);
  });

  it("tell of a creation time more than 5 minutes from the start, on the camera's own clock", () => {
    const created = (creationTime: string) => codes({ footage: [aClip({ media: { creationTime } })] });
    expect(created(at(-60 + 300))).toEqual([]);
    expect(created(at(-60 - 300.001))).toEqual(["CREATION_TIME_MISMATCH"]);
    expect(created("2000-12-31T23:59:59.999Z")).toEqual([]);
    expect(created("2001-01-01T00:00:00.000Z")).toEqual(["CREATION_TIME_MISMATCH"]);
    expect(codes({ footage: [colleagues({}, { media: { creationTime: at(600) } })] })).toEqual([
      "NO_FOOTAGE",
    ]);
  });

  it("tell of two clips with the same number", () => {
    expect(codes({ footage: [aClip({ record: { duplicateNumber: true } })] })).toEqual(["DUPLICATE_NUMBER"]);
    expect(codes({ footage: [colleagues({}, { record: { duplicateNumber: true } })] })).toEqual([
      "NO_FOOTAGE",
    ]);
  });
});

describe("findings about the log", () => {
  const footage = [aClip()];
  const rows = [aRow({ seq: 10, type: "armed", at: at(-5) }), aRow({ seq: 12 })];

  it("tell of numbers missing inside or directly beside the rows", () => {
    for (const seq of [9, 11, 13])
      expect(codes({ footage, incident: { rows, missingSeqs: [seq] } })).toEqual(["LOG_GAP"]);
    for (const seq of [8, 14]) expect(codes({ footage, incident: { rows, missingSeqs: [seq] } })).toEqual([]);
    expect(
      codes({
        footage: [aClip({ from: -900, to: 900 })],
        reports: [aReport()],
        incident: { rows: [], missingSeqs: [1] },
      }),
    ).toEqual([]);
  });

  it("tell of downloads that disagree", () => {
    const conflicts = [aRow({ seq: 12, durationSeconds: 1 }).event];
    expect(codes({ footage, incident: { rows: [aRow({ seq: 12 }, { conflicts })] } })).toEqual([
      "LOG_CONFLICT",
    ]);
  });

  it("tell of a drive stun until a report confirms it", () => {
    const stun = { rows: [aRow({ cartridge: { kind: "none" } })] };
    expect(codes({ footage, incident: stun })).toEqual(["DRIVE_STUN_UNCONFIRMED"]);
    expect(codes({ footage, incident: stun, reports: [aReport({ actions: ["fired"] })] })).toEqual([
      "DRIVE_STUN_UNCONFIRMED",
    ]);
    for (const action of ["drive-stun", "angled-drive-stun"] as const) {
      expect(codes({ footage, incident: stun, reports: [aReport({ actions: [action] })] })).toEqual([]);
      expect(codes({ footage, incident: stun, reports: [aReport({ actions: ["fired", action] })] })).toEqual(
        [],
      );
    }
    const arc = { rows: [aRow({ type: "arc", cartridge: { kind: "none" } })] };
    expect(codes({ footage, incident: arc })).toEqual([]);
  });
});

describe("findings about time and people", () => {
  const hourFast = { deviceClock: "2026-11-22T07:00:01Z", gatewayClock: "2026-11-22T06:00:00Z" };

  it("tell of clocks wrong by whole hours, which are corrected all the same", () => {
    const camera = aClip({ from: 3541, to: 3666, declaration: { clock: hourFast } });
    expect(judged({ footage: [camera] })).toMatchObject({
      outcome: "RECORDED",
      findings: [{ code: "TIME_ZONE_SUSPECTED" }],
    });
    const rows = [aRow({ at: at(3601) }, { clock: hourFast })];
    expect(judged({ footage: [aClip()], incident: { rows } })).toMatchObject({
      outcome: "RECORDED",
      findings: [{ code: "TIME_ZONE_SUSPECTED" }],
    });
  });

  it("tell of clocks that cannot be trusted", () => {
    const rows = [aRow({ at: "2000-01-01T00:10:00Z" })];
    expect(codes({ incident: { rows } })).toContain("CLOCK_UNTRUSTED");
    expect(codes({ footage: [aClip({ declaration: { clock: { unset: true } } })] })).toContain(
      "CLOCK_UNTRUSTED",
    );
  });

  it("tell of an event before the first policy", () => {
    const policies = [aPolicy({ effectiveFrom: "2026-11-22" })];
    expect(codes({ footage: [aClip()], policies })).toEqual(["BEFORE_FIRST_POLICY"]);
  });

  it("tell that nobody knows who carried the weapon", () => {
    expect(judged({ bookings: [] })).toMatchObject({
      officerUnknown: true,
      duty: { outcome: "UNDETERMINED" },
      findings: [{ code: "NO_FOOTAGE" }, { code: "OFFICER_UNKNOWN" }],
    });
  });

  it("tell of several possible carriers of a weapon or of a camera near the event", () => {
    const twice = [aBooking(), aBooking({ officerId: COLLEAGUE })];
    expect(codes({ bookings: twice })).toContain("SEVERAL_CARRIERS");
    const worn = [aBooking(), ...twice.map((booking) => ({ ...booking, deviceSerial: CAMERA }))];
    expect(codes({ bookings: worn, footage: [aClip()] })).toContain("SEVERAL_CARRIERS");
  });
});

describe("high priority", () => {
  it.each([
    ["a subject who is said to be under 18", { under18: "yes" as const }],
    ["a child", { ageBand: "under-11" as const }],
    ["a young person", { ageBand: "11-17" as const }],
  ])("is given for %s", (_who, subject) => {
    const [report] = [aReport().report];
    expect(judged({ reports: [aReport({ subject: { ...report.subject, ...subject } })] }).priority).toBe(
      "high",
    );
    expect(judged({ reports: [aReport()] }).priority).toBe("normal");
  });

  const pulls = (...spans: (readonly [number, number])[]) => ({
    incident: {
      rows: spans.map(([seconds, durationSeconds], seq) => aRow({ seq, at: at(seconds), durationSeconds })),
    },
  });

  it("is given for over 5 s without pause and for 3 cycles", () => {
    expect(judged(pulls([0, 5])).priority).toBe("normal");
    expect(judged(pulls([0, 5.001])).priority).toBe("high");
    expect(judged(pulls([0, 3], [3, 2.001])).priority).toBe("high");
    expect(judged(pulls([0, 3], [3.001, 3])).priority).toBe("normal");
    expect(judged(pulls([0, 1], [10, 1], [20, 1])).priority).toBe("high");
    const { rows } = pulls([0, 3], [1, 1.5]).incident;
    const longer = aRow({ seq: 2, at: at(2.8), durationSeconds: 1 });
    expect(judged({ incident: { rows } }).priority).toBe("normal");
    expect(judged({ incident: { rows: [...rows, longer] } }).priority).toBe("high");
    expect(judged({ incident: { rows: [aRow({ type: "arc", durationSeconds: 9 })] } }).priority).toBe(
      "normal",
    );
  });

  it("is not given for what is no discharge", () => {
    const decided = { incident: { ...pulls([0, 30]).incident, decidedKind: "TEST" as const } };
    expect(judged(decided).priority).toBe("normal");
  });
});

describe("the officer's duty", () => {
  const duty = (footage: readonly ReturnType<typeof aClip>[], shape: Shape = {}) =>
    judged({ footage: [...footage], ...shape }).duty;

  it.each([
    ["MET", { from: -10, to: 35, pressed: 0 }],
    ["EARLY_STOP", { from: -60, to: 34.999, pressed: 0, media: { playableSeconds: 94.999 } }],
    ["LATE_START", { from: -60, to: 65, pressed: 0.001 }],
    ["LATE_START", { from: 34, to: 90, pressed: 34 }],
    ["NOT_ON", { from: 35, to: 90, pressed: 35 }],
    ["NOT_ON", { from: -60, to: 0, pressed: -60 }],
  ] as const)("is %s for %o", (outcome, shape) => {
    expect(duty([aClip(shape)])).toEqual({ outcome, possibleOutcomes: [outcome] });
  });

  it("is undetermined where nothing says when the wearer pressed and that would decide", () => {
    const unknown = (from: number, to: number) => aClip({ from, to, pressed: null });
    expect(duty([unknown(-60, 65)])).toEqual({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["MET", "LATE_START"],
    });
    expect(duty([unknown(-60, 2)])).toMatchObject({
      outcome: "UNDETERMINED",
      possibleOutcomes: ["EARLY_STOP", "LATE_START"],
    });
    expect(duty([unknown(2, 65)]).outcome).toBe("LATE_START");
    expect(duty([unknown(-60, -5)]).outcome).toBe("NOT_ON");
    expect(duty([aClip({ pressed: null, declaration: { triggerOn: "always-on" } })]).outcome).toBe("MET");
    const pressed = aClip({ declaration: { recordingId: "R-2" } });
    expect(duty([unknown(-60, 65), pressed]).outcome).toBe("MET");
  });

  it("looks at joined clips as one run, and at when it was started even where its first clip is lost", () => {
    const first = aClip({ to: 0 });
    const second = aClip({ from: 0.5, pressed: null, declaration: { clip: 2 } });
    expect(duty([first, second]).outcome).toBe("MET");
    expect(duty([aClip({ from: 1, pressed: -60 })]).outcome).toBe("MET");
    expect(duty([aClip({ from: 1, to: 20, pressed: -60 })]).outcome).toBe("EARLY_STOP");
    expect(duty([aClip({ from: 34.999, to: 90, pressed: -60 })]).outcome).toBe("MET");
    expect(duty([aClip({ from: 35, to: 90, pressed: -60 })]).outcome).toBe("NOT_ON");
    expect(duty([aClip({ from: 1, pressed: 0.001 })]).outcome).toBe("LATE_START");
  });

  it("is not cured by a colleague's camera", () => {
    const shape = { reports: [aReport({ incidentRef: "CAD 1" })] };
    expect(duty([colleagues({ incidentRef: "CAD 1" })], shape).outcome).toBe("NOT_ON");
  });

  it("is NO_CAMERA_ISSUED for an officer who has none", () => {
    expect(duty([], { officers: [anOfficer({ cameraIssued: false })] }).outcome).toBe("NO_CAMERA_ISSUED");
    expect(duty([], { officers: [] }).outcome).toBe("NOT_ON");
  });

  it("awaits footage until the grace has ended, unless it was met beside a recorded verdict", () => {
    const now = at(3600);
    expect(duty([], { now }).outcome).toBe("AWAITING_FOOTAGE");
    expect(duty([aClip()], { now }).outcome).toBe("MET");
    expect(duty([aClip({ from: -10 })], { now }).outcome).toBe("AWAITING_FOOTAGE");
    const reports = [aReport({ incidentRef: "CAD 1" })];
    expect(duty([colleagues({ incidentRef: "CAD 1" })], { now, reports }).outcome).toBe("AWAITING_FOOTAGE");
  });
});

describe("what is listed", () => {
  it("comes in one order, whatever the cameras and recordings are called", () => {
    const clip = (serial: string, footageId: string, shape: Parameters<typeof aClip>[0] = {}) =>
      aClip({ ...shape, camera: { serial, ...shape.camera }, record: { footageId } });
    const bookings = ["A", "B"].map((deviceSerial) => aBooking({ deviceSerial }));
    const counted = [clip("A", "f-2"), clip("B", "f-1")];
    const van = { camera: { kind: "vehicle" as const } };
    const far = clip("C", "f-5", { from: 900, to: 960 });
    const found = judged({
      bookings: [aBooking(), ...bookings],
      footage: [...counted, clip("V", "f-4", van), clip("W", "f-3", van), far],
      incident: { rows: [aRow({}, { clock: RIGHT_CLOCK })] },
    });
    expect(found.sources.map(({ footageId }) => footageId)).toEqual(["f-1", "f-2"]);
    expect(found.nearby.map(({ footageId }) => footageId)).toEqual(["f-3", "f-4"]);
    expect(found.clocks.map(({ serial }) => serial)).toEqual(["A", "B", "V", "W", WEAPON]);
    const assumed = clip("A", "f-2", { declaration: { clock: undefined } });
    expect(judged({ bookings, footage: [assumed] }).clocks.map(({ basis }) => basis)).toEqual([
      "assumed",
      "measured",
    ]);
  });

  it("names clocks of the weapon and of cameras near the event, once each", () => {
    const footage = [
      aClip({ to: 0 }),
      aClip({ from: 0, declaration: { clip: 2 } }),
      aClip({ from: 900, to: 960, declaration: { clip: 3 } }),
    ];
    // The recording takes the doubt of its least doubtful clip, the third.
    expect(judged({ policies: [aPolicy()], footage }).clocks).toEqual([
      { serial: WEAPON, offsetSeconds: 0, uncertaintySeconds: 1.639, basis: "measured" },
      { serial: CAMERA, offsetSeconds: 0, uncertaintySeconds: 1.621, basis: "measured" },
    ]);
    expect(judged({ reports: [aReport()], incident: { rows: [] } }).clocks).toEqual([]);
  });

  it("tells the length of the booking as the doubt of a clock that cannot be trusted", () => {
    const rows = [aRow({ at: "2000-01-01T00:10:00Z" }, { clock: RIGHT_CLOCK })];
    const footage = [aClip({ declaration: { clock: { unset: true } } })];
    expect(judged({ footage, incident: { rows } }).clocks).toEqual([
      { serial: WEAPON, offsetSeconds: 0, uncertaintySeconds: 32_400, basis: "untrusted" },
      { serial: CAMERA, offsetSeconds: 0, uncertaintySeconds: 32_400, basis: "untrusted" },
    ]);
  });

  it("shows each cycle's cover", () => {
    const rows = [aRow({ seq: 1 }), aRow({ seq: 2, at: at(20) })];
    expect(judged({ footage: [aClip({ to: 22 })], incident: { rows } }).cycles).toEqual([
      { from: at(0), to: at(5), requiredSeconds: 5, coveredSeconds: 5 },
      { from: at(20), to: at(25), requiredSeconds: 5, coveredSeconds: 2 },
    ]);
  });

  it("names one officer, and none where several are possible", () => {
    expect(judged({}).officerId).toBe(OFFICER);
    expect(judged({ bookings: [aBooking(), aBooking({ officerId: COLLEAGUE })] }).officerId).toBeUndefined();
  });
});

describe("what is known only in part", () => {
  it("is told of a weapon without a serial as the weapon", () => {
    const { weaponSerial: _weapon, ...incident } = anInputs({
      incident: { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] },
    }).incident;
    const found = judge({ ...anInputs({}), incident });
    expect(found.findings.map(({ detail }) => detail).join(" ")).toContain(
      "of these devices cannot be trusted: the weapon.",
    );
    expect(found.clocks).toEqual([]);
  });

  it("names rows that disagree and numbers that are missing in their order", () => {
    const conflicts = [aRow({ durationSeconds: 1 }).event];
    const rows = [aRow({ seq: 9 }, { conflicts }), aRow({ seq: 4, at: at(-20) }, { conflicts })];
    const details = judged({ footage: [aClip()], incident: { rows, missingSeqs: [8, 5] } }).findings.map(
      ({ detail }) => detail,
    );
    expect(details).toContain("Downloads disagree about the rows 4, 9; the first to arrive stands.");
    expect(details).toContain("Missing from the log: 2 rows, the first number 5.");
  });
});
