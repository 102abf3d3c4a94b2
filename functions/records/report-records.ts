import { ConcurrentWriteError } from "#contracts/errors.ts";
import { type ReportRecord, reportRecord } from "#contracts/report.ts";
import type { Records, StoredRecord } from "#ports/records.ts";
import {
  officerPk,
  officerReportKey,
  partOf,
  refKey,
  refPk,
  reportKey,
  reportPk,
  under,
  weaponPk,
  weaponReportKey,
} from "./keys.ts";
import {
  asData,
  missingKeys,
  onEach,
  parseStored,
  putPointers,
  sameContent,
  sortedUnique,
} from "./stored.ts";

const parseReport = (stored: StoredRecord): ReportRecord => parseStored(reportRecord, stored);

const pointersOf = ({ report }: ReportRecord, statedAt: readonly string[]) => [
  ...statedAt.flatMap((at) => [
    officerReportKey(report.officerId, at, report.reportId),
    ...(report.weaponSerial === undefined ? [] : [weaponReportKey(report.weaponSerial, at, report.reportId)]),
  ]),
  ...(report.incidentRef === undefined ? [] : [refKey(report.incidentRef, "REPORT", report.reportId)]),
];

export type PutReportResult = "created" | "same" | "conflict";

export type ReportRecords = ReturnType<typeof createReportRecords>;

/** Use reports: all revisions are kept, the highest counts. Reads are consistent. */
export const createReportRecords = (records: Records) => {
  const latest = async (reportId: string): Promise<ReportRecord | undefined> => {
    const [last] = await records.query({
      ...under(reportPk(reportId), "REVISION#"),
      descending: true,
      limit: 1,
    });
    return last && parseReport(last);
  };

  /** All revisions, oldest first. */
  const revisions = async (reportId: string): Promise<readonly ReportRecord[]> =>
    (await records.query(under(reportPk(reportId), "REVISION#"))).map(parseReport);

  const latestOf = async (
    reportIds: readonly string[],
    matches: (report: ReportRecord["report"]) => boolean,
  ): Promise<readonly ReportRecord[]> => {
    const found = await onEach(sortedUnique(reportIds), latest);
    return found.filter((record) => record !== undefined).filter((record) => matches(record.report));
  };

  /**
   * Keeps a revision. `statedAt` is the stated time in UTC with milliseconds, both of them for a local time that
   * exists twice. `conflict`: this revision is known with other content, which stands.
   */
  const putRevision = async (record: ReportRecord, statedAt: readonly string[]): Promise<PutReportResult> => {
    const { reportId, revision } = record.report;
    const key = reportKey(reportId, revision);
    await putPointers(records, missingKeys(pointersOf(record, statedAt), []), { reportId });
    if ((await records.put({ ...key, data: asData(record) }, "absent")).written) {
      return "created";
    }
    const existing = await records.get(key);
    if (existing === undefined) {
      throw new ConcurrentWriteError(`Report ${reportId} vanished while it was written.`);
    }
    return sameContent(parseReport(existing).report, record.report) ? "same" : "conflict";
  };

  /**
   * Latest revisions of reports that name the weapon and of which some revision was stated in [from, to), UTC
   * with milliseconds. Ordered by report id.
   */
  const reportsOfWeapon = async (
    serial: string,
    from: string,
    to: string,
  ): Promise<readonly ReportRecord[]> => {
    const range = { pk: weaponPk(serial), from: `REPORT#${from}`, to: `REPORT#${to}` };
    const ids = (await records.query(range)).map((pointer) => partOf(pointer, 2));
    return latestOf(ids, (report) => report.weaponSerial === serial);
  };

  /** As `reportsOfWeapon`, for reports of the officer, whether or not they name a weapon. */
  const reportsOfOfficer = async (
    officerId: string,
    from: string,
    to: string,
  ): Promise<readonly ReportRecord[]> => {
    const range = { pk: officerPk(officerId), from: `REPORT#${from}`, to: `REPORT#${to}` };
    const ids = (await records.query(range)).map((pointer) => partOf(pointer, 2));
    return latestOf(ids, (report) => report.officerId === officerId);
  };

  const reportsByRef = async (incidentRef: string): Promise<readonly ReportRecord[]> => {
    const pointers = await records.query(under(refPk(incidentRef), "REPORT#"));
    const ids = pointers.map((pointer) => partOf(pointer, 1));
    return latestOf(ids, (report) => report.incidentRef === incidentRef);
  };

  return { latest, revisions, putRevision, reportsOfWeapon, reportsOfOfficer, reportsByRef };
};
