import type { Policy } from "#contracts/force.ts";
import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { Recording } from "./recordings.ts";
import { isTrusted, type TimedRow } from "./timed-rows.ts";

const WITHIN_MS = 60_000;
const EARTH_RADIUS_METRES = 6_371_008.8;

type Place = { readonly lat: number; readonly lon: number };

/** Great-circle metres by the haversine formula. */
export function metresBetween(a: Place, b: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin((radians(to) - radians(from)) / 2) ** 2;
  const h = half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lon, b.lon);
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(h));
}

/** §5: is somebody else's recording linked to the incident? At zero shift, for the recording as a whole. */
export function isLinked(
  recording: Recording,
  rows: readonly TimedRow[],
  incidentUncertainty: number,
  inputs: JudgementInputs,
  policy: Policy,
): boolean {
  const refs = new Set(
    [
      ...inputs.incident.rows.map((row) => row.delivery.incidentRef),
      ...inputs.reports.map(({ report }) => report.incidentRef),
    ].filter((ref) => ref !== undefined),
  );
  const trusted = recording.reading.basis === "untrusted" ? [] : rows.filter(isTrusted);
  const reach = WITHIN_MS + incidentUncertainty + recording.reading.uncertainty;
  const near = (at: string, row: TimedRow): boolean =>
    Math.abs(Date.parse(at) - recording.reading.offset - row.span.from) <= reach;
  return recording.clips.some(({ declaration }) => {
    if (declaration.incidentRef !== undefined && refs.has(declaration.incidentRef)) return true;
    const signalled = declaration.signals.some(
      (signal) =>
        signal.weaponSerial === inputs.incident.weaponSerial && trusted.some((row) => near(signal.at, row)),
    );
    if (signalled) return true;
    return declaration.positions.some((position) =>
      trusted.some((row) => {
        const { location } = row.row.event;
        if (location === undefined || !near(position.at, row)) return false;
        const accuracies = [position.accuracyMetres, location.accuracyMetres];
        return (
          accuracies.every((accuracy) => accuracy !== undefined && accuracy <= policy.nearbyMetres) &&
          metresBetween(position, location) <= policy.nearbyMetres
        );
      }),
    );
  });
}
