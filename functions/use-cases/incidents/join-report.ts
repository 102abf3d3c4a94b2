import type { ForceConfig } from "#contracts/force.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { ReportRecord } from "#contracts/report.ts";
import { chooseIncident, type JoinCandidate } from "#domain/log/join-reports.ts";
import { instantOf, resolveInstants, toUtc } from "#domain/time/time.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach } from "#records/stored.ts";
import { incidentIdsOfReport } from "./incident-ids.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** An event without a trusted time is kept under its delivery, which may come weeks after it. */
const LATEST_DELIVERY = 31 * DAY;

export type JoinReportDeps = {
  readonly incidents: Pick<
    IncidentRecords,
    "readAll" | "incidentsInSpan" | "incidentsOfWeapon" | "incidentsOfOfficer"
  >;
  readonly force: Pick<ForceConfig, "policies" | "timeZone">;
};

/**
 * The incident that a report joins by the contract's rule (§4), among those that are recorded; undefined when
 * it has to make one itself. The incident that the report alone made is no candidate for it.
 */
export async function incidentOfReport(
  { report }: ReportRecord,
  deps: JoinReportDeps,
): Promise<IncidentRecord | undefined> {
  const own = incidentIdsOfReport(report.reportId);
  const near = await incidentsAround(report, deps);
  const others = near.filter(({ incidentId, seqs }) => !own.includes(incidentId) || seqs.length > 0);
  const { policies, timeZone } = deps.force;
  const chosen = chooseIncident(report, others.flatMap(candidateOf), policies, timeZone);
  return others.find(({ incidentId }) => incidentId === chosen?.incidentId);
}

/** Incidents of the report's weapon, or of its officer, that may lie near one of the times that it can mean. */
export async function incidentsAround(
  report: ReportRecord["report"],
  deps: JoinReportDeps,
): Promise<readonly IncidentRecord[]> {
  const stated = resolveInstants(report.statedAt, deps.force.timeZone);
  if (stated.length === 0) return [];
  const reach = Math.max(...deps.force.policies.map((policy) => policy.reportUncertaintyMinutes)) * MINUTE;
  const from = Math.min(...stated) - reach;
  const to = Math.max(...stated) + reach;
  const [inSpan, ofSubject] = await Promise.all([
    deps.incidents.incidentsInSpan(from, to + 1),
    report.weaponSerial === undefined
      ? deps.incidents.incidentsOfOfficer(report.officerId, toUtc(from - DAY), toUtc(to + LATEST_DELIVERY))
      : deps.incidents.incidentsOfWeapon(report.weaponSerial),
  ]);
  const ids = new Set(inSpan);
  const found = await deps.incidents.readAll(ofSubject.filter((id) => ids.has(id)));
  return found.map(({ record }) => record).filter(({ mergedInto }) => mergedInto === undefined);
}

function candidateOf(record: IncidentRecord): readonly (JoinCandidate & { incidentId: string })[] {
  const { incidentId, weaponSerial, officerIds, joins } = record;
  if (joins === undefined) return [];
  const { from, to, uncertaintyMs } = joins;
  const [startMs, endMs] = [instantOf(from), instantOf(to)];
  return [{ incidentId, weaponSerial, officerIds, startMs, endMs, uncertaintyMs }];
}

/**
 * The reports whose place is this incident, by what is recorded now. A report that joins nothing stays where it is
 * listed, if that is an incident of its own.
 */
export async function reportsOfIncident(
  incident: IncidentRecord,
  deps: JoinReportDeps & {
    readonly reports: Pick<ReportRecords, "latest" | "reportsOfWeapon" | "reportsOfOfficer">;
  },
): Promise<readonly string[]> {
  const { incidentId, seqs } = incident;
  const near = await reportsNear(incident, deps);
  const belongs = await onEach(near, async (record) => {
    const place = await incidentOfReport(record, deps);
    if (place !== undefined) return place.incidentId === incidentId;
    return seqs.length === 0 && incidentIdsOfReport(record.report.reportId).includes(incidentId);
  });
  return near
    .filter((_, index) => belongs[index])
    .map(({ report }) => report.reportId)
    .sort();
}

async function reportsNear(
  { joins, weaponSerial, officerIds, reportIds }: IncidentRecord,
  deps: JoinReportDeps & {
    readonly reports: Pick<ReportRecords, "latest" | "reportsOfWeapon" | "reportsOfOfficer">;
  },
): Promise<readonly ReportRecord[]> {
  const known = (await onEach(reportIds, deps.reports.latest)).filter((report) => report !== undefined);
  if (joins === undefined) return known;
  const reach = Math.max(...deps.force.policies.map((policy) => policy.reportUncertaintyMinutes)) * MINUTE;
  const from = toUtc(instantOf(joins.from) - joins.uncertaintyMs - reach);
  const to = toUtc(instantOf(joins.to) + joins.uncertaintyMs + reach + 1);
  const [ofWeapon, ofOfficers] = await Promise.all([
    weaponSerial === undefined ? [] : deps.reports.reportsOfWeapon(weaponSerial, from, to),
    onEach(officerIds, (officerId) => deps.reports.reportsOfOfficer(officerId, from, to)),
  ]);
  const all = [...known, ...ofWeapon, ...ofOfficers.flat()];
  return [...new Map(all.map((record) => [record.report.reportId, record])).values()];
}
