import type { JudgementInputs } from "#contracts/judgement-inputs.ts";
import type { UseTime } from "./cases.ts";
import type { Recording } from "./recordings.ts";
import type { Span } from "./spans.ts";
import type { TimedRow } from "./timed-rows.ts";

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

/** An accuracy that is not stated (weapons state none) does not speak against a position. */
const isNear = (a: Position, b: Position, metres: number): boolean =>
  [a.accuracyMetres ?? 0, b.accuracyMetres ?? 0].every((accuracy) => accuracy <= metres) &&
  metresBetween(a, b) <= metres;

type Position = Place & { readonly accuracyMetres?: number | undefined };

/** Where the weapon's rows may lie; of untrusted ones only the booking is known. */
function useMoments(time: UseTime): { readonly row: TimedRow; readonly moment: Span }[] {
  return time.rows.map((row) => {
    const { from } = row.span;
    const { uncertainty, place } = time;
    return { row, moment: place ?? { from: from - uncertainty, to: from + uncertainty } };
  });
}

/** §5: is somebody else's recording linked to the incident? At zero shift, for the recording as a whole. */
export function isLinked(recording: Recording, time: UseTime, inputs: JudgementInputs): boolean {
  const refs = new Set(
    [
      ...inputs.incident.rows.flatMap((row) => [row.delivery.incidentRef, ...(row.incidentRefs ?? [])]),
      ...inputs.reports.map(({ report }) => report.incidentRef),
    ].filter((ref) => ref !== undefined),
  );
  const moments = useMoments(time);
  const { offset, uncertainty } = recording.reading;
  const near = (at: string, use: Span): boolean => {
    const claimed = Date.parse(at) - offset;
    const moment = recording.place ?? { from: claimed - uncertainty, to: claimed + uncertainty };
    return moment.from - use.to <= WITHIN_MS && use.from - moment.to <= WITHIN_MS;
  };
  return recording.clips.some(({ declaration }) => {
    if (declaration.incidentRef !== undefined && refs.has(declaration.incidentRef)) return true;
    const signalled = declaration.signals.some(
      (signal) =>
        signal.weaponSerial === inputs.incident.weaponSerial &&
        moments.some(({ moment }) => near(signal.at, moment)),
    );
    if (signalled) return true;
    return declaration.positions.some((position) =>
      moments.some(({ row, moment }) => {
        const { location } = row.row.event;
        return (
          location !== undefined &&
          near(position.at, moment) &&
          isNear(position, location, time.policy.nearbyMetres)
        );
      }),
    );
  });
}
