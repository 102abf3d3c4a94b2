import { ConcurrentWriteError, InvalidInputError, RecordNotFoundError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { ReportRecord } from "#contracts/report.ts";
import { onEach, sortedUnique, WRITERS_AT_ONCE } from "#records/stored.ts";
import type { FormedIncident, FormIncidentsDeps } from "./form-incidents.ts";
import { incidentIdsOfReport } from "./incident-ids.ts";
import { incidentOfReport, incidentsAround, reportsOfIncident } from "./join-report.ts";
import {
  mergeIncident,
  olderFirst,
  startAll,
  type WrittenIncident,
  writeIncident,
} from "./write-incident.ts";

export type PlaceReportDeps = Pick<
  FormIncidentsDeps,
  "incidents" | "reports" | "weapons" | "register" | "force" | "clock" | "workflow" | "log" | "evaluating"
>;

/**
 * Puts a report where it belongs: into the incident that it joins, else into one of its own. An incident that
 * has it and should not any more is made anew. Gives the incident that has it now, and starts a run for each
 * that changed. Repeating it changes nothing.
 */
export async function placeReport(
  of: { readonly reportId: string; readonly cause: string },
  deps: PlaceReportDeps,
): Promise<FormedIncident> {
  const changed = new Set<string>();
  for (let pass = 1; pass <= WRITERS_AT_ONCE; pass += 1) {
    const place = await placeOnce(of.reportId, deps);
    const former = await formerPlaces(of.reportId, place.record.incidentId, deps);
    const renewed = await onEach(former, (record) => renewReports(record, deps));
    const news = [place, ...renewed].filter(({ result }) => result !== "unchanged");
    for (const { record } of news) changed.add(record.incidentId);
    if (news.length > 0) continue;
    await startAll([...changed], of.cause, deps);
    return { incidentId: place.record.incidentId, kind: place.record.kind };
  }
  throw new ConcurrentWriteError(`incidents kept changing while report ${of.reportId} was placed`);
}

async function placeOnce(reportId: string, deps: PlaceReportDeps): Promise<WrittenIncident> {
  const report = await deps.reports.latest(reportId);
  if (report === undefined) throw new RecordNotFoundError(`There is no report ${reportId}.`);
  const place = await incidentOfReport(report, deps);
  const own = await ownOf(reportId, deps);
  if (place === undefined) return placeAlone(report, own, deps);
  if (own.record === undefined || own.record.mergedInto !== undefined) return renewReports(place, deps);
  return mergeReported(own.record, place, deps);
}

/** The incident that the report alone makes: its record as long as no log has joined it. */
type OwnIncident = { readonly incidentId: string; readonly record: IncidentRecord | undefined };

async function ownOf(reportId: string, deps: PlaceReportDeps): Promise<OwnIncident> {
  for (const incidentId of incidentIdsOfReport(reportId)) {
    const record = (await deps.incidents.read(incidentId))?.record;
    if (record === undefined || record.seqs.length === 0) return { incidentId, record };
  }
  throw new InvalidInputError(
    `report ${reportId} was revised to tell of too many uses: send it under another id`,
  );
}

/** Nothing is near: the report is all that is known of the use. */
async function placeAlone(
  { report }: ReportRecord,
  { incidentId, record }: OwnIncident,
  deps: PlaceReportDeps,
): Promise<WrittenIncident> {
  const others = record === undefined ? [] : await reportsOfIncident(record, deps);
  const reportIds = sortedUnique([...others, report.reportId]);
  return writeIncident({ incidentId, weaponSerial: report.weaponSerial, seqs: [], reportIds }, record, deps);
}

/** What the report made by itself turns out to be another incident: the older id stays, with the rows. */
async function mergeReported(
  own: IncidentRecord,
  place: IncidentRecord,
  deps: PlaceReportDeps,
): Promise<WrittenIncident> {
  const [stays, goes] = olderFirst([own, place]) as [IncidentRecord, IncidentRecord];
  const { weaponSerial = own.weaponSerial, seqs } = place;
  const reportIds = sortedUnique([...own.reportIds, ...place.reportIds]);
  const written = await writeIncident(
    { incidentId: stays.incidentId, weaponSerial, seqs, reportIds },
    stays,
    deps,
  );
  if (written.result === "remade") return written;
  await mergeIncident(goes, stays.incidentId, deps);
  return { ...written, result: "written" };
}

/** Incidents that list the report, near any of its revisions, although its place is another. */
async function formerPlaces(
  reportId: string,
  placeId: string,
  deps: PlaceReportDeps,
): Promise<readonly IncidentRecord[]> {
  const revisions = await deps.reports.revisions(reportId);
  const near = (await onEach(revisions, ({ report }) => incidentsAround(report, deps))).flat();
  const listing = near.filter(
    (record) => record.reportIds.includes(reportId) && record.incidentId !== placeId,
  );
  return [...new Map(listing.map((record) => [record.incidentId, record])).values()];
}

async function renewReports(record: IncidentRecord, deps: PlaceReportDeps): Promise<WrittenIncident> {
  const { incidentId, weaponSerial, seqs } = record;
  const reportIds = await reportsOfIncident(record, deps);
  return writeIncident({ incidentId, weaponSerial, seqs, reportIds }, record, deps);
}
