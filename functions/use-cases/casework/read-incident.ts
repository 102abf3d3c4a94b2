import type { AlertRecord } from "#contracts/alert.ts";
import type { IncidentAnswer } from "#contracts/answers.ts";
import { RecordNotFoundError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { ReportRecord } from "#contracts/report.ts";
import type { Verdict } from "#contracts/verdict.ts";
import type { Clock } from "#ports/clock.ts";
import type { AlertRecords } from "#records/alert-records.ts";
import type { CustodyRecords } from "#records/custody-records.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach } from "#records/stored.ts";
import type { VerdictRecords } from "#records/verdict-records.ts";

export type LoadIncidentDeps = {
  readonly incidents: Pick<IncidentRecords, "read">;
  readonly verdicts: Pick<VerdictRecords, "all">;
  readonly alerts: Pick<AlertRecords, "all">;
  readonly reports: Pick<ReportRecords, "latest">;
};
export type ReadIncidentDeps = LoadIncidentDeps & {
  readonly custody: Pick<CustodyRecords, "append">;
  readonly clock: Clock;
};

/** The incident as people read it; the reading is in its custody log before it is answered. */
export async function readIncident(
  {
    incidentId,
    reader,
    why,
  }: { readonly incidentId: string; readonly reader: string; readonly why?: string },
  deps: ReadIncidentDeps,
): Promise<IncidentAnswer> {
  const incident = await loadIncident(incidentId, deps);
  const at = deps.clock.now().toISOString();
  await deps.custody.append(incidentId, { at, who: reader, what: "read", why });
  return incident;
}

/** The incident with its verdicts, reports and alerts. Throws `RecordNotFoundError`. */
export async function loadIncident(incidentId: string, deps: LoadIncidentDeps): Promise<IncidentAnswer> {
  const stored = await deps.incidents.read(incidentId);
  if (!stored) throw new RecordNotFoundError(`There is no incident ${incidentId}.`);
  const [verdicts, alerts, reports] = await Promise.all([
    deps.verdicts.all(incidentId),
    deps.alerts.all(incidentId),
    onEach(stored.record.reportIds, (reportId) => deps.reports.latest(reportId)),
  ]);
  return incidentAnswerOf(stored.record, {
    verdicts: verdicts.map(({ verdict }) => verdict),
    alerts,
    reports: reports.filter((report) => report !== undefined),
  });
}

function incidentAnswerOf(
  record: IncidentRecord,
  history: {
    readonly verdicts: readonly Verdict[];
    readonly alerts: readonly AlertRecord[];
    readonly reports: readonly ReportRecord[];
  },
): IncidentAnswer {
  const verdict = history.verdicts.at(-1);
  const { explanation, decision } = record;
  return {
    ...headOf(record, verdict),
    actions: verdict?.actions ?? [],
    ...(verdict ? { verdict } : {}),
    verdicts: [...history.verdicts],
    reports: history.reports.map(({ report, receivedAt }) => ({ ...report, receivedAt })),
    alerts: history.alerts.map(({ message, sentAt }) => ({ ...message, ...(sentAt ? { sentAt } : {}) })),
    acknowledgements: record.acknowledgements,
    explanationRequests: record.explanationRequests,
    ...(explanation ? { explanation } : {}),
    ...(decision ? { decision } : {}),
    confirmations: record.confirmations,
    holds: record.holds,
  };
}

/** What a line of the list and the incident itself have in common. */
export function headOf(record: IncidentRecord, verdict: Verdict | undefined) {
  const { incidentId, state, priority, deadline, weaponSerial, borough, occurredAt, drill } = record;
  const officerId = verdict ? verdict.officerId : onlyOne(record.officerIds);
  const incidentRef = record.incidentRefs[0];
  return {
    incidentId,
    kind: verdict?.kind ?? record.kind,
    state,
    priority,
    ...(deadline ? { deadline } : {}),
    ...(officerId ? { officerId } : {}),
    ...(weaponSerial ? { weaponSerial } : {}),
    borough,
    occurredAt,
    ...(incidentRef ? { incidentRef } : {}),
    drill,
    ...(record.mergedInto ? { mergedInto: record.mergedInto } : {}),
  };
}

function onlyOne(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
