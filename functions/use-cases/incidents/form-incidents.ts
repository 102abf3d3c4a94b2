import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import type { IncidentKind } from "#contracts/verdict.ts";
import { chooseIncident } from "#domain/log/join-reports.ts";
import { toUtc } from "#domain/time/time.ts";
import type { Log } from "#ports/log.ts";
import type { WorkflowStarter } from "#ports/workflow.ts";
import type { IncidentRecords } from "#records/incident-records.ts";
import type { ReportRecords } from "#records/report-records.ts";
import { onEach, sortedUnique, WRITERS_AT_ONCE } from "#records/stored.ts";
import { type CutGroup, type CutRowsDeps, cutRows } from "./cut-rows.ts";
import { incidentIdOfRow, incidentIdsOfReport } from "./incident-ids.ts";
import { reportsOfIncident } from "./join-report.ts";
import { placeReport } from "./place-report.ts";
import {
  mergeIncident,
  olderFirst,
  startAll,
  type WriteIncidentDeps,
  writeIncident,
} from "./write-incident.ts";

const MINUTE = 60_000;

export type FormIncidentsDeps = CutRowsDeps &
  WriteIncidentDeps & {
    readonly weapons: CutRowsDeps["weapons"];
    readonly reports: Pick<ReportRecords, "latest" | "revisions" | "reportsOfWeapon" | "reportsOfOfficer">;
    readonly register: CutRowsDeps["register"];
    readonly incidents: Pick<
      IncidentRecords,
      | "read"
      | "readAll"
      | "create"
      | "replace"
      | "incidentsInSpan"
      | "incidentsOfWeapon"
      | "incidentsOfRows"
      | "incidentsOfOfficer"
    >;
    readonly workflow: WorkflowStarter;
    readonly log: Log;
  };

export type FormedIncident = { readonly incidentId: string; readonly kind: IncidentKind };

/**
 * Makes incidents of the rows around the given numbers, and gives those that hold one of them, in the order of
 * their rows. Runs of the workflow are started for every incident of which something new is known.
 *
 * Rows are written before this looks at them, and it looks again after it wrote: of two that form the same rows
 * at once, the later sees both, and the older incident stays. Repeating it changes nothing.
 */
export async function formIncidents(
  of: { readonly weaponSerial: string; readonly seqs: readonly number[]; readonly cause: string },
  deps: FormIncidentsDeps,
): Promise<readonly FormedIncident[]> {
  const changed = new Set<string>();
  const joined = new Set<string>();
  for (let pass = 1; pass <= WRITERS_AT_ONCE; pass += 1) {
    const formed = await formOnce(of.weaponSerial, of.seqs, deps);
    const news = formed.filter((one) => one.changed);
    for (const { record, joinedReportIds } of news) {
      changed.add(record.incidentId);
      for (const reportId of joinedReportIds) joined.add(reportId);
    }
    if (news.length > 0) continue;
    await startAll([...changed], of.cause, deps);
    for (const reportId of joined) await placeReport({ reportId, cause: of.cause }, deps);
    return formed.map(({ record }) => ({ incidentId: record.incidentId, kind: record.kind }));
  }
  throw new ConcurrentWriteError(
    `the rows of ${of.weaponSerial} kept changing while incidents were made of them`,
  );
}

type Formed = {
  readonly record: IncidentRecord;
  readonly changed: boolean;
  readonly joinedReportIds: readonly string[];
};

async function formOnce(
  weaponSerial: string,
  seqs: readonly number[],
  deps: FormIncidentsDeps,
): Promise<readonly Formed[]> {
  const { groups, fromSeq, toSeq } = await cutRows(weaponSerial, seqs, deps);
  const ids = await deps.incidents.incidentsOfRows(weaponSerial, fromSeq, toSeq);
  const existing = await readLive(ids, deps);
  const withRows = existing.filter((incident) => incident.seqs.length > 0);
  const affected = affectedGroups(groups, withRows, seqs);
  const reported = await reportedAround(affected, existing, deps);
  return onEach(affected, async (group) => {
    const owners = [
      ...ownersByRow(group, groups, withRows),
      ...(await ownersByReport(group, groups, reported, deps)),
    ];
    return formGroup(group, owners, deps);
  });
}

async function readLive(
  incidentIds: readonly string[],
  deps: Pick<FormIncidentsDeps, "incidents">,
): Promise<readonly IncidentRecord[]> {
  const found = await deps.incidents.readAll(incidentIds);
  return found.map(({ record }) => record).filter(({ mergedInto }) => mergedInto === undefined);
}

/** Groups that hold one of the numbers, and those that share an incident with them. */
function affectedGroups(
  groups: readonly CutGroup[],
  existing: readonly IncidentRecord[],
  seqs: readonly number[],
): readonly CutGroup[] {
  const touched = new Set(seqs);
  const holds = (of: { readonly seqs: readonly number[] }) => of.seqs.some((seq) => touched.has(seq));
  for (const one of [...groups.filter(holds), ...existing.filter(holds)]) {
    for (const seq of one.seqs) touched.add(seq);
  }
  return groups.filter(holds);
}

/** Incidents whose place is this group: the one where the first of their rows is. */
function ownersByRow(
  group: CutGroup,
  groups: readonly CutGroup[],
  existing: readonly IncidentRecord[],
): readonly IncidentRecord[] {
  return existing.filter(({ seqs }) => {
    const places = seqs
      .toSorted((a, b) => a - b)
      .map((seq) => groups.find((one) => one.seqs.includes(seq)))
      .filter((place) => place !== undefined);
    return places[0] === group;
  });
}

/** Incidents that are known from reports alone, of the weapon or of those who carried it then. */
async function reportedAround(
  groups: readonly CutGroup[],
  ofWeapon: readonly IncidentRecord[],
  deps: FormIncidentsDeps,
): Promise<readonly IncidentRecord[]> {
  const reach = Math.max(...deps.force.policies.map((policy) => policy.reportUncertaintyMinutes)) * MINUTE;
  const ids = await onEach(
    groups.flatMap((group) => group.officerIds.map((officerId) => ({ group, officerId }))),
    ({ group: { startMs, endMs, uncertaintyMs }, officerId }) => {
      const from = toUtc(startMs - uncertaintyMs - reach);
      return deps.incidents.incidentsOfOfficer(officerId, from, toUtc(endMs + uncertaintyMs + reach + 1));
    },
  );
  const ofOfficers = await readLive(sortedUnique(ids.flat()), deps);
  const reported = [...ofWeapon, ...ofOfficers].filter(({ seqs }) => seqs.length === 0);
  return [...new Map(reported.map((incident) => [incident.incidentId, incident])).values()];
}

/** Of those, the ones whose report joins this group: the log has come for them. */
async function ownersByReport(
  group: CutGroup,
  groups: readonly CutGroup[],
  reported: readonly IncidentRecord[],
  deps: FormIncidentsDeps,
): Promise<readonly IncidentRecord[]> {
  const { policies, timeZone } = deps.force;
  const joins = await onEach(reported, async ({ incidentId, reportIds }) => {
    const founder =
      reportIds.find((reportId) => incidentIdsOfReport(reportId).includes(incidentId)) ?? reportIds[0];
    const found = founder === undefined ? undefined : await deps.reports.latest(founder);
    return found !== undefined && chooseIncident(found.report, groups, policies, timeZone) === group;
  });
  return reported.filter((_, index) => joins[index]);
}

/** The incident of one group: the oldest of its owners, or a new one, with the reports whose place it is. */
async function formGroup(
  group: CutGroup,
  owners: readonly IncidentRecord[],
  deps: FormIncidentsDeps,
): Promise<Formed> {
  const { weaponSerial, seqs } = group;
  const [keeper, ...others] = olderFirst(owners);
  const incidentId = keeper?.incidentId ?? incidentIdOfRow(weaponSerial, seqs[0] ?? 0);
  const known = sortedUnique(owners.flatMap(({ reportIds }) => reportIds));
  const makeup = { incidentId, weaponSerial, seqs };
  const first = await writeIncident({ ...makeup, reportIds: known }, keeper, deps);
  if (first.result === "remade") return { record: first.record, changed: true, joinedReportIds: [] };
  for (const other of others) await mergeIncident(other, incidentId, deps);
  const reportIds = await reportsOfIncident(first.record, deps);
  const same = reportIds.join() === first.record.reportIds.join();
  const second = same ? first : await writeIncident({ ...makeup, reportIds }, first.record, deps);
  const before = keeper?.reportIds ?? [];
  return {
    record: second.record,
    changed: first.result === "written" || second.result !== "unchanged" || others.length > 0,
    joinedReportIds: reportIds.filter((reportId) => !before.includes(reportId)),
  };
}
