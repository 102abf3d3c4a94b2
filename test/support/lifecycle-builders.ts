import type { AlertRecord } from "#contracts/alert.ts";
import { policy } from "#contracts/force.ts";
import type { IncidentRecord, VerdictRecord } from "#contracts/incident.ts";
import { type UseReport, useReport } from "#contracts/report.ts";
import type { Verdict } from "#contracts/verdict.ts";
import { type AlertSubject, alertIdOf } from "#domain/lifecycle/alert-id.ts";
import { alertMessage } from "#domain/lifecycle/alert-message.ts";
import { owedByVerdict } from "#domain/lifecycle/owed-by-verdict.ts";
import type { Situation } from "#domain/lifecycle/situation.ts";

export const INCIDENT_ID = "i0123456789abcdef01234567";
export const OCCURRED_AT = "2026-11-21T21:08:00.000Z";

/** A whole number of hours after the event. */
export const hoursAfter = (hours: number): Date => new Date(Date.parse(OCCURRED_AT) + hours * 3_600_000);

export const somePolicy = policy.parse({ version: "2019-07", effectiveFrom: "2019-07-15" });

export function anIncident(fields: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    incidentId: INCIDENT_ID,
    createdAt: "2026-11-21T22:00:00.000Z",
    firstReceivedAt: "2026-11-21T22:00:00.000Z",
    weaponSerial: "X12005BX7",
    drill: false,
    seqs: [4101, 4102, 4103],
    incidentRefs: [],
    reportIds: [],
    kind: "DISCHARGE",
    occurredAt: OCCURRED_AT,
    endedAt: "2026-11-21T21:08:05.000Z",
    officerIds: ["officer-1"],
    borough: "Southwark",
    candidates: [],
    version: 0,
    state: "AWAITING_FOOTAGE",
    priority: "normal",
    acknowledgements: [],
    explanationRequests: [],
    confirmations: [],
    holds: [],
    ...fields,
  };
}

export function aVerdict(fields: Partial<Verdict> = {}): Verdict {
  const none = { requiredSeconds: 0, coveredSeconds: 0 };
  const cover = {
    requiredSeconds: 65,
    coveredSeconds: 0,
    before: none,
    during: none,
    after: none,
    missing: [],
  };
  return {
    version: 1,
    decidedAt: "2026-11-21T22:00:01.000Z",
    outcome: "AWAITING_FOOTAGE",
    possibleOutcomes: ["UNRECORDED"],
    findings: [],
    kind: "DISCHARGE",
    kindDecidedBy: "log",
    occurredAt: OCCURRED_AT,
    officerId: "officer-1",
    actions: ["fired"],
    priority: "normal",
    graceEndsAt: hoursAfter(48).toISOString(),
    video: cover,
    audio: { outcome: fields.outcome ?? "AWAITING_FOOTAGE", possibleOutcomes: ["UNRECORDED"], ...cover },
    duty: { outcome: fields.outcome === "RECORDED" ? "MET" : "NOT_ON", possibleOutcomes: ["NOT_ON"] },
    cycles: [],
    sources: [],
    nearby: [],
    clocks: [],
    policy: { version: "2019-07", effectiveFrom: "2019-07-15" },
    ruleset: "1",
    inputsDigest: "0".repeat(64),
    final: false,
    explanation: "The discharge itself is not on video. A camera that ran is not proof of what it shows.",
    ...fields,
  };
}

export function aReport(fields: Partial<UseReport> = {}): UseReport {
  return useReport.parse({
    reportId: "UOF-1",
    officerId: "officer-1",
    statedAt: OCCURRED_AT,
    actions: ["fired"],
    outcomeIntent: "intended",
    borough: "Southwark",
    locationType: "street",
    singleCrewed: "no",
    bodyWornVideo: "not-known",
    subject: {
      ageBand: "18-34",
      under18: "no",
      gender: "not-stated",
      ethnicity: "not-stated",
      mentalHealth: "not-stated",
    },
    ...fields,
  });
}

export function anAlert(
  subject: AlertSubject,
  fields: { readonly sentAt?: Date; readonly verdict?: Verdict } = {},
): AlertRecord {
  const verdict = fields.verdict ?? aVerdict({ version: Math.max(1, subject.version) });
  const owedAt = fields.sentAt ?? hoursAfter(1);
  const message = alertMessage({
    alertId: alertIdOf(INCIDENT_ID, subject),
    subject,
    incidentId: INCIDENT_ID,
    drill: false,
    borough: "Southwark",
    verdict,
    owedAt,
    acknowledgeWithinHours: 4,
    timeZone: "Europe/London",
    link: `https://console.example/incidents/${INCIDENT_ID}`,
  });
  return {
    message,
    version: verdict.version,
    owedAt: owedAt.toISOString(),
    ...(fields.sentAt === undefined ? {} : { sentAt: fields.sentAt.toISOString(), messageId: "m-1" }),
  };
}

/** Versions as the verdict step stores them, each with what it owes. */
export function versionsOf(
  verdicts: readonly Partial<Verdict>[],
  about: {
    readonly reports?: readonly UseReport[];
    readonly alerts?: readonly AlertRecord[];
    readonly levels?: number;
    readonly supervises?: boolean;
  } = {},
): readonly VerdictRecord[] {
  const records: VerdictRecord[] = [];
  for (const [index, fields] of verdicts.entries()) {
    const verdict = aVerdict({ version: index + 1, ...fields });
    const owes = owedByVerdict({
      incidentId: INCIDENT_ID,
      verdict,
      previous: [...records],
      alerts: about.alerts ?? [],
      reports: about.reports ?? [],
      levels: about.levels ?? 2,
      supervises: about.supervises ?? false,
    });
    records.push({ verdict, owes: [...owes] });
  }
  return records;
}

export function aSituation(fields: Partial<Situation> = {}): Situation {
  return {
    incident: anIncident(),
    verdicts: versionsOf([{}]),
    alerts: [],
    reports: [aReport()],
    policy: somePolicy,
    levels: 2,
    supervises: false,
    ...fields,
  };
}
