import { verdictInputsKey } from "#contracts/evidence-keys.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { UseReport } from "#contracts/report.ts";
import type { Verdict } from "#contracts/verdict.ts";
import { judge } from "#domain/verdict/judge.ts";
import { type ApiUnderTest, NOW } from "./api-under-test.ts";
import { aClip, anInputs, anOfficer, OFFICER, OTHER_CAMERA } from "./build-inputs.ts";
import { anAlert, anIncident, aReport, INCIDENT_ID, OCCURRED_AT } from "./lifecycle-builders.ts";

export const INCIDENT_PAGE = `/incidents/${INCIDENT_ID}`;
export const REFERENCE = "CAD 1234/21NOV26";
/** A fixed camera that nobody has looked at yet. */
export const FIXED_CLIP = "f-CCTV-1-R-1-1";
export const ALERTED_AT = new Date(NOW.getTime() - 3_600_000);

/** Partly recorded: the officer's own camera ran from 5 s before the discharge on, and a fixed camera may show it. */
export const someInputs = (changes: Parameters<typeof anInputs>[0] = {}): JudgementInputs =>
  anInputs({
    footage: [aClip({ from: -5, to: 65 }), aClip({ camera: { serial: "CCTV-1", kind: "fixed" } })],
    ...changes,
  });

/** An alerted discharge with a verdict, its inputs, a report and its officer, as the workflow leaves it. */
export async function storeIncident(
  { repositories, evidence }: ApiUnderTest,
  given: {
    readonly record?: Partial<IncidentRecord>;
    readonly inputs?: JudgementInputs;
    readonly report?: Partial<UseReport>;
    readonly officer?: Parameters<typeof anOfficer>[0];
    readonly isAlerted?: boolean;
  } = {},
): Promise<Verdict> {
  const inputs = given.inputs ?? someInputs();
  const verdict: Verdict = { ...judge(inputs), version: 1, decidedAt: "2026-11-21T22:00:01.000Z" };
  const { inputsDigest: digest, decidedAt } = verdict;
  const occurredMs = Date.parse(OCCURRED_AT);
  await repositories.incidents.create(
    anIncident({
      officerIds: [OFFICER],
      incidentRefs: [REFERENCE],
      reportIds: ["UOF-1"],
      state: "OPEN",
      version: 1,
      outcome: verdict.outcome,
      deadline: new Date(ALERTED_AT.getTime() + 4 * 3_600_000).toISOString(),
      ...given.record,
    }),
    { fromMs: occurredMs - 60_000, toMs: occurredMs + 60_000 },
  );
  await repositories.register.putOfficer(anOfficer(given.officer));
  await repositories.verdicts.putVersion(INCIDENT_ID, { verdict, owes: [] });
  await evidence.putDocument({
    key: verdictInputsKey({ incidentId: INCIDENT_ID, digest, decidedAt }),
    body: new TextEncoder().encode(JSON.stringify(inputs)),
    contentType: "application/json",
  });
  for (const { declaration, ...clip } of inputs.footage) {
    await repositories.footage.create({ ...clip, declaration }, { fromMs: occurredMs, toMs: occurredMs + 1 });
  }
  const report = aReport({ officerId: OFFICER, incidentRef: REFERENCE, ...given.report });
  await repositories.reports.putRevision(
    { report, receivedAt: "2026-11-21T23:00:00.000Z", receivedFrom: "GW-1" },
    [OCCURRED_AT],
  );
  if (given.isAlerted ?? true) {
    await repositories.alerts.record(
      anAlert({ type: "PARTLY_RECORDED_DISCHARGE", version: 1, level: 1 }, { sentAt: ALERTED_AT, verdict }),
    );
  }
  return verdict;
}

/** A colleague's camera, in the hand of an officer who is not booked for the weapon. */
export const colleagueClip = () => aClip({ camera: { serial: OTHER_CAMERA, kind: "body-worn" } });
