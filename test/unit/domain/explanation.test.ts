import { describe, expect, it } from "vitest";
import { judge } from "#domain/verdict/judge.ts";
import {
  aBooking,
  aClip,
  anInputs,
  anOfficer,
  aReport,
  aRow,
  at,
  CAMERA,
  COLLEAGUE,
  OTHER_CAMERA,
} from "#test/support/build-inputs.ts";

const told = (shape: Parameters<typeof anInputs>[0]) => judge(anInputs(shape)).explanation;
const THE_EVENT = "discharge at 21:08:00 on 21 November 2026";
const THE_END = "This says whether a camera ran, not what it shows.";

describe("the explanation", () => {
  it("of a full recording needs four facts and nothing else", () => {
    expect(told({ footage: [aClip()] })).toBe(
      `The ${THE_EVENT} is itself on video from its beginning to its end. ` +
        "All 65 s that policy 2019-07 requires are covered. The pictures come from the officer's own camera. " +
        "There is sound throughout. The officer's own camera was on in time and stayed on long enough. " +
        `No more video is needed. ${THE_END}`,
    );
  });

  it("of a part says what is there, what is missing and what is next", () => {
    expect(told({ footage: [aClip({ from: -10 })] })).toBe(
      `The ${THE_EVENT} is itself on video from its beginning to its end. ` +
        "Of the 65 s that policy 2019-07 requires, 45 s are covered: " +
        "10 of 30 s before, 5 of 5 s during and 30 of 30 s after; the first 20 s are missing. " +
        "The pictures come from the officer's own camera. There is sound for 45 of 65 s. " +
        "The officer's own camera was on in time and stayed on long enough. " +
        `Next: ask the officer why video is missing. Acknowledge the alert within 4 h. ${THE_END}`,
    );
  });

  it("of no footage says so once", () => {
    expect(told({})).toBe(
      `The ${THE_EVENT} is not on video. No footage that counts covers any of the 65 s that policy 2019-07 requires. ` +
        "No footage shows the officer's own camera on at the time. " +
        `Next: ask the officer why there is no video. Acknowledge the alert within 4 h. ${THE_END}`,
    );
  });

  it("of footage that is awaited says what to do and by when", () => {
    expect(told({ now: at(60) })).toBe(
      `So far, the ${THE_EVENT} is not on video. No footage that counts covers any of the 65 s that policy 2019-07 requires. ` +
        `Next: see that the cameras are docked; footage is awaited until 21:08:00 on 23 November 2026. ${THE_END}`,
    );
  });

  it("of a doubt of the clocks says what it turns on and what would settle it", () => {
    const rows = [aRow({}, { model: "X26E", clock: { lastSyncedAt: "2026-10-12T21:08:00Z" } })];
    expect(told({ incident: { rows }, footage: [aClip({ from: -200, to: 600 })] })).toBe(
      `It cannot be said whether the ${THE_EVENT} is on video: in full, in part or not at all. ` +
        "As the clocks stand, all 65 s that policy 2019-07 requires are covered. " +
        "The pictures come from the officer's own camera. There is sound throughout, as far as is known. " +
        "The clocks leave open what is on video, and what is heard, and whether the officer's own camera was on in time: " +
        "X12005BX7 ± 322.408 s. Dock the weapon and record its clock, or align log and video by the sound. " +
        `Next: settle it; until then it stays undetermined. Acknowledge the alert within 4 h. ${THE_END}`,
    );
  });

  it("says that something of the event is on video where only how much is in doubt", () => {
    expect(told({ footage: [aClip({ from: -31 })] })).toMatch(
      new RegExp(`^The ${THE_EVENT} is on video, in full or in part: it cannot be said which\\.`),
    );
    expect(told({ now: at(60), footage: [aClip({ from: 3 })] })).toMatch(
      new RegExp(`^So far, it cannot be said whether the ${THE_EVENT} is on video: in part or not at all\\.`),
    );
  });

  it("counts the seconds of an event that is partly on video", () => {
    const rows = [0, 20].map((seconds, seq) => aRow({ seq, at: at(seconds) }));
    expect(told({ incident: { rows }, footage: [aClip({ to: 12.5 })] })).toMatch(
      /^The discharge at .* is on video for 12\.5 of its 25 s\. .*; the last 42\.5 s are missing\./,
    );
  });

  it("names gaps with what is missing at the ends", () => {
    const gaps = [
      { from: 70, to: 72 },
      { from: 80, to: 84.5 },
    ];
    const footage = [
      aClip({ from: -20, to: 20, media: { playableSeconds: 40, gaps: [{ from: 30, to: 32 }] } }),
    ];
    expect(told({ footage })).toContain("; the first 10 s, 2 s inside and the last 15 s are missing.");
    expect(told({ footage: [aClip({ media: { playableSeconds: 125, gaps } })] })).toContain(
      "; 6.5 s inside are missing.",
    );
  });

  it("tells local times in the force's zone", () => {
    const rows = [aRow({ at: "2026-07-01T21:03:10Z" })];
    expect(told({ incident: { rows } })).toMatch(/^The discharge at 22:03:10 on 1 July 2026 /);
  });

  it("says what kind of event it was, and asks nothing of a supervisor where no alert is sent", () => {
    expect(told({ incident: { rows: [aRow({ type: "test" })] } })).toBe(
      `The test at 21:08:00 on 21 November 2026 needs no video. Nothing is to be done. ${THE_END}`,
    );
    const unintentional = told({ reports: [aReport({ outcomeIntent: "unintentional" })] });
    expect(unintentional).toMatch(/^The unintentional discharge at /);
    expect(unintentional.endsWith(`Next: ask the officer why there is no video. ${THE_END}`)).toBe(true);
    const misfired = [aRow({ cartridge: { kind: "live", deployed: false } })];
    expect(told({ incident: { rows: misfired } })).toMatch(
      /^The trigger pull at .* Acknowledge the alert within 4 h\./,
    );
    expect(told({ incident: { rows: [aRow({ type: "armed" })] } })).toMatch(/^The use without discharge at /);
  });

  it("says what cannot be known and what would settle it", () => {
    const doubtful = told({ footage: [aClip({ declaration: { clock: { unset: true } } })] });
    expect(doubtful).toMatch(
      /^It cannot be said whether the discharge at .* is on video: in full, in part or not at all\./,
    );
    expect(doubtful).toContain("It cannot be said whether the officer's own camera was on in time.");
    expect(doubtful).toContain("Dock the device and record its clock");
    const lost = told({ incident: { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] } });
    expect(lost).toMatch(/^The discharge at a time that the weapon's clock does not tell is not on video\./);
    const lostNearFootage = told({
      incident: { rows: [aRow({ at: "2000-01-01T00:10:00Z" })] },
      footage: [aClip()],
    });
    expect(lostNearFootage).not.toMatch(/covered|No footage that counts/);
    expect(lost).toContain("No footage that counts covers any of the 65 s that policy 2019-07 requires.");
  });

  it("names a camera nearby that a supervisor has yet to look at", () => {
    const van = aClip({ camera: { serial: "VAN-1", kind: "vehicle" } });
    const hall = aClip({ camera: { serial: "CCTV-1", kind: "fixed" } });
    expect(told({ footage: [van] })).toContain("A vehicle camera nearby may show it;");
    expect(told({ footage: [van, hall] })).toContain("A vehicle or fixed camera nearby may show it;");
    expect(told({ footage: [van, aClip()] })).not.toContain("nearby");
    const rejected = aClip({ camera: { serial: "VAN-1", kind: "vehicle" }, record: { state: "REJECTED" } });
    const far = aClip({ from: -9000, to: -8000, camera: { serial: "VAN-1", kind: "vehicle" } });
    for (const other of [rejected, far]) expect(told({ footage: [other] })).not.toContain("nearby");
    const part = { ...van, ...aClip({ from: 2, camera: { serial: "VAN-1", kind: "vehicle" } }) };
    const confirmations = [{ footageId: part.footageId, shows: true, at: at(60) }];
    expect(told({ footage: [part], confirmations })).not.toContain("nearby");
  });

  it("does not ask about the duty of somebody whom nobody knows", () => {
    const text = told({ bookings: [] });
    expect(text).not.toContain("own camera");
    expect(text).toContain("Next: find out who carried the weapon, and ask why there is no video.");
    expect(text).toContain("Nobody was booked for the weapon");
  });

  it("names cameras by whose they are, and no officer, weapon or camera", () => {
    const reports = [aReport({ incidentRef: "CAD 1" })];
    const footage = [
      aClip({ to: 10 }),
      aClip({ from: -15, camera: { serial: OTHER_CAMERA }, declaration: { incidentRef: "CAD 1" } }),
    ];
    const text = told({ reports, footage });
    expect(text).toContain(
      "The pictures come from the officer's own camera and a colleague's camera that is linked to the event.",
    );
    for (const name of ["officer-1", "officer-2", "4711", CAMERA, "CAD 1"]) expect(text).not.toContain(name);
  });

  it("says of a colleague's video that it does not make up for the officer's own camera", () => {
    const reports = [aReport({ incidentRef: "CAD 1" })];
    const footage = [aClip({ camera: { serial: OTHER_CAMERA }, declaration: { incidentRef: "CAD 1" } })];
    expect(told({ reports, footage })).toContain("Next: ask the officer about their own camera.");
    expect(told({ reports, footage })).toContain("No footage shows the officer's own camera on at the time.");
    for (const own of [aClip({ from: -60, to: 10 }), aClip({ from: 4 })]) {
      expect(told({ reports, footage: [...footage, own] })).toContain(
        "Next: ask the officer about their own camera.",
      );
    }
    expect(told({ reports, footage: [...footage, aClip()] })).not.toContain("ask the officer");
    expect(told({ reports, footage, officers: [anOfficer({ cameraIssued: false })] })).toContain(
      "The officer had no camera issued.",
    );
  });

  it("says whom to ask where records disagree", () => {
    const bookings = [aBooking(), aBooking({ officerId: COLLEAGUE }), aBooking({ deviceSerial: CAMERA })];
    expect(told({ bookings, footage: [aClip()] })).toContain(
      "Correct the bookings, or ask who carried what.",
    );
  });

  it("names only cameras whose pictures it has", () => {
    const reports = [aReport({ incidentRef: "CAD 1" })];
    const far = aClip({
      from: -9000,
      to: -8000,
      camera: { serial: OTHER_CAMERA },
      declaration: { incidentRef: "CAD 1" },
    });
    expect(told({ reports, footage: [aClip(), far] })).toContain(
      "The pictures come from the officer's own camera. ",
    );
  });

  it("says that there is no sound", () => {
    expect(told({ footage: [aClip({ declaration: { audio: [] } })] })).toContain("There is no sound.");
  });

  it("says that footage was deleted too early", () => {
    expect(told({ footage: [aClip({ record: { deletedAt: at(60) } })] })).toContain(
      "Footage of it was received and deleted too early. Next: find out why.",
    );
  });
});
