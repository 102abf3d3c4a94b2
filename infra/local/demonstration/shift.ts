import type { Situation } from "./situations.ts";

/** Serials and ids of one situation: each has its own weapon, officer and camera, so that none disturbs another. */
export type Cast = {
  readonly weaponSerial: string;
  readonly cameraSerial: string;
  readonly officerId: string;
  readonly colleagueCameraSerial: string;
  readonly colleagueId: string;
  readonly incidentRef: string;
  readonly reportId: string;
};

export function castOf({ number }: Situation): Cast {
  return {
    weaponSerial: `X12-DEMO-${number}`,
    cameraSerial: `BWC-DEMO-${number}`,
    officerId: `P-11${String(number).padStart(2, "0")}`,
    colleagueCameraSerial: `BWC-DEMO-${number}B`,
    colleagueId: `P-12${String(number).padStart(2, "0")}`,
    incidentRef: `CAD ${6020 + number}/DEMO`,
    reportId: `UOF-DEMO-${number}`,
  };
}

/** The moment that a situation's seconds count from, in whole seconds. Hours are the policy's footage grace. */
export function momentOf({ moment }: Situation, now: Date, graceHours: number): Date {
  const before =
    "hoursAgo" in moment
      ? (graceHours + moment.hoursAgo) * 3_600_000
      : graceHours * 3_600_000 - moment.secondsBeforeGraceEnds * 1000;
  return new Date(Math.floor((now.getTime() - before) / 1000) * 1000);
}

const time = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000).toISOString();

const BOROUGHS = ["Westminster", "Lambeth", "Southwark", "Camden"] as const;
const boroughOf = ({ number }: Situation) => BOROUGHS[number % BOROUGHS.length] ?? BOROUGHS[0];

export function devicesOf(situation: Situation): readonly object[] {
  const cast = castOf(situation);
  const camera = { kind: "camera", model: "Axon Body 3", status: "active" };
  return [
    { serial: cast.weaponSerial, kind: "weapon", model: "TASER 7", status: "active" },
    { ...camera, serial: cast.cameraSerial },
    { ...camera, serial: cast.colleagueCameraSerial },
  ];
}

export function officersOf(situation: Situation): readonly object[] {
  const cast = castOf(situation);
  const common = {
    team: "Response B",
    borough: boroughOf(situation),
    supervisor: "P-2001",
    cameraIssued: true,
  };
  return [
    { ...common, officerId: cast.officerId, collarNumber: `11${situation.number}SW`, taserTrained: true },
    { ...common, officerId: cast.colleagueId, collarNumber: `12${situation.number}SW`, taserTrained: false },
  ];
}

/** Everybody is booked for the shift around the moment; a spark test follows its booking by two minutes. */
export function bookingsOf(situation: Situation, moment: Date): readonly object[] {
  const cast = castOf(situation);
  const from = time(moment, situation.test ? -120 : -3600);
  const to = time(moment, 3600);
  return [
    { deviceSerial: cast.weaponSerial, officerId: cast.officerId, from, to },
    { deviceSerial: cast.cameraSerial, officerId: cast.officerId, from, to },
    { deviceSerial: cast.colleagueCameraSerial, officerId: cast.colleagueId, from, to },
  ];
}

/** The weapon's rows in order, by the weapon's own clock. */
function rowsOf(situation: Situation, moment: Date): readonly object[] {
  const fast = situation.weaponClockFast ?? 0;
  const at = (seconds: number) => time(moment, seconds + fast);
  // The arc switch with the cartridges out, the safety on all the while: nothing else is written.
  if (situation.test) {
    return [{ seq: 100, at: at(0), type: "arc", durationSeconds: 1, cartridge: { kind: "none" } }];
  }
  const cycles = situation.cycles.map((cycle, index) => ({
    at: at(cycle.at),
    type: "trigger",
    durationSeconds: cycle.seconds,
    cartridge: { serial: `C7H-${situation.number}${index}`, kind: "live", deployed: true },
  }));
  const rows = [
    { at: at(situation.armedAt), type: "armed", batteryPercent: 81 },
    ...cycles,
    { at: at(situation.safeAt), type: "safe" },
  ];
  return rows.map((row, index) => ({ seq: 100 + index, ...row }));
}

/** The downloads of the weapon's memory; a gateway that works backwards sends its second half first. */
export function logsOf(situation: Situation, moment: Date, now: Date): readonly object[] {
  const cast = castOf(situation);
  const fast = situation.weaponClockFast ?? 0;
  const rows = rowsOf(situation, moment);
  const log = (events: readonly object[]) => ({
    weapon: { serial: cast.weaponSerial, model: "TASER 7" },
    clock: {
      deviceClock: time(now, fast),
      gatewayClock: now.toISOString(),
      lastSyncedAt: time(moment, -20 * 86_400),
    },
    incidentRef: cast.incidentRef,
    events,
  });
  return situation.twiceAndBackwards ? [log(rows.slice(2)), log(rows.slice(0, 2))] : [log(rows)];
}

export function reportOf(situation: Situation, moment: Date): object | undefined {
  const cast = castOf(situation);
  if (!situation.report) return undefined;
  return {
    reportId: cast.reportId,
    officerId: cast.officerId,
    weaponSerial: cast.weaponSerial,
    incidentRef: cast.incidentRef,
    statedAt: time(moment, 0),
    actions: situation.report.action === "fired" ? ["drawn", "aimed", "fired"] : ["drawn"],
    outcomeIntent: "intended",
    borough: boroughOf(situation),
    locationType: "street",
    singleCrewed: "no",
    bodyWornVideo: situation.report.bodyWornVideo,
    subject: {
      ageBand: "18-34",
      under18: "no",
      gender: "male",
      ethnicity: "not-stated",
      mentalHealth: "not-stated",
    },
    reasons: ["protect-public"],
  };
}

/** What a dock declares of one clip; `file` is what it holds. */
export function declarationOf(
  situation: Situation,
  index: number,
  moment: Date,
  now: Date,
  file: {
    readonly name: string;
    readonly seconds: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly contentType: string;
  },
): object {
  const cast = castOf(situation);
  const clip = situation.clips[index];
  if (!clip) throw new RangeError(`Situation ${situation.number} has no clip ${index}`);
  const startTime = time(moment, clip.startsAt);
  const endTime = time(moment, clip.startsAt + file.seconds);
  const triggerOnTime = time(moment, clip.pressedAt);
  return {
    recordingId: `R-DEMO-${situation.number}-${index + 1}`,
    camera: {
      serial: clip.by === "officer" ? cast.cameraSerial : cast.colleagueCameraSerial,
      kind: "body-worn",
      model: "Axon Body 3",
    },
    startTime,
    endTime,
    triggerOnTime,
    triggerOn: "wearer",
    triggerOff: clip.triggerOff ?? "wearer",
    ...(clip.silentBuffer ? { audio: [{ from: triggerOnTime, to: endTime }] } : {}),
    clock: {
      deviceClock: now.toISOString(),
      gatewayClock: now.toISOString(),
      lastSyncedAt: time(moment, -1800),
    },
    incidentRef: cast.incidentRef,
    file: { name: `${file.name}.mp4`, bytes: file.bytes, contentType: file.contentType, sha256: file.sha256 },
  };
}
