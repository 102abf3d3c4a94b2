import { ConflictError, InvalidInputError } from "#contracts/errors.ts";
import { reportKey } from "#contracts/evidence-keys.ts";
import type { UseReport } from "#contracts/report.ts";
import { resolveInstants, toUtc } from "#domain/time/time.ts";
import type { EvidenceStore } from "#ports/evidence-store.ts";
import type { ReportRecords } from "#records/report-records.ts";
import type { FormIncidentsDeps } from "./form-incidents.ts";
import { placeReport } from "./place-report.ts";

export type ReceiveReportDeps = Omit<FormIncidentsDeps, "reports"> & {
  readonly reports: FormIncidentsDeps["reports"] & Pick<ReportRecords, "putRevision">;
  readonly evidence: Pick<EvidenceStore, "putDocument">;
};

export type ReceivedReport = {
  readonly reportId: string;
  readonly revision: number;
  readonly created: boolean;
  /** The incident that has the report: the one that it joined, or one of its own. */
  readonly incidentId: string;
};

/**
 * Takes one revision of a use report: keeps it as it came, then the revision, then joins it to the incident that
 * it tells of, or makes one. Repeating it, after a crash too, ends the same.
 *
 * Throws `InvalidInputError` for a local time that does not exist, and `ConflictError` for a revision that is
 * known with other content, which stands.
 */
export async function receiveReport(
  received: {
    readonly report: UseReport;
    /** The body as it came. */
    readonly body: Uint8Array;
    /** Who sent it: a person's subject or a gateway's serial. */
    readonly receivedFrom: string;
  },
  deps: ReceiveReportDeps,
): Promise<ReceivedReport> {
  const { report, body, receivedFrom } = received;
  const { reportId, revision } = report;
  const stated = resolveInstants(report.statedAt, deps.force.timeZone);
  if (stated.length === 0) {
    const detail = `no such time in ${deps.force.timeZone}: the clocks skip it. Send it with an offset`;
    throw new InvalidInputError("The time of the use does not exist.", [{ pointer: "/statedAt", detail }]);
  }
  await deps.evidence.putDocument({
    key: reportKey({ reportId, revision }),
    body,
    contentType: "application/json",
  });
  const receivedAt = deps.clock.now().toISOString();
  const kept = await deps.reports.putRevision({ report, receivedAt, receivedFrom }, stated.map(toUtc));
  if (kept === "conflict") {
    throw new ConflictError(
      `Revision ${revision} of report ${reportId} is known with other content, which stands. Send a higher revision.`,
    );
  }
  const { incidentId } = await placeReport({ reportId, cause: `report-${reportId}-${revision}` }, deps);
  deps.log.info("report.placed", { reportId, revision, incidentId });
  return { reportId, revision, created: kept === "created", incidentId };
}
