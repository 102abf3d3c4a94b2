import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import { kindOfReadings, type RowKind } from "./segmentation.ts";
import { type TimedRow, timesOf } from "./timed-rows.ts";

/** A row of the incident, at each of the times that it may mean, with what it makes by itself. */
export type IncidentRow = { readonly kind: RowKind; readonly readings: readonly TimedRow[] };

export function incidentRows({
  incident,
  reports,
  policies,
  timeZone,
  bookings,
}: JudgementInputs): IncidentRow[] {
  return incident.rows.map((row) => {
    const readings = timesOf(row, incident.timeSyncs ?? [], policies, timeZone);
    const log = { policies, timeZone, bookings, reported: () => reports.length > 0 };
    return { kind: kindOfReadings(readings, log), readings };
  });
}

/** "its first use row": beside a use, a test says nothing about when the use was. */
export function tellingRows(inputs: JudgementInputs): IncidentRow[] {
  const rows = incidentRows(inputs);
  const uses = rows.filter(({ kind }) => kind === "USE");
  return uses.length > 0 ? uses : rows;
}
