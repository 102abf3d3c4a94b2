import { describe, expect, it } from "vitest";
import { owedByDeadline } from "#domain/lifecycle/owed-by-deadline.ts";
import { isContradicted } from "#domain/lifecycle/situation.ts";
import { segmentRows } from "#domain/log/segment-log.ts";
import { resolveInstants } from "#domain/time/time.ts";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anInputs,
  anOfficer,
  aPolicy,
  aReport,
  aRow,
  at,
  CAMERA,
  COLLEAGUE,
  EVENT_AT,
  LATER,
  OTHER_CAMERA,
  WEAPON,
} from "#test/support/build-inputs.ts";
import {
  aReport as aFiledReport,
  aSituation,
  aVerdict,
  hoursAfter,
  versionsOf,
} from "#test/support/lifecycle-builders.ts";

const judged = (shape: Parameters<typeof anInputs>[0]) => judge(anInputs(shape));
const codes = (shape: Parameters<typeof anInputs>[0]) => judged(shape).findings.map(({ code }) => code);
const linked = [aReport({ incidentRef: "CAD 1234/21NOV26" })];
const colleagues = (shape: Parameters<typeof aClip>[0] = {}) =>
  aClip({
    ...shape,
    camera: { serial: OTHER_CAMERA },
    declaration: { incidentRef: "CAD 1234/21NOV26", ...shape.declaration },
  });

describe("cases that an expert has decided", () => {
  it("1: camera docked 9 h after the discharge", () => {
    const now = at(9 * 3600);
    expect(judged({ now }).outcome).toBe("AWAITING_FOOTAGE");
    expect(judged({ now, footage: [aClip()] }).outcome).toBe("RECORDED");
  });

  it("2: grace limit passes, footage arrives next day", () => {
    expect(judged({ now: at(48 * 3600) })).toMatchObject({ outcome: "UNRECORDED", final: true });
    expect(judged({ now: at(72 * 3600), footage: [aClip()] })).toMatchObject({
      outcome: "RECORDED",
      final: true,
    });
  });

  it("3: recording pressed 12 s after the shot, 60 s silent buffer", () => {
    const clip = aClip({ from: -48, to: 300, pressed: 12, media: { audio: [{ from: 60, to: 348 }] } });
    expect(judged({ footage: [clip] })).toMatchObject({
      outcome: "RECORDED",
      audio: { outcome: "UNRECORDED", during: { coveredSeconds: 0 } },
      duty: { outcome: "LATE_START" },
    });
  });

  it("4: pressed 75 s after, 60 s buffer", () => {
    const shape = { footage: [aClip({ from: 15, to: 300, pressed: 75 })] };
    expect(judged(shape).outcome).toBe("UNRECORDED");
    expect(codes(shape)).toEqual(["AFTERMATH_ONLY"]);
  });

  it("6: weapon 3 min fast, offset measured at download", () => {
    const clock = { deviceClock: "2026-11-22T06:03:00Z", gatewayClock: "2026-11-22T06:00:00Z" };
    const rows = [aRow({ at: at(180) }, { clock })];
    expect(judged({ incident: { rows }, footage: [aClip()] })).toMatchObject({
      outcome: "RECORDED",
      occurredAt: EVENT_AT,
    });
    expect(
      judged({ incident: { rows: [aRow({ at: EVENT_AT }, { clock })] }, footage: [aClip()] }).outcome,
    ).toBe("UNRECORDED");
  });

  it("7: weapon last synced 40 days ago, no offset: its doubt is told", () => {
    const clock = { lastSyncedAt: "2026-10-12T21:08:00Z" };
    const rows = [aRow({}, { clock, model: "X26E" })];
    expect(judged({ incident: { rows } }).clocks).toEqual([
      { serial: WEAPON, offsetSeconds: 0, uncertaintySeconds: 322.408, basis: "assumed" },
    ]);
  });

  it("8: weapon log dated 1-2 Jan 2000", () => {
    const rows = [
      aRow({ at: "2000-01-01T17:00:00Z" }),
      aRow({ seq: 4103, type: "safe", at: "2000-01-01T17:00:30Z" }),
    ];
    const [group] = segmentRows({
      rows,
      bookings: [aBooking()],
      reports: [],
      policies: [aPolicy()],
      timeZone: "Europe/London",
    });
    expect(group).toMatchObject({ kind: "use", seqs: [4102, 4103], untrusted: true });
    expect(judged({ incident: { rows } })).toMatchObject({
      kind: "DISCHARGE",
      clocks: [{ basis: "untrusted" }],
    });
  });

  it("11: form says 01:30 on the March change night", () => {
    expect(resolveInstants("2026-03-29T01:30:00", "Europe/London")).toEqual([]);
  });

  it("12: event 23:58 on 31 March, uploaded April", () => {
    const rows = [aRow({ at: "2026-03-31T22:58:00Z" }, { clock: undefined })];
    const policies = [aPolicy(), aPolicy({ version: "2026-04", effectiveFrom: "2026-04-01" })];
    expect(judged({ policies, incident: { rows } })).toMatchObject({
      occurredAt: "2026-03-31T22:58:00.000Z",
      policy: { version: "2019-07" },
    });
  });

  it("13: two cameras each hold part", () => {
    const found = judged({ reports: linked, footage: [aClip({ to: 12 }), colleagues({ from: -12 })] });
    expect(found).toMatchObject({ outcome: "RECORDED", duty: { outcome: "EARLY_STOP" } });
    expect(found.explanation).toContain("the officer's own camera and a colleague's camera");
  });

  it("16: only a witness officer's camera", () => {
    expect(judged({ reports: linked, footage: [colleagues()] })).toMatchObject({
      outcome: "RECORDED",
      sources: [{ relation: "other-officer" }],
      duty: { outcome: "NOT_ON" },
    });
  });

  it("17: drawn, never armed (X2): the use exists on the form only", () => {
    const reports = [aReport({ actions: ["drawn"] })];
    const wholeCall = aClip({ from: -900, to: 900 });
    expect(judged({ reports, incident: { rows: [] }, footage: [wholeCall] })).toMatchObject({
      kind: "NON_DISCHARGE",
      kindDecidedBy: "report:report-1",
      outcome: "RECORDED",
      actions: ["drawn"],
    });
  });

  it("18: armed then safe, no trigger", () => {
    const rows = [aRow({ seq: 1, type: "armed" }), aRow({ seq: 2, type: "safe", at: at(40) })];
    const reports = [aReport({ actions: ["red-dotted"] })];
    expect(judged({ reports, incident: { rows }, footage: [aClip({ to: 80 })] })).toMatchObject({
      kind: "NON_DISCHARGE",
      actions: ["red-dotted"],
      outcome: "RECORDED",
      video: { during: { requiredSeconds: 40 } },
    });
    expect(judged({ incident: { rows } }).actions).toEqual(["drawn"]);
  });

  it("19: arc event, cartridges intact, on the street", () => {
    const rows = [aRow({ type: "arc", durationSeconds: 2, cartridge: { kind: "live", deployed: false } })];
    expect(judged({ incident: { rows } })).toMatchObject({
      kind: "NON_DISCHARGE",
      actions: ["arced"],
      outcome: "UNRECORDED",
    });
  });

  it("20: arc or trigger of 1-5 s, no cartridge, at base, at booking-out", () => {
    const rows = [
      aRow({ type: "trigger", at: "2026-11-21T14:05:00Z", durationSeconds: 5, cartridge: { kind: "none" } }),
    ];
    expect(judged({ incident: { rows } })).toMatchObject({ kind: "TEST", outcome: "NOT_APPLICABLE" });
  });

  it("21: test claimed 40 min into a call, away from base", () => {
    const rows = [
      aRow({ type: "trigger", at: "2026-11-21T14:40:00Z", durationSeconds: 5, cartridge: { kind: "none" } }),
    ];
    expect(judged({ incident: { rows } })).toMatchObject({ kind: "DISCHARGE", outcome: "UNRECORDED" });
    expect(judged({ incident: { rows, decidedKind: "TEST" } })).toMatchObject({
      kindDecidedBy: "decision",
      outcome: "NOT_APPLICABLE",
    });
  });

  it("22: TASER 10 test event or training magazine", () => {
    expect(judged({ incident: { rows: [aRow({ type: "test" })] } }).kind).toBe("TEST");
    expect(judged({ incident: { rows: [aRow({ cartridge: { kind: "training" } })] } })).toMatchObject({
      kind: "TRAINING",
      outcome: "NOT_APPLICABLE",
    });
  });

  it.each([
    [24, "police-station"],
    [25, "street"],
  ] as const)("%i: unintentional discharge in the place %s", (_case, locationType) => {
    const reports = [aReport({ outcomeIntent: "unintentional", locationType })];
    expect(judged({ reports })).toMatchObject({ kind: "UNINTENTIONAL", outcome: "UNRECORDED" });
  });

  it("27: three cycles, camera falls off during the third", () => {
    const rows = [0, 10, 20].map((seconds, seq) => aRow({ seq, at: at(seconds) }));
    const found = judged({ incident: { rows }, footage: [aClip({ to: 22 })] });
    expect(found).toMatchObject({ outcome: "PARTLY_RECORDED", priority: "high" });
    expect(found.cycles.map(({ coveredSeconds }) => coveredSeconds)).toEqual([5, 5, 2]);
  });

  it("29: trigger but no cartridge consumed", () => {
    const rows = [aRow({ cartridge: { kind: "none" } })];
    expect(judged({ incident: { rows } }).kind).toBe("DISCHARGE");
    expect(codes({ incident: { rows } })).toContain("DRIVE_STUN_UNCONFIRMED");
  });

  it("32: one officer, one Taser, two subjects", () => {
    const reports = [aReport(), aReport({ reportId: "report-2", actions: ["aimed"] })];
    expect(judged({ reports, footage: [aClip()] })).toMatchObject({
      outcome: "RECORDED",
      actions: ["aimed", "fired"],
    });
  });

  it("34: officer used a colleague's Taser", () => {
    const shape = { reports: [aReport({ officerId: COLLEAGUE })], footage: [aClip()] };
    expect(judged(shape).outcome).toBe("UNDETERMINED");
    expect(codes(shape)).toContain("SEVERAL_CARRIERS");
  });

  it("35: log shows discharge, no form: unreported, separate from unrecorded", () => {
    expect(judged({ reports: [], footage: [aClip()] })).toMatchObject({
      kind: "DISCHARGE",
      outcome: "RECORDED",
    });
    const recorded = versionsOf([{ outcome: "RECORDED" }]);
    const typesAt = (hours: number, reports: Parameters<typeof aSituation>[0]) =>
      owedByDeadline(aSituation({ verdicts: recorded, ...reports }), hoursAfter(hours)).map(
        (id) => id.split(".")[1],
      );
    expect(typesAt(23, { reports: [] })).toEqual([]);
    expect(typesAt(26, { reports: [] })).toEqual(["UNREPORTED_DISCHARGE"]);
    expect(typesAt(26, { reports: [aFiledReport()] })).toEqual([]);
  });

  it("36: form arrives days before the log", () => {
    const reports = [aReport({ statedAt: "2026-11-21T21:10:00" })];
    expect(judged({ now: at(3600), reports, incident: { rows: [] } })).toMatchObject({
      kind: "DISCHARGE",
      outcome: "AWAITING_FOOTAGE",
      occurredAt: "2026-11-21T21:10:00.000Z",
    });
  });

  it("38: form says video on, no footage found after grace", () => {
    const reports = [aReport({ bodyWornVideo: "yes" })];
    const { outcome } = judged({ reports });
    expect(outcome).toBe("UNRECORDED");
    expect(
      isContradicted(
        aVerdict({ outcome }),
        reports.map(({ report }) => report),
      ),
    ).toBe(true);
  });

  it.each([
    [40, "camera flat before the event", "battery"],
    [41, "camera switched off", "wearer"],
  ] as const)("%i: %s", (_case, _what, triggerOff) => {
    const found = judged({ footage: [aClip({ from: -600, to: -120, declaration: { triggerOff } })] });
    expect(found).toMatchObject({ outcome: "UNRECORDED", duty: { outcome: "NOT_ON" } });
  });

  it("43: ambushed, no time to press", () => {
    const rows = [0, 20].map((seconds, seq) => aRow({ seq, at: at(seconds) }));
    expect(judged({ incident: { rows }, footage: [aClip({ from: 10, to: 300 })] })).toMatchObject({
      outcome: "PARTLY_RECORDED",
      duty: { outcome: "LATE_START" },
    });
  });

  it("44: covert officer, no camera issued", () => {
    const officers = [anOfficer({ cameraIssued: false, cameraNotIssuedReason: "covert" })];
    expect(judged({ officers })).toMatchObject({
      outcome: "UNRECORDED",
      duty: { outcome: "NO_CAMERA_ISSUED" },
    });
  });

  it("45: mutual-aid officer, footage in another force", () => {
    expect(judged({ now: at(3600) }).outcome).toBe("AWAITING_FOOTAGE");
  });

  it("46: in custody or hospital, fixed CCTV", () => {
    const clip = aClip({ camera: { serial: "CCTV-1", kind: "fixed" } });
    expect(judged({ footage: [clip] })).toMatchObject({ outcome: "UNRECORDED", nearby: [{ kind: "fixed" }] });
    const confirmations = [{ footageId: clip.footageId, shows: true, at: LATER }];
    expect(judged({ footage: [clip], confirmations })).toMatchObject({
      outcome: "RECORDED",
      sources: [{ relation: "fixed" }],
    });
  });

  it("47: home or mental-health ward, privacy reason", () => {
    const reports = [
      aReport({ locationType: "mental-health", absenceReason: { code: "PRIVACY", text: "on a ward" } }),
    ];
    expect(judged({ reports }).outcome).toBe("UNRECORDED");
  });

  it("49: file corrupt, truncated, hash mismatch", () => {
    const truncated = aClip({ media: { playableSeconds: 80, truncated: true } });
    expect(judged({ footage: [truncated] })).toMatchObject({
      outcome: "PARTLY_RECORDED",
      video: { during: { coveredSeconds: 5 }, after: { coveredSeconds: 15 } },
    });
    expect(codes({ footage: [truncated] })).toContain("SHORTER_THAN_DECLARED");
    expect(codes({ footage: [aClip({ record: { state: "REJECTED" } })] })).toContain("UNREADABLE_FOOTAGE");
  });

  it("50: time covered, lens covered or dark", () => {
    expect(judged({ footage: [aClip()] }).explanation).toMatch(
      /This says whether a camera ran, not what it shows\.$/,
    );
  });

  it("51: audio muted at the key moment", () => {
    const audio = [
      { from: at(-60), to: at(-4) },
      { from: at(9), to: at(65) },
    ];
    expect(judged({ footage: [aClip({ declaration: { audio } })] })).toMatchObject({
      outcome: "RECORDED",
      audio: { outcome: "UNRECORDED", missing: [{ from: at(-4), to: at(9) }] },
    });
  });

  it("53: vehicle camera running, car round the corner", () => {
    const clip = aClip({ camera: { serial: "VAN-1", kind: "vehicle" } });
    expect(judged({ footage: [clip] })).toMatchObject({
      outcome: "UNRECORDED",
      nearby: [{ footageId: clip.footageId }],
    });
  });

  it("55: Taser-mounted clip starts at arm", () => {
    const clip = aClip({
      from: -4,
      camera: { serial: "TASERCAM-1", kind: "weapon-mounted", weaponSerial: WEAPON },
    });
    const shape = { footage: [clip] };
    expect(judged(shape)).toMatchObject({
      outcome: "PARTLY_RECORDED",
      video: { during: { coveredSeconds: 5 } },
    });
    expect(codes(shape)).toEqual(["LATE_START"]);
  });

  it("58: under-18 subject", () => {
    const subject = { ...aReport().report.subject, under18: "yes" as const };
    expect(judged({ reports: [aReport({ subject })], footage: [aClip()] })).toMatchObject({
      outcome: "RECORDED",
      priority: "high",
    });
  });

  it("59: PSD or IOPC seals the footage: how a file is kept is nothing that a verdict may use", () => {
    const sealed = aClip({
      record: { keeping: { holds: [{ incidentId: "i1", since: LATER, placed: true }] } },
    });
    expect(judged({ footage: [sealed] })).toEqual(judged({ footage: [aClip()] }));
  });

  it("two officers' bookings of one camera at different times leave no doubt", () => {
    const bookings = [
      aBooking(),
      aBooking({ deviceSerial: CAMERA }),
      aBooking({ deviceSerial: CAMERA, officerId: COLLEAGUE, from: LATER, to: at(60, LATER) }),
    ];
    expect(judged({ bookings, footage: [aClip()] }).outcome).toBe("RECORDED");
  });
});
