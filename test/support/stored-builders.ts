import type { AlertRecord } from "#contracts/alert.ts";
import { type FootageRecord, footageDeclaration } from "#contracts/footage.ts";
import type { IncidentRecord, VerdictRecord } from "#contracts/incident.ts";
import type { Booking, Device, Officer } from "#contracts/register.ts";
import { type ReportRecord, useReport } from "#contracts/report.ts";
import type { WeaponEvent, WeaponRow } from "#contracts/weapon-log.ts";

/** Records as they are kept, plain and valid; each takes what a test wants otherwise. */
export const anIncident = (changes: Partial<IncidentRecord> = {}): IncidentRecord => ({
  incidentId: "i1",
  createdAt: "2026-11-22T06:00:00.000Z",
  firstReceivedAt: "2026-11-22T06:00:00.000Z",
  weaponSerial: "X12005BX7",
  drill: false,
  seqs: [4101, 4102, 4103],
  incidentRefs: ["CAD 1234/21NOV26"],
  reportIds: [],
  kind: "DISCHARGE",
  occurredAt: "2026-11-21T21:08:00.000Z",
  endedAt: "2026-11-21T21:08:05.000Z",
  officerIds: ["PC1"],
  borough: "Lambeth",
  candidates: [],
  version: 0,
  state: "AWAITING_FOOTAGE",
  priority: "normal",
  acknowledgements: [],
  explanationRequests: [],
  confirmations: [],
  holds: [],
  ...changes,
});

export const aVerdict = (version: number, changes: Partial<VerdictRecord["verdict"]> = {}): VerdictRecord => {
  const none = { requiredSeconds: 0, coveredSeconds: 0 };
  const cover = { ...none, before: none, during: none, after: none, missing: [] };
  return {
    owes: [],
    verdict: {
      version,
      outcome: "UNRECORDED",
      possibleOutcomes: ["UNRECORDED"],
      findings: [{ code: "NO_FOOTAGE", detail: "Nothing covers the discharge." }],
      kind: "DISCHARGE",
      kindDecidedBy: "log",
      occurredAt: "2026-11-21T21:08:00.000Z",
      actions: ["fired"],
      priority: "normal",
      graceEndsAt: "2026-11-23T21:08:00.000Z",
      video: cover,
      audio: { outcome: "UNRECORDED", possibleOutcomes: ["UNRECORDED"], ...cover },
      duty: { outcome: "NOT_ON", possibleOutcomes: ["NOT_ON"] },
      cycles: [],
      sources: [],
      nearby: [],
      clocks: [],
      policy: { version: "2019-07", effectiveFrom: "2019-07-15" },
      ruleset: "1",
      inputsDigest: "0".repeat(64),
      final: true,
      explanation: "The discharge is not on video.",
      decidedAt: "2026-11-24T00:00:00.000Z",
      ...changes,
    },
  };
};

export const anAlert = (alertId: string, changes: Partial<AlertRecord> = {}): AlertRecord => ({
  message: {
    alertId,
    incidentId: "i1",
    type: "UNRECORDED_DISCHARGE",
    priority: "normal",
    borough: "Lambeth",
    outcome: "UNRECORDED",
    level: 1,
    email: { subject: "Discharge without video", body: "Look at it by 08:00." },
    sms: "Discharge without video.",
  },
  version: 1,
  owedAt: "2026-11-24T00:00:00.000Z",
  ...changes,
});

export const aClip = (
  changes: Partial<Omit<FootageRecord, "declaration">> & { readonly declaration?: object } = {},
): FootageRecord => ({
  footageId: "f1",
  duplicateNumber: false,
  declaredAt: "2026-11-22T06:00:00.000Z",
  declaredBy: "DOCK1",
  objectKey: "X81234567/2026/11/01J",
  urlsExpireAt: "2026-11-22T06:05:00.000Z",
  state: "AWAITING_UPLOAD",
  ...changes,
  declaration: footageDeclaration.parse({
    recordingId: "R-1",
    camera: { serial: "X81234567", kind: "body-worn" },
    startTime: "2026-11-21T21:03:10Z",
    endTime: "2026-11-21T21:09:40Z",
    file: { name: "clip.mp4", bytes: 1_000, contentType: "video/mp4", sha256: "a".repeat(64) },
    ...changes.declaration,
  }),
});

export const anEvent = (seq: number, changes: Partial<WeaponEvent> = {}): WeaponEvent => ({
  seq,
  at: "2026-11-21T21:08:00Z",
  type: "armed",
  ...changes,
});

export const aRow = (
  seq: number,
  changes: {
    readonly event?: Partial<WeaponEvent>;
    readonly delivery?: Partial<WeaponRow["delivery"]>;
  } = {},
): WeaponRow => {
  const delivery = {
    logId: "l1",
    receivedAt: "2026-11-22T06:00:01.000Z",
    deliveredBy: "DOCK1",
    model: "TASER 7",
    drill: false,
    ...changes.delivery,
  };
  return {
    weaponSerial: "X12005BX7",
    event: anEvent(seq, changes.event),
    delivery,
    firstReceivedAt: delivery.receivedAt,
    conflicts: [],
  };
};

export const aReport = (changes: object = {}, receivedAt = "2026-11-22T07:00:00.000Z"): ReportRecord => ({
  receivedAt,
  receivedFrom: "DOCK1",
  report: useReport.parse({
    reportId: "U1",
    officerId: "PC1",
    weaponSerial: "X12005BX7",
    statedAt: "2026-11-21T21:08:00Z",
    actions: ["fired"],
    outcomeIntent: "intended",
    borough: "Lambeth",
    locationType: "street",
    singleCrewed: "no",
    bodyWornVideo: "yes",
    subject: {
      ageBand: "18-34",
      under18: "no",
      gender: "not-stated",
      ethnicity: "not-stated",
      mentalHealth: "not-stated",
    },
    ...changes,
  }),
});

export const aDevice = (changes: Partial<Device> = {}): Device => ({
  serial: "DOCK1",
  kind: "gateway",
  model: "Dock",
  status: "active",
  ...changes,
});

export const anOfficer = (changes: Partial<Officer> = {}): Officer => ({
  officerId: "PC1",
  collarNumber: "1234",
  team: "A",
  borough: "Lambeth",
  taserTrained: true,
  cameraIssued: true,
  ...changes,
});

export const aBooking = (changes: Partial<Booking> = {}): Booking => ({
  deviceSerial: "X12005BX7",
  officerId: "PC1",
  from: "2026-11-21T18:00:00.000Z",
  ...changes,
});
